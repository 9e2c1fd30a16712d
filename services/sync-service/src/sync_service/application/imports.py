"""Imports: starting, canceling and finding them. `sync_service.application.importing` carries them out."""

from dataclasses import dataclass
from functools import partial

from labelstream_common.mongo import Page, PageParams, Session, retried
from labelstream_common.operations import Alongside, Operation, OperationFinished, OperationNotFound, Operations
from sync_service.application.history import newest_first
from sync_service.application.ports import Ports, Transaction
from sync_service.application.stores import readable, source_of
from sync_service.domain.dataset import AccountId, Dataset, DatasetId, Source
from sync_service.domain.events import ImportFinished, ImportStarted
from sync_service.domain.imports import (
    Import,
    ImportCounts,
    ImportEnded,
    ImportId,
    ImportSettings,
    ImportState,
    checked_settings,
)
from sync_service.domain.store import BucketNotFound, SourceNotFound, SourceUser

KIND = "import"


@dataclass(frozen=True)
class StartImport:
    dataset_id: str
    settings: ImportSettings
    dry_run: bool


@retried
async def start_import(command: StartImport, user: SourceUser, *, ports: Ports, operations: Operations) -> Import:
    """Queues it. Raises InvalidImport, or BucketNotFound for what is not there or not granted to `user`."""
    dataset = await ports.datasets.get(command.dataset_id)
    own = dataset.source.source_id
    settings = checked_settings(command.settings, own_source=own, reserved_bucket=ports.reserved_bucket)
    source, source_id = settings.source, source_of(settings, dataset)
    if source.bucket is not None:
        wanted = Source(source.bucket, source.beginning, source_id)
        await _require_readable(user, dataset, wanted, ports)
    now = ports.clock.now()
    params = {"dataset_id": dataset.id, "by_admin": user.is_admin, "by_member": user.is_member}
    async with ports.unit_of_work() as work:
        await ports.datasets.get(dataset.id, work)
        if not command.dry_run:
            await _use(source_id, dataset, source.bucket, work, ports)
        operation = await operations.start(
            KIND,
            params,
            by=user.account_id,
            session=work.session,
            scope=f"dataset:{dataset.id}",
            result=result_of(ImportCounts()),
        )
        record = Import(
            id=ImportId(operation.id),
            dataset_id=dataset.id,
            settings=settings,
            dry_run=command.dry_run,
            state=ImportState.QUEUED,
            counts=ImportCounts(),
            rejected=(),
            created_by=AccountId(user.account_id),
            created_at=now,
        )
        await ports.imports.add(record, work)
        if not record.dry_run:
            work.record(ImportStarted(record, now))
        work.returns(record)
    return record


async def _use(source_id: str, dataset: Dataset, bucket: str | None, work: Transaction, ports: Ports) -> None:
    try:
        await ports.sources.used(source_id, dataset.id, work)
    except SourceNotFound:  # deleted this moment
        raise BucketNotFound(bucket or dataset.source.bucket) from None


async def _require_readable(user: SourceUser, dataset: Dataset, wanted: Source, ports: Ports) -> None:
    """A source that is not there answers like one that is not granted: nobody learns which there are."""
    try:
        may = await readable(user, dataset, wanted.source_id, ports=ports)
    except SourceNotFound:
        raise BucketNotFound(wanted.bucket) from None
    if not may(wanted.bucket, wanted.prefix):
        raise BucketNotFound(wanted.bucket)
    if wanted.place != dataset.source.place and not await ports.objects.is_there(wanted):
        raise BucketNotFound(wanted.bucket)


def result_of(counts: ImportCounts) -> dict[str, int]:
    return {"found": counts.found, **counts._asdict()}


async def end_import(
    import_id: str, state: ImportState, work: Transaction, *, ports: Ports, error: object = None
) -> None:
    """Writes how it ended into its record, and tells of it."""
    now = ports.clock.now()
    shown = error if isinstance(error, dict) else None
    ended = await ports.imports.end(ImportId(import_id), state, now, work, shown)
    if ended is not None and not ended.dry_run:
        work.record(ImportFinished(ended, now))


def ending(ports: Ports) -> Alongside:
    """For operations that end without having come to their end."""

    async def alongside(session: Session, operation: Operation) -> None:
        async with ports.join(session) as work:
            error = None if operation.error is None else dict(operation.error)
            await end_import(operation.id, ImportState(operation.state.value), work, ports=ports, error=error)

    return alongside


async def cancel_import(dataset_id: str, import_id: str, *, ports: Ports, operations: Operations) -> Import:
    """What was imported stays. Raises ImportNotFound, or ImportEnded for one that is over."""
    record = await ports.imports.get(dataset_id, import_id)
    if record.finished_at is not None:
        raise ImportEnded(record.state.value)
    try:
        await operations.cancel(import_id, ending(ports))
    except (OperationFinished, OperationNotFound):
        record = await ports.imports.get(dataset_id, import_id)
        raise ImportEnded(record.state.value) from None
    return await ports.imports.get(dataset_id, import_id)


async def list_imports(dataset_id: DatasetId, wanted: PageParams, *, ports: Ports) -> Page[Import]:
    """Newest first."""
    return await newest_first("imports", wanted, partial(ports.imports.page, dataset_id))
