"""Who may use which source: making, granting and ending them, finding what is granted, trying whether they work."""

from collections.abc import Callable, Sequence

from labelstream_common.account_turns import step_aside
from labelstream_common.auth import AccountRole, Caller
from labelstream_common.errors import FieldError
from labelstream_common.messaging import audited
from labelstream_common.mongo import Page, PageParams, retried
from labelstream_contracts import AuditAction, AuditSubject
from sync_service.application.ports import BucketTried, Ports
from sync_service.domain.dataset import AccountId, DatasetId, Source
from sync_service.domain.store import (
    MAX_SOURCES,
    BucketNotFound,
    ObjectSource,
    SourceInUse,
    SourceNotFound,
    SourceRefused,
    SourceUser,
    TooManySources,
    checked_source_fields,
)

Change = Callable[[ObjectSource], ObjectSource]
"""Gives the source as it is wanted. Raises what the caller is told if it is not as they expected it (`If-Match`)."""

_USERS_TOLD = 100
# What the audit names when it changes; never a value of the connection, which has the key.
_TOLD = ("name", "buckets", "granted_to", "connection")


async def user_of(caller: Caller, *, ports: Ports) -> SourceUser:
    teams = frozenset(await ports.teams.teams_of(caller.account_id))
    is_member = caller.role in {AccountRole.ADMIN, AccountRole.MEMBER}
    return SourceUser(AccountId(caller.account_id), caller.is_admin, is_member, teams)


async def granted_sources(user: SourceUser, wanted: PageParams, *, ports: Ports) -> Page[ObjectSource]:
    """The sources that somebody may use; an administrator's are all."""
    found = await ports.sources.page(user, wanted.after("sources"), wanted.limit + 1)
    page = found[: wanted.limit]
    return Page(page, wanted.cursor_after("sources", page[-1].id) if len(found) > wanted.limit else None)


async def require_bucket(user: SourceUser, wanted: Source, *, ports: Ports) -> None:
    """Raises BucketNotFound unless the bucket is there and granted. Of what is not granted the store is not asked."""
    await require_granted(user, wanted, ports=ports)
    if not await ports.objects.is_there(wanted):
        raise BucketNotFound(wanted.bucket)


async def require_granted(user: SourceUser, wanted: Source, *, ports: Ports) -> None:
    """Raises BucketNotFound unless it is granted."""
    try:
        source = await ports.sources.get(wanted.source_id)
    except SourceNotFound:
        raise BucketNotFound(wanted.bucket) from None
    if not source.allows(user, wanted):
        raise BucketNotFound(wanted.bucket)


@retried
async def create_source(wanted: ObjectSource, *, ports: Ports) -> ObjectSource:
    """A new source, if its store can be used. Raises InvalidSource, SourceRefused or TooManySources."""
    source = checked_source_fields(wanted)
    await _require_usable(source, ports)
    async with ports.unit_of_work() as work:
        if await ports.sources.count(work) >= MAX_SOURCES:
            raise TooManySources
        await ports.sources.save(source, work)
        detail = {"granted_to": _granted_to(source)}
        work.record(audited(AuditAction.SOURCE_CREATED, AuditSubject(kind="source", id=source.id), detail=detail))
        work.returns(source)
    return source


async def change_source(source_id: str, change: Change, *, ports: Ports) -> ObjectSource:
    """The source as it is afterwards. What leads to other objects is tried first.

    Datasets that are there stay. Where they are not granted any more, their images are neither shown nor read.
    """
    while True:
        seen = await ports.sources.get(source_id)
        wanted = change(seen)
        if not wanted.is_own and (wanted.connection, wanted.buckets) != (seen.connection, seen.buckets):
            await _require_usable(wanted, ports)
        changed = await _saved(seen, wanted, ports)
        if changed is not None:
            return changed


@retried
async def _saved(seen: ObjectSource, wanted: ObjectSource, ports: Ports) -> ObjectSource | None:
    """None if somebody else has changed the source since it was seen."""
    async with ports.unit_of_work() as work:
        if await ports.sources.get(seen.id, work) != seen:
            return None
        if wanted is not seen:
            await ports.sources.save(wanted, work)
            detail = {
                "changed": [name for name in _TOLD if getattr(wanted, name) != getattr(seen, name)],
                "granted_to": _granted_to(wanted),
                "granted_to_before": _granted_to(seen),
            }
            work.record(audited(AuditAction.SOURCE_CHANGED, AuditSubject(kind="source", id=seen.id), detail=detail))
        work.returns(wanted)
    return wanted


@retried
async def delete_source(source_id: str, expected: Callable[[ObjectSource], None], *, ports: Ports) -> None:
    """Forgets a source and its key. Raises SourceInUse while datasets lie on it; the platform's own stays for ever."""
    async with ports.unit_of_work() as work:
        source = await ports.sources.get(source_id, work)
        expected(source)
        if source.is_own:
            raise SourceInUse("The platform's own object store cannot be deleted. Grant it to nobody instead.")
        users = await ports.sources.users(source_id, _USERS_TOLD + 1, work=work)
        if users:
            count = str(len(users)) if len(users) <= _USERS_TOLD else f"More than {_USERS_TOLD}"
            raise SourceInUse(
                f"{count} datasets use this source. Delete them first.", dataset_ids=list(users[:_USERS_TOLD])
            )
        await ports.sources.delete(source_id, work)
        work.record(audited(AuditAction.DELETED, AuditSubject(kind="source", id=source_id)))
        work.returns(None)


def _granted_to(source: ObjectSource) -> str | list[str]:
    return source.granted_to if isinstance(source.granted_to, str) else list(source.granted_to)


async def touched_by_deletion(source_id: str, *, ports: Ports) -> Sequence[DatasetId]:
    """The first datasets that lie on a source."""
    await ports.sources.get(source_id)
    return await ports.sources.users(source_id, _USERS_TOLD)


async def try_source(source_id: str, *, ports: Ports) -> Sequence[BucketTried]:
    return await _tried(await ports.sources.get(source_id), ports)


async def _tried(source: ObjectSource, ports: Ports) -> Sequence[BucketTried]:
    step_aside()  # it may take long to answer
    return await ports.objects.tried(source)


async def _require_usable(source: ObjectSource, ports: Ports) -> None:
    faults = [FieldError(each.pointer, each.reason) for each in await _tried(source, ports) if each.reason is not None]
    if faults:
        raise SourceRefused(f"The object store cannot be used: {faults[0].detail}", errors=faults)
