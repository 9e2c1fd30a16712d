"""Publishing a version, as an operation: a job's export at one `seq` becomes rows that never change.

Three stages, each of which can go on, or begin again, after a crash: *reading* stores the rows in the order of sample
ids, *splitting* (only where the split is stratified) decides the sides anew, *summing* makes digest and counts. Nobody
is stopped meanwhile, and memory does not depend on how many samples there are.
"""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from labelstream_common.errors import Unavailable
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Alongside, Fence, Operation, OperationNotFound, Operations
from sync_service.application.ports import Ports, Transaction
from sync_service.application.version_ports import Block, JobExport, Labeled, VersionPorts
from sync_service.domain.dataset import Dataset, DatasetId
from sync_service.domain.events import Actor, VersionPublished
from sync_service.domain.split import Thresholds, border_of, place_of, stratum_of, thresholds_of, usage_of
from sync_service.domain.version import (
    DatasetVersion,
    LabelCount,
    VersionCounts,
    VersionNameTaken,
    VersionNotFound,
    VersionRow,
    checked_version,
    counts_of,
    sortable_line,
)

KIND = "publish-version"
READING, SPLITTING, SUMMING = "reading", "splitting", "summing"

_BLOCK_ROWS, _BLOCK_BYTES = 1_000, 500_000
_COMMIT_BYTES, _COMMIT_BLOCKS, _COMMIT_ITEMS = 2_000_000, 5, 20_000
_TELL_EVERY = 1.0


class PublishingUnavailable(Unavailable):
    code = "publishing-unavailable"
    title = "Versions cannot be published"

    def __init__(self) -> None:
        super().__init__(
            "This installation has no service secret, so labels cannot be read. An administrator must set "
            "LABELSTREAM_SERVICE_SECRET.",
            retry_after=300.0,
        )


@retried
async def start_publishing(
    wanted: DatasetVersion, *, ports: Ports, versions: VersionPorts, operations: Operations
) -> Operation:
    """Takes the name at once. Raises InvalidVersion, VersionNameTaken or PublishingUnavailable."""
    wanted = checked_version(wanted)
    if not versions.exports.is_possible:
        raise PublishingUnavailable
    async with ports.unit_of_work() as work:
        dataset = await ports.datasets.get(wanted.dataset_id, work)
        await _free_name(wanted, work, versions, operations)
        earlier = await versions.versions.deleted_times(wanted.dataset_id, wanted.name, work)
        wanted = replace(wanted, number=earlier + 1)
        operation = await operations.start(
            KIND,
            {"dataset_id": wanted.dataset_id, "name": wanted.name},
            by=wanted.created_by,
            session=work.session,
            total=dataset.sample_count,
            scope=f"job:{wanted.job_id}",
        )
        await versions.versions.reserve(wanted, operation.id, work)
        work.returns(operation)
    return operation


async def _free_name(wanted: DatasetVersion, work: Transaction, versions: VersionPorts, operations: Operations) -> None:
    """A publication that failed or was cancelled gives its name and its rows back. Raises VersionNameTaken."""
    held = await versions.versions.reserved(wanted.dataset_id, wanted.name, work)
    if held is None:
        return
    if held.operation_id is None or not await _has_ended(held.operation_id, operations):
        raise VersionNameTaken(wanted.name)
    await versions.versions.delete(held.version, work)


async def _has_ended(operation_id: str, operations: Operations) -> bool:
    try:
        return (await operations.get(operation_id)).state.is_final
    except OperationNotFound:
        return True  # operations that ended are forgotten after a while


def ending(ports: Ports, versions: VersionPorts) -> Alongside:
    """For publications that fail or are cancelled: they leave neither a name that is taken nor rows."""

    async def alongside(session: Session, operation: Operation) -> None:
        params = operation.params
        async with ports.join(session) as work:
            held = await versions.versions.reserved(params["dataset_id"], params["name"], work)
            if held is not None and held.operation_id == operation.id:
                await versions.versions.delete(held.version, work)

    return alongside


class _Place(NamedTuple):
    """How far an operation has come: `done` items were read, those up to the sample `after`."""

    stage: str = READING
    after: str = ""
    seq: int | None = None
    done: int = 0


class Publishing:
    """The handler of `publish-version`."""

    def __init__(self, ports: Ports, versions: VersionPorts, operations: Operations) -> None:
        self._ports = ports
        self._versions = versions
        self._operations = operations
        self._ending = ending(ports, versions)

    async def ended(self, session: Session, operation: Operation) -> None:
        await self._ending(session, operation)

    async def step(self, operation: Operation, fence: Fence) -> bool:
        place = _Place(**(operation.cursor or {}))
        dataset_id = DatasetId(operation.params["dataset_id"])
        version = await self._reserved(dataset_id, operation)
        dataset = await self._ports.datasets.get(dataset_id)
        run = _Run(self._ports, self._versions, self._operations, operation, fence, version, dataset)
        if place.stage == READING:
            read = await run.read(place)
            if read is None:
                return False
            place = read
        if place.stage == SPLITTING:
            place = await run.split(place)
        await run.finish(place)
        return True

    async def _reserved(self, dataset_id: DatasetId, operation: Operation) -> DatasetVersion:
        """The version as it was asked for. Raises VersionNotFound once another has its name."""
        name = operation.params["name"]
        async with self._ports.unit_of_work() as work:
            held = await self._versions.versions.reserved(dataset_id, name, work)
        if held is None or held.operation_id != operation.id:
            raise VersionNotFound(name)
        return held.version


@dataclass(frozen=True)
class _Run:
    """One run of an operation over what is left to do."""

    ports: Ports
    versions: VersionPorts
    operations: Operations
    operation: Operation
    fence: Fence
    version: DatasetVersion
    dataset: Dataset

    async def _of_other_sources(self, blocks: Sequence[Block]) -> Sequence[Block]:
        """The rows, with the source of those images that do not lie in the dataset's own."""
        kept: list[Block] = []
        for block in blocks:
            sources = await self.ports.samples.elsewhere(self.dataset, [row.sample_id for row in block.rows])
            kept.append(Block([row._replace(source_id=sources.get(row.sample_id)) for row in block.rows]))
        return kept

    async def read(self, place: _Place) -> _Place | None:
        """Stores the rest of the job's items; None if it has to stop first."""
        told_at = time.monotonic()
        async with self.versions.exports.open(self.version.job_id, place.seq, place.after) as export:
            async for blocks, reached in _blocks_of(export, self.version, self.dataset.source.bucket, place):
                await self._store(await self._of_other_sources(blocks), reached)
                place = reached
                if time.monotonic() - told_at > _TELL_EVERY:
                    told_at = time.monotonic()
                    if await self.operations.is_to_stop(self.operation.id):
                        return None
            following = SPLITTING if self.version.split.stratify else SUMMING
            place = place._replace(stage=following, seq=export.seq)
        await self._store([], place)
        return place

    @retried
    async def _store(self, blocks: Sequence[Block], place: _Place) -> None:
        async with self.ports.unit_of_work() as work:
            await self.versions.versions.write(self.version.id, blocks, work)
            await self.operations.advance(
                work.session, self.operation, self.fence, done=place.done, cursor=place._asdict()
            )

    async def split(self, place: _Place) -> _Place:
        """Decides the sides again, by label. What is decided does not depend on what was decided before."""
        thresholds = await self._thresholds()
        place = place._replace(stage=SUMMING)
        async for block in self.versions.versions.blocks(self.version.id):
            await self._store(
                [Block([self._in_its_stratum(row, thresholds) for row in block.rows])], place._replace(stage=SPLITTING)
            )
        await self._store([], place)
        return place

    async def _thresholds(self) -> Thresholds:
        sorter = self.versions.sorter()
        try:
            async for block in self.versions.versions.blocks(self.version.id):
                lines = [stratum_of(row.labels) + self._place(row).to_bytes(8) for row in block.rows]
                await asyncio.to_thread(sorter.add, lines)
            ordered = ((line[:8], int.from_bytes(line[8:])) for line in sorter.ascending())
            return await asyncio.to_thread(thresholds_of, ordered, self.version.split.train_ratio)
        finally:
            sorter.close()

    def _in_its_stratum(self, row: VersionRow, thresholds: Thresholds) -> VersionRow:
        border = thresholds.get(stratum_of(row.labels), border_of(self.version.split.train_ratio))
        return row._replace(usage=usage_of(self._place(row), border))

    def _place(self, row: VersionRow) -> int:
        return place_of(self.version.split.seed, row.sample_id)

    async def finish(self, place: _Place) -> None:
        counts, labels = VersionCounts(), Counter[str]()
        sorter = self.versions.sorter()
        try:
            async for block in self.versions.versions.blocks(self.version.id):
                counts = VersionCounts(*(a + b for a, b in zip(counts, counts_of(block.rows), strict=True)))
                labels.update(name for row in block.rows for name in row.labels)
                await asyncio.to_thread(sorter.add, [sortable_line(row) for row in block.rows])
            digest = await asyncio.to_thread(_digest, sorter.ascending())
        finally:
            sorter.close()
        counted = [LabelCount(*each) for each in sorted(labels.items())]
        await self._publish(place, digest, counts, counted)

    @retried
    async def _publish(self, place: _Place, digest: str, counts: VersionCounts, labels: Sequence[LabelCount]) -> None:
        async with self.ports.unit_of_work() as work:
            await self.ports.datasets.get(self.version.dataset_id, work)
            before = await self.versions.versions.latest(self.version.dataset_id, work)
            parent = before.name if before else None
            now = self.ports.clock.now()
            version = self.version.published(place.seq or 0, digest, counts, parent, now)
            await self.versions.versions.publish(version, labels, work)
            work.record(VersionPublished(version, Actor("person", version.created_by), now))
            result = {"name": version.name, "seq": version.seq, "digest": digest, "counts": counts._asdict()}
            await self.operations.finish(work.session, self.operation, self.fence, result, done=place.done)


async def _blocks_of(
    export: JobExport, version: DatasetVersion, bucket: str, place: _Place
) -> AsyncIterator[tuple[Sequence[Block], _Place]]:
    """The rows of the export in blocks, some at a time, with the place that is reached with them."""
    blocks: list[Block] = []
    rows: list[VersionRow] = []
    size = committed = 0
    last, done, told = place.after, place.done, place.done
    async for chunk in export.chunks():
        for item in chunk:
            last, done = item.sample_id, done + 1
            if not item.labels and version.include == "labeled":
                continue
            rows.append(_row(item, version, bucket))
            size += 100 + len(item.path) + sum(map(len, item.labels))
            if len(rows) >= _BLOCK_ROWS or size >= _BLOCK_BYTES:
                blocks.append(Block(rows))
                committed, rows, size = committed + size, [], 0
        if committed >= _COMMIT_BYTES or len(blocks) >= _COMMIT_BLOCKS or done - told >= _COMMIT_ITEMS:
            # What is not a whole block yet is stored as a block of its own: the place is behind all of them.
            yield [*blocks, *([Block(rows)] if rows else [])], place._replace(after=last, seq=export.seq, done=done)
            blocks, rows, size, committed, told = [], [], 0, 0, done
    if done > told:
        yield [*blocks, *([Block(rows)] if rows else [])], place._replace(after=last, seq=export.seq, done=done)


def _row(item: Labeled, version: DatasetVersion, bucket: str) -> VersionRow:
    usage = usage_of(place_of(version.split.seed, item.sample_id), border_of(version.split.train_ratio))
    return VersionRow(item.sample_id, item.bucket or bucket, item.path, usage, sorted(item.labels), item.hard)


def _digest(ascending: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for line in ascending:
        digest.update(line[line.index(b"\0") + 1 :])
    return f"sha256:{digest.hexdigest()}"
