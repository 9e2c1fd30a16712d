"""Secrets of sources are sealed by a key from the settings, for one source each, and keys can be changed."""

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from sync_service.adapters.vault import FernetVault
from sync_service.domain.store import Connection, ObjectSource, SourceRefused

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def vault(*keys: str) -> FernetVault:
    return FernetVault(SecretStr(",".join(keys)))


def test_what_is_sealed_tells_nothing_and_opens_again() -> None:
    sealed = vault(OLD).seal("a", "very-secret")
    assert "very-secret" not in sealed
    assert vault(OLD).open("a", sealed) == "very-secret"
    assert vault(OLD).seal("a", "very-secret") != sealed


def test_a_secret_is_of_no_use_in_another_source() -> None:
    sealed = vault(OLD).seal("a", "very-secret")
    with pytest.raises(SourceRefused):
        vault(OLD).open("b", sealed)


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    sealed = vault(OLD).seal("a", "very-secret")
    assert vault(NEW, OLD).open("a", sealed) == "very-secret"
    assert not vault(NEW, OLD).is_sealed_with_the_first(sealed)
    renewed = vault(NEW, OLD).seal("a", "very-secret")
    assert vault(NEW).open("a", renewed) == "very-secret"
    with pytest.raises(SourceRefused, match="LABELSTREAM_SECRETS_KEY"):
        vault(NEW).open("a", sealed)


def test_without_a_key_nothing_is_sealed_and_a_bad_key_is_not_told() -> None:
    with pytest.raises(SourceRefused, match="LABELSTREAM_SECRETS_KEY"):
        FernetVault(None).seal("a", "very-secret")
    with pytest.raises(ValueError, match="URL-safe base64") as told:
        vault("no-key-but-secret")
    assert "no-key-but-secret" not in str(told.value)


def test_a_source_in_a_message_shows_no_secret_not_even_sealed() -> None:
    sealed = vault(OLD).seal("a", "very-secret")
    source = ObjectSource("a", "Lab", connection=Connection("https://s3.example", "eu-1", "key", sealed))
    assert sealed not in repr(source)
