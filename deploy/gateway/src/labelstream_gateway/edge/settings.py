"""Where the edge finds the services. Environment variables begin with LABELSTREAM_."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from labelstream_common.runtime import ServerSettings
from labelstream_gateway.edge.console import BUILT
from labelstream_gateway.routing import Target

_ORIGIN = re.compile(r"https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?", re.ASCII)


def _only_origins(value: str) -> str:
    for origin in _separate(value):
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is not an origin, such as https://store.example.org")
    return value


def _separate(value: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, value.split(","))))


class EdgeSettings(ServerSettings):
    """Read once, by `__main__`."""

    job_service_url: str = Field(default="http://job-service:8000", description="Where job-service listens")
    label_service_url: str = Field(default="http://label-service:8000", description="Where label-service listens")
    sync_service_url: str = Field(default="http://sync-service:8000", description="Where sync-service listens")
    team_service_url: str = Field(default="http://team-service:8000", description="Where team-service listens")
    console_dir: Path = Field(default=BUILT, description="The built console; without one / explains itself")
    s3_endpoint: str | None = Field(default=None, description="URL of the object store")
    s3_public_endpoint: str | None = Field(default=None, description="Where browsers reach it, if that is elsewhere")

    upload_origins: Annotated[str, AfterValidator(_only_origins)] = Field(
        default="", description="Origins of other object stores that the console may upload to, separated by commas"
    )

    @property
    def urls(self) -> dict[Target, str]:
        return {
            Target.JOB: self.job_service_url,
            Target.LABEL: self.label_service_url,
            Target.SYNC: self.sync_service_url,
            Target.TEAM: self.team_service_url,
        }

    @property
    def stores(self) -> tuple[str, ...]:
        """The origins that browsers upload files to, as a Content-Security-Policy names them."""
        others = _separate(self.upload_origins)
        endpoint = self.s3_public_endpoint or self.s3_endpoint
        if endpoint is None:
            return others
        url = urlsplit(endpoint)
        return (f"{url.scheme}://{url.netloc}", *others)
