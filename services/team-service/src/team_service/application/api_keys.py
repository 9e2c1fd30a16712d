"""A person's API keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from labelstream_common.auth import KeyScope
from labelstream_common.clock import rfc3339
from labelstream_common.ids import new_id
from labelstream_common.mongo import Page, PageParams, retried
from labelstream_contracts import AuditAction, AuditRecorded
from team_service.application.audit import noted
from team_service.application.ending import end_credential
from team_service.application.passwords import check_current_password
from team_service.application.ports import Ports
from team_service.application.secrets import new_secret
from team_service.domain.accounts import AccountId
from team_service.domain.api_keys import (
    MOST_PER_ACCOUNT,
    ApiKey,
    ApiKeyId,
    ApiKeyNotFound,
    ExpiryPassed,
    TooManyApiKeys,
    key_limits,
    worded,
)
from team_service.domain.names import person_name
from team_service.domain.secrets import digest


@dataclass(frozen=True, slots=True)
class CreateApiKey:
    account_id: AccountId
    name: str
    current_password: str = field(repr=False)
    expires_at: datetime | None = None
    scopes: Sequence[KeyScope] | None = None
    job_ids: Sequence[str] | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class CreatedApiKey:
    """The one time that the secret is known."""

    key: ApiKey
    secret: str = field(repr=False)


async def create_api_key(command: CreateApiKey, *, ports: Ports) -> CreatedApiKey:
    """Raises InvalidName, ExpiryPassed, InvalidKeyLimits, WrongPassword, TooManyAttempts or TooManyApiKeys."""
    now = ports.clock.now()
    if command.expires_at is not None and command.expires_at <= now:
        raise ExpiryPassed
    key_id = ApiKeyId(new_id())
    secret = worded(key_id, new_secret())
    key = ApiKey(
        id=key_id,
        account_id=command.account_id,
        name=person_name(command.name),
        secret=digest(secret),
        created_at=now,
        expires_at=command.expires_at,
        limits=key_limits(command.scopes, command.job_ids),
    )
    await check_current_password(command.account_id, command.current_password, command.origin, ports=ports)
    return await _keep(CreatedApiKey(key, secret), command, ports)


@retried
async def _keep(created: CreatedApiKey, command: CreateApiKey, ports: Ports) -> CreatedApiKey:
    async with ports.unit_of_work() as work:
        if await ports.api_keys.count(command.account_id, work) >= MOST_PER_ACCOUNT:
            raise TooManyApiKeys
        await ports.api_keys.add(created.key, work)
        work.record(_made(created.key))
        work.returns(created)
    return created


def _made(key: ApiKey) -> AuditRecorded:
    limits = key.limits
    return noted(
        AuditAction.KEY_CREATED,
        "api-key",
        key.id,
        scopes=sorted(limits.scopes),
        job_ids=None if limits.job_ids is None else sorted(limits.job_ids),
        expires_at=None if key.expires_at is None else rfc3339(key.expires_at),
    )


async def api_key_of(key_id: ApiKeyId, account_id: AccountId, *, ports: Ports) -> ApiKey:
    """A key of this account. Raises ApiKeyNotFound."""
    key = await ports.api_keys.find(key_id)
    if key is None or key.account_id != account_id:
        raise ApiKeyNotFound
    return key


@retried
async def delete_api_key(key_id: ApiKeyId, account_id: AccountId, *, ports: Ports) -> None:
    """Its access tokens end with it. Raises ApiKeyNotFound."""
    async with ports.unit_of_work() as work:
        await ports.api_keys.remove(key_id, account_id, work)
        await end_credential(key_id, account_id, ports, work)
        work.record(noted(AuditAction.KEY_DELETED, "api-key", key_id))


async def list_api_keys(account_id: AccountId, wish: PageParams, *, ports: Ports) -> Page[ApiKey]:
    return await ports.api_keys.of_account(account_id, wish)
