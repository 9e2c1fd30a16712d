"""HTTP clients for what services ask each other: never redirected, and only servers whose certificate is trusted."""

import ssl
from functools import cache

import httpx


def service_client(
    timeout: float | httpx.Timeout, *, ca_file: str | None = None, base_url: str = ""
) -> httpx.AsyncClient:
    """`ca_file` holds the certificates that sign those of the services (None: the system's).

    Raises OSError if it cannot be read.
    """
    return httpx.AsyncClient(
        base_url=base_url, timeout=timeout, follow_redirects=False, trust_env=False, verify=_trust(ca_file)
    )


@cache
def _trust(ca_file: str | None) -> ssl.SSLContext:
    """Once for all clients: to read the system's certificates takes tens of milliseconds."""
    return ssl.create_default_context(cafile=ca_file)
