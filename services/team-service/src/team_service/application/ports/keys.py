"""Passwords, and the keys that tokens are signed with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from team_service.domain.signing_keys import SigningKey


class SigningKeys(Protocol):
    async def all(self) -> Sequence[SigningKey]: ...

    async def add(self, key: SigningKey) -> SigningKey:
        """The key of this sequence: `key`, or that of another replica, if it was first."""

    async def remove(self, key_ids: Sequence[str]) -> None: ...


class KeyMaker(Protocol):
    def make(self, sequence: int, created_at: datetime, signs_from: datetime) -> SigningKey: ...


class Passwords(Protocol):
    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Takes as long for None, so that nobody can tell by the clock who has an account."""


class Signer(Protocol):
    def sign(self, claims: Mapping[str, Any], key: SigningKey) -> str:
        """A compact JWS (RFC 7515)."""
