"""The setting `TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed."""

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, Field


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
