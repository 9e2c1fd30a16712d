"""Secrets of sources, sealed with a key from the settings (Fernet: AES-128-CBC with HMAC-SHA-256).

Format: https://github.com/fernet/spec. A sealed text holds the source's id beside the secret: it is of no use
in another source's document. The first key seals; every key opens, so keys are changed by putting a new one in front.
"""

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from labelstream_common.mongo import Database
from labelstream_common.telemetry import get_logger
from sync_service.adapters.mongo import SOURCES
from sync_service.domain.store import SealedSecret, SourceRefused

log = get_logger(__name__)


class FernetVault:
    """`keys`: one or more, separated by commas; None where no source but the platform's own is wanted.

    Raises ValueError for what is no key, without telling it.
    """

    def __init__(self, keys: SecretStr | None) -> None:
        texts = [] if keys is None else [each.strip() for each in keys.get_secret_value().split(",") if each.strip()]
        try:
            self._keys = [Fernet(text) for text in texts]
        except ValueError:
            raise ValueError(
                "LABELSTREAM_SECRETS_KEY must hold keys of 32 bytes in URL-safe base64, separated by commas."
            ) from None

    def seal(self, source_id: str, secret: str) -> SealedSecret:
        if not self._keys:
            raise SourceRefused(
                "No key is set to encrypt secrets with. The operator must set LABELSTREAM_SECRETS_KEY first."
            )
        return SealedSecret(self._keys[0].encrypt(orjson.dumps([source_id, secret])).decode())

    def open(self, source_id: str, sealed: SealedSecret) -> str:
        """Raises SourceRefused where it was sealed with another key, or for another source."""
        try:
            sealed_for, secret = orjson.loads(MultiFernet(self._keys).decrypt(sealed)) if self._keys else ("", "")
        except InvalidToken:
            sealed_for, secret = "", ""
        if sealed_for != source_id:
            raise SourceRefused(
                "The secret of this source was encrypted with a key that is not in LABELSTREAM_SECRETS_KEY. "
                "Put that key back, or enter the secret anew.",
                pointer="/secret_key",
            )
        return str(secret)

    def is_sealed_with_the_first(self, sealed: SealedSecret) -> bool:
        try:
            self._keys[0].decrypt(sealed)
        except InvalidToken:
            return False  # an older key sealed it
        return True

    async def reseal(self, database: Database) -> None:
        """Seals every secret with the first key that another key has sealed. What none opens stays, and is told."""
        if not self._keys:
            return
        async for found in database[SOURCES].find({"connection": {"$exists": True}}, {"connection.secret": 1}):
            sealed = SealedSecret(found["connection"]["secret"])
            if self.is_sealed_with_the_first(sealed):
                continue
            try:
                renewed = self.seal(found["_id"], self.open(found["_id"], sealed))
            except SourceRefused:
                log.warning("source.secret.not-opened", source=found["_id"])
                continue
            await database[SOURCES].update_one(
                {"_id": found["_id"], "connection.secret": sealed}, {"$set": {"connection.secret": renewed}}
            )
