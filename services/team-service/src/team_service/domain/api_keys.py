"""API keys: how programs sign in as an account, with OAuth2 client credentials."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from labelstream_common.auth.caller import API_KEY_PREFIX, KeyLimits, KeyScope
from labelstream_common.errors import Conflict, Invalid, NotFound, Unauthenticated
from team_service.domain.accounts import AccountId
from team_service.domain.secrets import Digest, digest, same

ApiKeyId = NewType("ApiKeyId", str)

MOST_PER_ACCOUNT = 100
# They are part of each token.
MOST_JOBS = 100


class ApiKeyNotFound(NotFound):
    code = "api-key-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such API key.")


class TooManyApiKeys(Conflict):
    code = "too-many-api-keys"

    def __init__(self) -> None:
        super().__init__(f"An account can have at most {MOST_PER_ACCOUNT} API keys. Delete one first.")


class ExpiryPassed(Invalid):
    code = "expiry-passed"

    def __init__(self) -> None:
        super().__init__("`expires_at` must be in the future.", pointer="/expires_at")


class InvalidKeyLimits(Invalid):
    code = "invalid-key-limits"


class InvalidClient(Unauthenticated):
    """A wrong key, one that ended, or one of a disabled account; `error` is what RFC 6749, 5.2 calls it."""

    code = "invalid-client"

    def __init__(self) -> None:
        super().__init__("The API key is wrong, has expired or was deleted.", error="invalid_client")


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: ApiKeyId
    account_id: AccountId
    name: str
    secret: Digest
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    limits: KeyLimits = field(default_factory=KeyLimits)

    def fits(self, secret: str, now: datetime) -> bool:
        """Whether this is its secret, and it has not expired."""
        return same(self.secret, digest(secret)) and (self.expires_at is None or self.expires_at > now)


def key_limits(scopes: Sequence[KeyScope] | None, job_ids: Sequence[str] | None) -> KeyLimits:
    """None means all. Raises InvalidKeyLimits."""
    if scopes is not None and not scopes:
        raise InvalidKeyLimits("Name at least one scope, or leave `scopes` out for all.", pointer="/scopes")
    if job_ids is not None and not 1 <= len(set(job_ids)) <= MOST_JOBS:
        raise InvalidKeyLimits(f"An API key is limited to 1 to {MOST_JOBS} jobs, or to none.", pointer="/job_ids")
    return KeyLimits(
        frozenset(KeyScope) if scopes is None else frozenset(scopes), None if job_ids is None else frozenset(job_ids)
    )


def worded(key_id: ApiKeyId, random_part: str) -> str:
    """The secret as it is shown once: it names its key, so that it is enough by itself."""
    return f"{API_KEY_PREFIX}{key_id}.{random_part}"


def key_id_of(secret: str) -> ApiKeyId:
    """The key that a secret names. Raises InvalidClient."""
    match secret.removeprefix(API_KEY_PREFIX).split("."):
        case [key_id, _] if secret.startswith(API_KEY_PREFIX):
            return ApiKeyId(key_id)
    raise InvalidClient
