"""Settings that every service has. Environment variables begin with LABELSTREAM_; a service adds its own."""

from typing import Literal

from pydantic import Field, SecretStr

from labelstream_common.runtime.server_settings import ServerSettings


class CommonSettings(ServerSettings):
    """Where the backing services are and how this process behaves. Read once, by `__main__`."""

    mongodb_url: SecretStr = Field(description="Connection string of the MongoDB replica set")
    mongodb_database: str | None = Field(default=None, description="Database; by default labelstream_<service>")
    kafka_bootstrap_servers: str = Field(description="host:port of one or more brokers, separated by commas")
    kafka_assignment: Literal["group", "direct"] = Field(
        default="group", description="Share partitions in consumer groups, or (one process) take all of them"
    )
    kafka_instance: str | None = Field(
        default=None, description="Stable name of this replica for static group membership in rolling restarts"
    )
    s3_endpoint: str = Field(description="URL of the object store, e.g. http://127.0.0.1:9000")
    s3_access_key: SecretStr = Field(description="Access key of the object store")
    s3_secret_key: SecretStr = Field(description="Secret key of the object store")
    s3_region: str = Field(default="us-east-1", description="Region that requests are signed for")
    storage_notifications: bool = Field(
        default=False, description="Whether the object store sends its notifications to storage.object.v1"
    )
    public_url: str = Field(default="http://127.0.0.1:8080", description="Where clients reach the gateway")
    jwks_url: str | None = Field(default=None, description="Where tokens' public keys are; by default the gateway's")
    log_format: Literal["json", "console"] = Field(default="json", description="How log lines are written")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged")
    max_body_bytes: int = Field(
        default=1024 * 1024, description="Largest request body where a route has no limit of its own"
    )

    @property
    def keys_url(self) -> str:
        return self.jwks_url or f"{self.public_url.rstrip('/')}/.well-known/jwks.json"

    def database_name(self, service: str) -> str:
        """`labelstream_job` for `job-service`, unless a name was set."""
        return self.mongodb_database or f"labelstream_{service.removesuffix('-service')}"
