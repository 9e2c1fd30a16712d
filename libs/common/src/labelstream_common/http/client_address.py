"""Where a request came from.

The server has already looked through the trusted proxies (`LABELSTREAM_TRUSTED_PROXIES`); `X-Forwarded-For` of
anybody else is ignored, so this address cannot be chosen by a client.
"""

import ipaddress

from starlette.requests import Request


def client_address(request: Request) -> str:
    """The client's IP address in its canonical form; empty if there is none (a Unix socket, a malformed header)."""
    if request.client is None:
        return ""
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
