"""Where a request came from, and whose word for it is taken."""

import pytest
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from labelstream_common.http import client_address
from labelstream_common.runtime import TrustedProxies


def request_from(host: str | None, forwarded: str = "203.0.113.9") -> Request:
    client = None if host is None else (host, 1)
    return Request({"type": "http", "client": client, "headers": [(b"x-forwarded-for", forwarded.encode())]})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("no-address", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_has_one_form_whatever_headers_say(host: str | None, address: str) -> None:
    assert client_address(request_from(host)) == address


@pytest.mark.parametrize("value", ["", "127.0.0.1", "10.0.0.0/8, 2001:db8::/32"])
def test_proxies_are_addresses_and_networks(value: str) -> None:
    assert TypeAdapter(TrustedProxies).validate_python(value) == value


@pytest.mark.parametrize("value", ["*", "nginx", "10.0.0.0/8,*"])
def test_nobody_is_trusted_by_a_name_or_a_star(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(TrustedProxies).validate_python(value)
