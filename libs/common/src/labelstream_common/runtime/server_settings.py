"""Settings of whatever listens for HTTP: the services and the edge."""

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from labelstream_common.runtime.bounded_protocol import ConnectionLimits

_DEFAULT = ConnectionLimits()


def _only_networks(value: str) -> str:
    """Raises ValueError for what is no address: a name could be anybody's, and `*` would trust every client."""
    for part in filter(None, (each.strip() for each in value.split(","))):
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise ValueError(f"{part!r} is not an IP address or a network such as 10.0.0.0/8.") from None
    return value


TrustedProxies = Annotated[
    str,
    AfterValidator(_only_networks),
    Field(description="Addresses or networks of the proxies whose X-Forwarded-For is believed, separated by commas"),
]


class ServerSettings(BaseSettings):
    """How a process listens. Environment variables begin with LABELSTREAM_."""

    # What is refused at the start may be a secret: errors name the setting and not its value.
    model_config = SettingsConfigDict(env_prefix="LABELSTREAM_", extra="ignore", frozen=True, hide_input_in_errors=True)

    trusted_proxies: TrustedProxies = ""
    ca_file: str | None = Field(
        default=None,
        description="Certificates that sign the gateway's and the other services', as PEM; by default the system's",
    )
    max_connections: int = Field(default=_DEFAULT.connections, ge=1, description="Connections of this process")
    max_header_bytes: int = Field(
        default=_DEFAULT.header_bytes, ge=1024, description="Largest first line and headers of a request"
    )
    header_seconds: float = Field(default=_DEFAULT.header_seconds, gt=0, description="Time for a request's headers")
    body_pause_seconds: float = Field(
        default=_DEFAULT.body_pause_seconds, gt=0, description="Time between two pieces of a body"
    )
    reader_pause_seconds: float = Field(
        default=_DEFAULT.reader_pause_seconds, gt=0, description="Time in which a client takes nothing of its answer"
    )

    @property
    def connection_limits(self) -> ConnectionLimits:
        return ConnectionLimits(
            header_bytes=self.max_header_bytes,
            header_seconds=self.header_seconds,
            body_pause_seconds=self.body_pause_seconds,
            reader_pause_seconds=self.reader_pause_seconds,
            connections=self.max_connections,
        )
