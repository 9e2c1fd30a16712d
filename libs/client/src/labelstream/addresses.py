"""Addresses of a gateway: the default, and the check that catches a mistyped one before anything is sent."""

from urllib.parse import urlsplit
from urllib.request import getproxies

from labelstream.errors import InvalidAddress

DEFAULT_URL = "http://127.0.0.1:8080"


def gateway_url(text: str) -> str:
    """`text` without a slash at its end. Raises InvalidAddress unless it is an http or https URL with a host."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidAddress(text, str(error)) from error
    if parts.scheme not in {"http", "https"} or not host or not url.isprintable() or " " in url:
        raise InvalidAddress(text, f"write it with its scheme and host, for example {DEFAULT_URL}")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise InvalidAddress(text, "it must not contain credentials, a query or a fragment")
    return url


def speaks_tls(url: str) -> bool:
    """Whether certificates may have to be verified on the way: loading them takes as long as a short command does."""
    return url.startswith("https:") or bool(getproxies())
