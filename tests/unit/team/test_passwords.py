"""A password is one password, however a keyboard types it (RFC 8265, OpaqueString)."""

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from team_service.adapters.passwords import Argon2Passwords
from team_service.domain.passwords import prepared

COMPOSED, DECOMPOSED = "caf\xe9 au lait", "cafe\u0301\u3000au\xa0lait"


def test_spaces_and_normal_forms_are_alike_and_nothing_else_is() -> None:
    assert prepared(DECOMPOSED) == prepared(COMPOSED) == COMPOSED
    assert prepared("Ａbc ") == "Ａbc ", "neither width nor case nor the space at the end"


async def test_either_spelling_signs_in() -> None:
    passwords = Argon2Passwords()
    for typed, again in ((COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)):
        assert await passwords.verify(again, await passwords.hash(typed))
    assert not await passwords.verify("cafe au lait", await passwords.hash(COMPOSED))
    passwords.close()


async def test_a_hash_from_before_still_verifies_as_it_was_typed() -> None:
    passwords = Argon2Passwords()
    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),)).hash(DECOMPOSED)
    assert await passwords.verify(DECOMPOSED, old)
    assert not await passwords.verify("something else", old)
    passwords.close()
