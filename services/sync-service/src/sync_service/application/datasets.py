"""Making, changing and finding datasets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from labelstream_common.mongo import Page, PageParams, retried
from sync_service.application.ports import Ports, Transaction
from sync_service.application.sources import require_bucket
from sync_service.domain.dataset import (
    AccountId,
    Dataset,
    DatasetId,
    DatasetTexts,
    Source,
    checked_source,
    checked_texts,
)
from sync_service.domain.events import Actor, DatasetCreated, DatasetUpdated
from sync_service.domain.store import BucketNotFound, SourceNotFound, SourceUser

Expectation = Callable[[Dataset], None]
"""Raises what the caller is told when the dataset is not as they expected it (`If-Match`)."""

# A person who has just made a dataset asks for its first synchronization themselves.
FIRST_LOOK_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class CreateDataset:
    texts: DatasetTexts
    source: Source
    auto_sync: bool
    by: AccountId


@dataclass(frozen=True)
class ChangeDataset:
    """None leaves a field as it is."""

    dataset_id: str
    by: AccountId
    name: str | None = None
    description: str | None = None
    labeling_description: str | None = None
    auto_sync: bool | None = None

    def texts_after(self, texts: DatasetTexts) -> DatasetTexts:
        return DatasetTexts(
            texts.name if self.name is None else self.name,
            texts.description if self.description is None else self.description,
            texts.labeling_description if self.labeling_description is None else self.labeling_description,
        )


@retried
async def create_dataset(command: CreateDataset, user: SourceUser, *, ports: Ports) -> Dataset:
    """A new dataset without samples yet; whoever asks for its synchronization, or its own schedule, fills it.

    Raises InvalidDataset, or BucketNotFound for a bucket that is not there or not granted to `user`.
    """
    texts = checked_texts(command.texts)
    source = checked_source(command.source, reserved_bucket=ports.reserved_bucket)
    await require_bucket(user, source, ports=ports)
    await ports.objects.watch(source.place)
    now = ports.clock.now()
    dataset = Dataset(DatasetId(ports.new_id()), texts, source, command.auto_sync, command.by, created_at=now)
    async with ports.unit_of_work() as work:
        await _use(dataset, work, ports)
        await ports.datasets.add(dataset, work)
        if dataset.auto_sync:
            await ports.schedule.put(dataset, FIRST_LOOK_AFTER, work)
        work.record(DatasetCreated(dataset, Actor("person", command.by), now))
        work.returns(dataset)
    return dataset


async def _use(dataset: Dataset, work: Transaction, ports: Ports) -> None:
    try:
        await ports.sources.used(dataset.source.source_id, dataset.id, work)
    except SourceNotFound:  # deleted this moment
        raise BucketNotFound(dataset.source.bucket) from None


@retried
async def change_dataset(command: ChangeDataset, expected: Expectation, *, ports: Ports) -> Dataset:
    """The dataset as it is afterwards; without a real change it keeps its version, and nothing is published."""
    async with ports.unit_of_work() as work:
        dataset = await ports.datasets.get(command.dataset_id, work)
        auto_sync = dataset.auto_sync if command.auto_sync is None else command.auto_sync
        changed = dataset.changed(command.texts_after(dataset.texts), auto_sync=auto_sync)
        expected(dataset)  # what can never be right is told before what has only changed meanwhile
        if changed is not dataset:
            await ports.datasets.save(changed, work)
            work.record(DatasetUpdated(changed, Actor("person", command.by), ports.clock.now()))
        if changed.auto_sync != dataset.auto_sync:
            await _reschedule(changed, work, ports)
        work.returns(changed)
    return changed


async def _reschedule(dataset: Dataset, work: Transaction, ports: Ports) -> None:
    if dataset.auto_sync:
        await ports.schedule.put(dataset, timedelta(0), work)
    else:
        await ports.schedule.drop(dataset.id, work)


async def list_datasets(created_by: AccountId | None, wanted: PageParams, *, ports: Ports) -> Page[Dataset]:
    """The datasets that somebody made (None: all)."""
    found = await ports.datasets.page(
        created_by, wanted.after("datasets"), wanted.limit + 1, newest_first=wanted.newest_first
    )
    page = found[: wanted.limit]
    return Page(page, wanted.cursor_after("datasets", page[-1].id) if len(found) > wanted.limit else None)
