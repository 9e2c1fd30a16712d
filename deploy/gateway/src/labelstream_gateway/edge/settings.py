"""Where the edge finds the services. Environment variables begin with LABELSTREAM_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from labelstream_common.runtime import TrustedProxies
from labelstream_gateway.routing import Target


class EdgeSettings(BaseSettings):
    """Read once, by `__main__`."""

    model_config = SettingsConfigDict(env_prefix="LABELSTREAM_", extra="ignore", frozen=True)

    job_service_url: str = Field(default="http://job-service:8000", description="Where job-service listens")
    label_service_url: str = Field(default="http://label-service:8000", description="Where label-service listens")
    sync_service_url: str = Field(default="http://sync-service:8000", description="Where sync-service listens")
    team_service_url: str = Field(default="http://team-service:8000", description="Where team-service listens")
    trusted_proxies: TrustedProxies = ""
    console_dir: Path | None = Field(default=None, description="The built console; without one / explains itself")

    @property
    def urls(self) -> dict[Target, str]:
        return {
            Target.JOB: self.job_service_url,
            Target.LABEL: self.label_service_url,
            Target.SYNC: self.sync_service_url,
            Target.TEAM: self.team_service_url,
        }
