"""Settings that every service has. Environment variables begin with LABELSTREAM_; a service adds its own."""

from typing import Literal

from pydantic import Field, SecretStr

from labelstream_common.auth.content_tickets import ContentTickets
from labelstream_common.messaging.kafka_access import KafkaAccess, SaslMechanism, SecurityProtocol
from labelstream_common.mongo import Client, connect
from labelstream_common.runtime.server_settings import ServerSettings


class CommonSettings(ServerSettings):
    """Where the backing services are and how this process behaves. Read once, by `__main__`."""

    mongodb_url: SecretStr = Field(description="Connection string of the MongoDB replica set")
    mongodb_ca_file: str | None = Field(
        default=None, description="Certificates that sign MongoDB's own, as PEM; turns TLS on"
    )
    mongodb_certificate_file: str | None = Field(
        default=None, description="Client certificate and key for MongoDB in one PEM file; turns TLS on"
    )
    mongodb_database: str | None = Field(default=None, description="Database; by default labelstream_<service>")
    kafka_bootstrap_servers: str = Field(description="host:port of one or more brokers, separated by commas")
    kafka_security_protocol: SecurityProtocol = Field(
        default="PLAINTEXT",
        description="Whether clients of Kafka sign in (SASL) and whether the way is encrypted (SSL)",
    )
    kafka_sasl_mechanism: SaslMechanism = Field(default="SCRAM-SHA-512", description="How clients of Kafka sign in")
    kafka_username: str | None = Field(default=None, description="Kafka user of this service")
    kafka_password: SecretStr | None = Field(default=None, description="Password of that user")
    kafka_ca_file: str | None = Field(
        default=None, description="Certificates that sign the brokers' own, as PEM; by default the system's"
    )
    kafka_certificate_file: str | None = Field(default=None, description="Client certificate for Kafka, as PEM")
    kafka_key_file: str | None = Field(default=None, description="Private key of that certificate, as PEM")
    kafka_assignment: Literal["group", "direct"] = Field(
        default="group", description="Share partitions in consumer groups, or (one process) take all of them"
    )
    kafka_instance: str | None = Field(
        default=None, description="Stable name of this replica for static group membership in rolling restarts"
    )
    s3_endpoint: str = Field(description="URL of the object store, e.g. http://127.0.0.1:9000")
    s3_access_key: SecretStr = Field(description="Access key of the object store")
    s3_secret_key: SecretStr = Field(description="Secret key of the object store")
    s3_ca_file: str | None = Field(
        default=None, description="Certificates that sign the object store's own, as PEM; by default the system's"
    )
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

    content_key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Key of the tickets by which labelers of a team's job see their images; the same in label-service "
        "and sync-service. Without it such labelers see no images",
    )

    @property
    def content_tickets(self) -> ContentTickets | None:
        return None if self.content_key is None else ContentTickets(self.content_key.get_secret_value())

    @property
    def kafka(self) -> KafkaAccess:
        password = self.kafka_password
        return KafkaAccess(
            self.kafka_bootstrap_servers,
            security_protocol=self.kafka_security_protocol,
            sasl_mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_username,
            password=None if password is None else password.get_secret_value(),
            ca_file=self.kafka_ca_file,
            certificate_file=self.kafka_certificate_file,
            key_file=self.kafka_key_file,
        )

    def mongodb(self, app_name: str) -> Client:
        """A client of the database; does no I/O."""
        return connect(
            self.mongodb_url.get_secret_value(),
            app_name=app_name,
            ca_file=self.mongodb_ca_file,
            certificate_file=self.mongodb_certificate_file,
        )

    @property
    def keys_url(self) -> str:
        return self.jwks_url or f"{self.public_url.rstrip('/')}/.well-known/jwks.json"

    def database_name(self, service: str) -> str:
        """`labelstream_job` for `job-service`, unless a name was set."""
        return self.mongodb_database or f"labelstream_{service.removesuffix('-service')}"
