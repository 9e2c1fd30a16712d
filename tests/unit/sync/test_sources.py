"""What may be entered as a source, and what a wrong setting tells: neither is a fault, and neither shows a secret."""

from dataclasses import replace
from typing import cast

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr, ValidationError

from labelstream_common.object_storage import ObjectStore, Reach
from sync_service.adapters.source_objects import StoredSourceObjects
from sync_service.adapters.stores import Stores
from sync_service.adapters.vault import FernetVault
from sync_service.application.ports import Sources
from sync_service.domain.store import Connection, GrantedBucket, InvalidSource, ObjectSource, checked_source_fields
from sync_service.settings import Settings


def source(vault: FernetVault, endpoint: str, region: str = "us-east-1") -> ObjectSource:
    return ObjectSource("a", "Lab", connection=Connection(endpoint, region, "key", vault.seal("a", "very-secret")))


@pytest.fixture
def vault() -> FernetVault:
    return FernetVault(SecretStr(Fernet.generate_key().decode()))


@pytest.mark.parametrize("region", ["us-", "-us", "", "us_east", "a" * 64])
def test_what_is_no_region_is_named(vault: FernetVault, region: str) -> None:
    with pytest.raises(InvalidSource) as refused:
        checked_source_fields(source(vault, "https://s3.example.org", region))
    assert [each.pointer for each in refused.value.errors] == ["/region"]


@pytest.mark.parametrize("endpoint", ["https://files.amazonaws.com", "http://s3-accesspoint.eu-west-1.amazonaws.com"])
async def test_an_address_that_the_client_refuses_is_told_of(vault: FernetVault, endpoint: str) -> None:
    own = ObjectStore("http://127.0.0.1:9", "key", "secret")
    stores = Stores(own, ("127.0.0.1", 9), cast("Sources", None), vault, Reach())
    (tried,) = await StoredSourceObjects(stores, max_bytes=1).tried(source(vault, endpoint))
    assert (tried.pointer, "cannot be used" in (tried.reason or "")) == ("/endpoint", True)
    own.close()


async def test_a_store_that_is_away_is_asked_once_whatever_it_is_to_hold(
    vault: FernetVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> None:
        reached.append(address)
        raise TimeoutError

    monkeypatch.setattr("labelstream_common.object_storage.reach.create_connection", connect)
    own = ObjectStore("http://127.0.0.1:9", "key", "secret")
    stores = Stores(own, ("127.0.0.1", 9), cast("Sources", None), vault, Reach.of("127.0.0.1"))
    wanted = source(vault, "http://127.0.0.1:9000")
    wanted = replace(wanted, buckets=tuple(GrantedBucket(f"bucket-{number}") for number in range(1_000)))
    tried = await StoredSourceObjects(stores, max_bytes=1).tried(wanted)
    assert ([each.name for each in tried], len(reached)) == ([each.name for each in wanted.buckets or ()], 1)
    assert {(each.pointer, "in time" in (each.reason or "")) for each in tried} == {("/endpoint", True)}
    own.close()


def test_a_setting_that_is_refused_is_named_and_not_shown() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"mongodb_url": "mongodb://me:hidden-1@db", "service_secret": "hidden-2"})
    assert "service_secret" in str(refused.value)
    assert "hidden" not in str(refused.value)
