"""Proofs of an earlier sign-in: signed, and kept by the device alone.

A proof is `<device>.<issued at>.<signature>`, the signature over both and the account, with a secret of this
installation. It opens nothing: it only gives its holder attempts that strangers cannot use up.
"""

import asyncio
import hashlib
import hmac
import secrets

from labelstream_common.clock import Clock
from labelstream_common.mongo import Database, retried
from team_service.adapters.collections import INSTALLATION
from team_service.domain.accounts import AccountId
from team_service.domain.sign_ins import DEVICE_KNOWN_FOR

_SECRET = "device-secret"  # noqa: S105 - a document's name
_LONGEST_PROOF = 256


class SignedDevices:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._installation = database[INSTALLATION]
        self._clock = clock
        self._secret: bytes | None = None
        self._loading = asyncio.Lock()

    async def prove(self, account_id: AccountId) -> str:
        content = f"{secrets.token_urlsafe(12)}.{int(self._clock.now().timestamp())}"
        return f"{content}.{await self._signature(content, account_id)}"

    async def device(self, proof: str, account_id: AccountId) -> str | None:
        match proof.split(".") if len(proof) <= _LONGEST_PROOF and proof.isascii() else ():
            case [device, issued_at, signature] if issued_at.isdigit():
                expected = await self._signature(f"{device}.{issued_at}", account_id)
                age = self._clock.now().timestamp() - int(issued_at)
                if hmac.compare_digest(signature, expected) and age < DEVICE_KNOWN_FOR.total_seconds():
                    return device
        return None

    async def _signature(self, content: str, account_id: AccountId) -> str:
        secret = await self._shared_secret()
        return hmac.new(secret, f"{account_id}.{content}".encode(), hashlib.sha256).hexdigest()

    async def _shared_secret(self) -> bytes:
        if self._secret is None:
            async with self._loading:
                self._secret = await self._load()
        return self._secret

    @retried
    async def _load(self) -> bytes:
        """The secret that all replicas share: whoever asks first makes it."""
        made = {"$setOnInsert": {"secret": secrets.token_hex(32)}}
        await self._installation.update_one({"_id": _SECRET}, made, upsert=True)
        found = await self._installation.find_one({"_id": _SECRET})
        assert found is not None  # noqa: S101 - it was just written
        return bytes.fromhex(found["secret"])
