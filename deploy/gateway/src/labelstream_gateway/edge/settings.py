"""Where the edge finds the services. Environment variables begin with LABELSTREAM_."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from labelstream_common.runtime import ServerSettings
from labelstream_gateway.edge.console import BUILT
from labelstream_gateway.routing import Target


class EdgeSettings(ServerSettings):
    """Read once, by `__main__`."""

    job_service_url: str = Field(default="http://job-service:8000", description="Where job-service listens")
    label_service_url: str = Field(default="http://label-service:8000", description="Where label-service listens")
    sync_service_url: str = Field(default="http://sync-service:8000", description="Where sync-service listens")
    team_service_url: str = Field(default="http://team-service:8000", description="Where team-service listens")
    console_dir: Path = Field(default=BUILT, description="The built console; without one / explains itself")
    s3_endpoint: str | None = Field(default=None, description="URL of the object store")
    s3_public_endpoint: str | None = Field(default=None, description="Where browsers reach it, if that is elsewhere")

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
        endpoint = self.s3_public_endpoint or self.s3_endpoint
        if endpoint is None:
            return ()
        url = urlsplit(endpoint)
        return (f"{url.scheme}://{url.netloc}",)
