"""Which addresses an object store of somebody's choosing may have, in whatever spelling."""

import socket
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream_common.object_storage import AddressRefused, ObjectStore, Reach, StorageUnavailable, explained

PRIVATE = (
    "127.0.0.1",
    "127.1.2.3",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - judged, not bound to
    "255.255.255.255",
    "224.0.0.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "not-an-address",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address: str) -> None:
    assert not Reach().allows(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert Reach().allows(address)


@pytest.mark.parametrize(
    "spelling",
    ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_no_odd_spelling_of_this_machine_is_reached(spelling: str) -> None:
    with pytest.raises(AddressRefused):
        Reach().addresses(spelling.strip("[]"), 9000)


def test_what_the_operator_names_is_reached() -> None:
    reach = Reach.of("10.1.0.0/16, MinIO.internal:9000 ,127.0.0.1, store.example")
    assert (reach.allows("10.1.2.3"), reach.allows("10.2.0.1")) == (True, False)
    assert reach.allows("::ffff:10.1.2.3")
    assert reach.hosts == {"minio.internal:9000", "store.example"}
    assert reach.addresses("127.0.0.1", 1) == ["127.0.0.1"]


@pytest.mark.parametrize("named", ["10.0.0.0/33", "http://minio", "user@host", "a/b"])
def test_what_is_no_address_is_no_setting(named: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        Reach.of(named)


def test_a_name_with_one_private_address_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolves(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        Reach().addresses("rebinding.example", 443)


async def test_only_who_entered_an_address_is_told_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolves(monkeypatch, ["10.0.0.1"])
    store = ObjectStore("http://store.corp.example:9000", "key", "secret", reach=Reach(), attempts=0)
    with pytest.raises(AddressRefused) as refused:
        await store.get("bucket", "key")
    assert "store.corp.example" not in f"{refused.value.detail} {refused.value.data} {refused.value.errors}"
    assert "private" not in refused.value.detail
    assert "'store.corp.example' leads to a private" in explained(refused.value)
    store.close()


async def test_a_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is judged and this machine a moment later: it is resolved once."""
    asked = _resolves(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    reached: list[str] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("labelstream_common.object_storage.reach.create_connection", connect)
    store = ObjectStore("http://rebinding.example:9000", "key", "secret", reach=Reach(), attempts=0)
    with pytest.raises(Exception, match="does not answer"):
        await store.ping()
    assert (reached, len(asked)) == (["8.8.8.8"], 1)
    store.close()


@pytest.mark.parametrize("host", ["a..example", f"{'a' * 64}.example"])
async def test_a_name_that_cannot_be_in_dns_is_as_one_that_is_not(host: str) -> None:
    store = ObjectStore(f"http://{host}:9000", "key", "secret", reach=Reach(), attempts=0)
    with pytest.raises(StorageUnavailable) as refused:
        await store.ping()
    assert "host name cannot be resolved" in explained(refused.value)
    store.close()


@given(st.integers(0, 2**32 - 1))
def test_an_address_of_ipv4_is_judged_alike_in_every_form(number: int) -> None:
    plain = socket.inet_ntoa(number.to_bytes(4))
    for carried in (f"::ffff:{plain}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"):
        assert Reach().allows(carried) == Reach().allows(plain), plain


def _resolves(monkeypatch: pytest.MonkeyPatch, *answers: Sequence[str]) -> list[str]:
    """The resolver gives one answer after another; what it was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked
