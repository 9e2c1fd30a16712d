"""Who may use which source: granting it, finding what is granted, trying whether its buckets can be read."""

from collections.abc import Callable
from typing import NamedTuple

from labelstream_common.auth import AccountRole, Caller
from labelstream_common.errors import DomainError
from labelstream_common.mongo import retried
from sync_service.application.ports import Ports
from sync_service.domain.dataset import AccountId, Source
from sync_service.domain.store import OWN_STORE, BucketNotFound, ObjectSource, SourceUser

Change = Callable[[ObjectSource], ObjectSource]
"""Gives the source as it is wanted. Raises what the caller is told if it is not as they expected it (`If-Match`)."""


async def user_of(caller: Caller, *, ports: Ports) -> SourceUser:
    teams = frozenset(await ports.teams.teams_of(caller.account_id))
    is_member = caller.role in {AccountRole.ADMIN, AccountRole.MEMBER}
    return SourceUser(AccountId(caller.account_id), caller.is_admin, is_member, teams)


async def granted_sources(user: SourceUser, *, ports: Ports) -> list[ObjectSource]:
    """The sources that somebody may use; an administrator's are all."""
    own = await ports.sources.get(OWN_STORE)
    return [own] if own.is_open_to(user) else []


async def require_bucket(user: SourceUser, wanted: Source, *, ports: Ports) -> None:
    """Raises BucketNotFound unless the bucket is there and granted. Of what is not granted the store is not asked."""
    source = await ports.sources.get(OWN_STORE)
    if not source.allows(user, wanted) or not await ports.objects.bucket_exists(wanted.bucket):
        raise BucketNotFound(wanted.bucket)


@retried
async def change_source(source_id: str, change: Change, *, ports: Ports) -> ObjectSource:
    """The source as it is afterwards. Datasets that are there stay; the next one is made under the new grants."""
    async with ports.unit_of_work() as work:
        source = await ports.sources.get(source_id, work)
        changed = change(source)
        if changed is not source:
            await ports.sources.save(changed, work)
        work.returns(changed)
    return changed


class BucketTried(NamedTuple):
    name: str
    reason: str | None


async def try_source(source_id: str, *, ports: Ports) -> list[BucketTried]:
    """Lists one page of each of its buckets; `reason` says what went wrong."""
    source = await ports.sources.get(source_id)
    return [BucketTried(each.name, await _fault(Source(*each), ports)) for each in source.buckets or ()]


async def _fault(source: Source, ports: Ports) -> str | None:
    pages = ports.objects.pages(source, "")
    try:
        async for _ in pages:
            break
    except DomainError as error:
        return error.detail
    return None
