"""API keys: how programs sign in as an account, with OAuth2 client credentials."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from labelstream_common.errors import Conflict, Invalid, NotFound, Unauthenticated
from team_service.domain.accounts import AccountId
from team_service.domain.secrets import Digest, digest, same

ApiKeyId = NewType("ApiKeyId", str)

MOST_PER_ACCOUNT = 100
_PREFIX = "lsk"


class ApiKeyNotFound(NotFound):
    code = "api-key-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such API key.")


class TooManyApiKeys(Conflict):
    code = "too-many-api-keys"

    def __init__(self) -> None:
        super().__init__(f"An account has at most {MOST_PER_ACCOUNT} API keys. Delete one first.")


class ExpiryPassed(Invalid):
    code = "expiry-passed"

    def __init__(self) -> None:
        super().__init__("An API key ends in the future.", pointer="/expires_at")


class InvalidClient(Unauthenticated):
    """A wrong key, one that ended, or one of a disabled account; `error` is what RFC 6749, 5.2 calls it."""

    code = "invalid-client"

    def __init__(self) -> None:
        super().__init__("The API key is wrong or does not hold any more.", error="invalid_client")


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: ApiKeyId
    account_id: AccountId
    name: str
    secret: Digest
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def check(self, secret: str, now: datetime) -> None:
        """Raises InvalidClient."""
        if not same(self.secret, digest(secret)) or (self.expires_at is not None and self.expires_at <= now):
            raise InvalidClient


def worded(key_id: ApiKeyId, random_part: str) -> str:
    """The secret as it is shown once: it names its key, so that it is enough by itself."""
    return f"{_PREFIX}.{key_id}.{random_part}"


def key_id_of(secret: str) -> ApiKeyId:
    """The key that a secret names. Raises InvalidClient."""
    match secret.split("."):
        case [prefix, key_id, _] if prefix == _PREFIX:
            return ApiKeyId(key_id)
    raise InvalidClient
