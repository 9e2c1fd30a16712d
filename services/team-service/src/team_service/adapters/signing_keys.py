"""Signing keys: kept in MongoDB, made and used with Ed25519 (RFC 8037)."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from joserfc.jwk import OKPKey

from labelstream_common.auth.signing import sign_token
from labelstream_common.ids import new_id
from labelstream_common.mongo import Database, Document, upserted
from team_service.adapters.collections import SIGNING_KEYS
from team_service.domain.signing_keys import SigningKey

_BELIEVED_FOR = 5.0


class MongoSigningKeys:
    """Remembers the keys for five seconds: every sign-in needs them, and they change once a month."""

    def __init__(self, database: Database) -> None:
        self._keys = database[SIGNING_KEYS]
        self._known: Sequence[SigningKey] = ()
        self._read_at = float("-inf")
        self._writes = 0

    async def all(self) -> Sequence[SigningKey]:
        if self._known and time.monotonic() - self._read_at < _BELIEVED_FOR:
            return self._known
        writes = self._writes
        found = [_key(document) async for document in self._keys.find({}).sort("sequence", 1)]
        if writes == self._writes:  # else what was read may be older than a write of our own
            self._known, self._read_at = found, time.monotonic()
        return found

    async def add(self, key: SigningKey) -> SigningKey:
        fields = _document(key)
        found = await upserted(self._keys, {"sequence": fields.pop("sequence")}, {"$setOnInsert": fields})
        self._forget()
        return _key(found)

    async def remove(self, key_ids: Sequence[str]) -> None:
        await self._keys.delete_many({"_id": {"$in": list(key_ids)}})
        self._forget()

    def _forget(self) -> None:
        self._known = ()
        self._writes += 1


class Ed25519KeyMaker:
    def make(self, sequence: int, created_at: datetime, signs_from: datetime) -> SigningKey:
        key_id = new_id()
        made = OKPKey.generate_key("Ed25519", {"kid": key_id, "use": "sig", "alg": "EdDSA"})
        return SigningKey(
            id=key_id,
            sequence=sequence,
            created_at=created_at,
            signs_from=signs_from,
            public=_text(made.as_dict(private=False)),
            private=_text(made.as_dict(private=True)),
        )


class Ed25519Signer:
    def sign(self, claims: Mapping[str, Any], key: SigningKey) -> str:
        return sign_token(claims, OKPKey.import_key(dict(key.private)), key.id)


def _text(jwk: Mapping[str, object]) -> Mapping[str, str]:
    return {name: str(value) for name, value in jwk.items()}


def _document(key: SigningKey) -> Document:
    return {
        "_id": key.id,
        "sequence": key.sequence,
        "created_at": key.created_at,
        "signs_from": key.signs_from,
        "public": dict(key.public),
        "private": dict(key.private),
    }


def _key(found: Document) -> SigningKey:
    return SigningKey(
        id=found["_id"],
        sequence=found["sequence"],
        created_at=found["created_at"],
        signs_from=found["signs_from"],
        public=found["public"],
        private=found["private"],
    )
