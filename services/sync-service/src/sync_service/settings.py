"""sync-service's settings, beside those that every service has."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from labelstream_common.object_storage import Reach
from labelstream_common.runtime import CommonSettings


def _only_endpoints(value: str) -> str:
    Reach.of(value)
    return value


PrivateEndpoints = Annotated[
    str,
    AfterValidator(_only_endpoints),
    Field(
        description="Private addresses that sources may have: hosts, host:port, addresses or networks, separated by "
        "commas; public ones are always allowed"
    ),
]


class Settings(CommonSettings):
    """Limits hold for every image, so that none can exhaust a process."""

    s3_public_endpoint: str | None = Field(
        default=None, description="Where clients reach the object store, if not where this service does"
    )
    storage_notification_target: str | None = Field(
        default=None, description="The store's queue that the buckets of datasets are told to notify, as it names it"
    )
    own_store_granted_to: Literal["members", "administrators"] = Field(
        default="administrators",
        description="Who may make datasets on the platform's own object store until an administrator decides otherwise",
    )
    secrets_key: SecretStr | None = Field(
        default=None,
        description="Key that sources' secrets are encrypted with: 32 random bytes in URL-safe base64. To change it, "
        "put the new one in front, with a comma, and leave the old one out after a start",
    )
    private_endpoints: PrivateEndpoints = ""
    thumbnail_bucket: str = Field(
        default="labelstream-thumbnails", description="Bucket that thumbnails are kept in; no dataset may be on it"
    )
    example_bucket: str = Field(
        default="labelstream-examples",
        description="Bucket in the platform's own store for example images",
    )
    thumbnail_workers: int = Field(default=2, ge=1, description="Images that are decoded at the same time")
    max_image_bytes: int = Field(default=25 * 1024 * 1024, ge=1, description="Largest image that is read or uploaded")
    max_image_pixels: int = Field(default=64_000_000, ge=1, description="Width × height that is decoded at most")
    max_image_seconds: float = Field(default=15.0, gt=0, description="Time after which decoding is given up")
    max_image_memory: int = Field(
        default=1024 * 1024 * 1024, ge=256 * 1024 * 1024, description="Memory of a process that decodes, in bytes"
    )
    trash_days: float = Field(
        default=7.0, ge=0, le=3650, description="Days in which deleted images can be restored; 0: not at all"
    )
    auto_sync_seconds: float = Field(
        default=30.0, gt=0, description="Shortest time between two looks at a dataset that synchronizes by itself"
    )
    inspection: bool = Field(default=True, description="Whether images are read in the background, once each")
    inspection_workers: int = Field(default=1, ge=1, description="Images that are read in the background at once")
    service_secret: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="What this service signs in with to read labels for versions, as in team-service's settings",
    )
    team_service_url: str | None = Field(default=None, description="Where team-service is; by default the gateway")
    label_service_url: str | None = Field(default=None, description="Where label-service is; by default the gateway")
