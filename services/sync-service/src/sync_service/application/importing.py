"""Carries an import out: reads what it names, and commits a batch of images a transaction.

Each transaction holds samples, count, events, rejections, the record's counts and the place to go on from: it may stop
anywhere, and an image is counted once. A dry run commits the same without the samples.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labelstream_common.courtesy import courtesy
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Fence, Operation, Operations
from sync_service.application.import_batches import Batch, ReadAhead, Resolving, batches
from sync_service.application.import_files import Place
from sync_service.application.import_reading import Reading
from sync_service.application.imports import end_import, ending, result_of
from sync_service.application.ports import Ports, Transaction
from sync_service.application.stores import readable, source_of
from sync_service.domain.dataset import AccountId, Dataset
from sync_service.domain.directories import texts_of
from sync_service.domain.events import SamplesAdded, SamplesUpdated
from sync_service.domain.import_entries import Arrivals, Into, Wanted, arrive
from sync_service.domain.imports import Import, ImportCounts, ImportSettings, ImportState
from sync_service.domain.label_room import LabelRoom
from sync_service.domain.sample import Cause, SampleId
from sync_service.domain.store import BucketNotFound, SourceUser

_LOOK_EVERY = 1.0
_BEGINNING, _NONE = Place(), ImportCounts()


@dataclass(frozen=True)
class _Progress:
    """How far it has come."""

    place: Place = _BEGINNING
    counts: ImportCounts = _NONE

    @classmethod
    def of(cls, cursor: Mapping[str, Any] | None) -> "_Progress":
        if cursor is None:
            return cls()
        file, offset, line, etag, columns, within = cursor["place"]
        return cls(Place(file, offset, line, etag, tuple(columns), within), ImportCounts(*cursor["counts"]))

    def cursor(self) -> Mapping[str, Any]:
        return {"place": [*self.place[:4], list(self.place.columns), self.place.within], "counts": list(self.counts)}


class Importing:
    """The handler of the operation. A step goes on to the end, unless it is cancelled or something fails."""

    def __init__(self, ports: Ports, operations: Operations) -> None:
        self._ports = ports
        self._operations = operations
        self._ending = ending(ports)

    async def ended(self, session: Session, operation: Operation) -> None:
        await self._ending(session, operation)

    async def step(self, operation: Operation, fence: Fence) -> bool:
        ports = self._ports
        record = await ports.imports.get(operation.params["dataset_id"], operation.id)
        dataset = await ports.datasets.get(record.dataset_id)
        settings = record.settings
        source_id = source_of(settings, dataset)
        may_read = await readable(await _user_of(operation, ports), dataset, source_id, ports=ports)
        bucket, beginning = settings.source.bucket, settings.source.beginning
        if bucket is not None and not may_read(bucket, beginning):  # it was granted when the import was asked for
            raise BucketNotFound(bucket)
        progress = _Progress.of(operation.cursor)
        reading = Reading(settings, dataset, source_id, ports)
        found = batches(reading.steps(progress.place), Wanted(settings), progress.place)
        ahead = ReadAhead(found, Resolving(source_id, may_read, await _room(settings, dataset, ports), ports))
        try:
            into = Into(dataset.id, source_id, AccountId(operation.created_by), dataset.source, ports.inspects)
            bucket = dataset.source.bucket
            return await _Run(ports, self._operations, operation, fence, record, into, bucket, ahead).run(progress)
        finally:
            await ahead.close()


async def _room(settings: ImportSettings, dataset: Dataset, ports: Ports) -> LabelRoom:
    """Beside what the dataset's samples bring already. Images without labels need none."""
    room = LabelRoom()
    if settings.brings_labels:
        async for names in ports.samples.label_names(dataset.id):
            room.has(names)
    return room


async def _user_of(operation: Operation, ports: Ports) -> SourceUser:
    """Who asked for it, with the teams they are in now."""
    account = AccountId(operation.created_by)
    teams = frozenset(await ports.teams.teams_of(account))
    return SourceUser(account, bool(operation.params["by_admin"]), bool(operation.params["by_member"]), teams)


def taken_uploads(batch: Batch, bucket: str) -> list[str]:
    """The uploads that a batch has imported: images, the texts beside them, and files that were read to their end."""
    images = [one.path for one in batch.found if one.bucket == bucket]
    return [*images, *(text for image in images for text in texts_of(image)), *batch.read]


@dataclass(frozen=True)
class _Run:
    """One run of an import over what is left."""

    ports: Ports
    operations: Operations
    operation: Operation
    fence: Fence
    record: Import
    into: Into
    bucket: str
    ahead: ReadAhead

    async def run(self, progress: _Progress) -> bool:
        """True when the import is finished, False if it has to stop first."""
        looked_at = time.monotonic()
        begins = True
        while (batch := await self.ahead.next()) is not None:
            began = time.monotonic()
            progress = await self._commit(batch, progress, begins=begins)
            begins = False
            if time.monotonic() - looked_at > _LOOK_EVERY:
                looked_at = time.monotonic()
                if await self.operations.is_to_stop(self.operation.id):
                    return False
            await asyncio.sleep(courtesy.pause_beside_others(time.monotonic() - began))
        await self._finish(progress)
        if self.record.dry_run:
            await self.ports.previews.forget(self.record.id)
        return True

    @retried
    async def _commit(self, batch: Batch, before: _Progress, *, begins: bool) -> _Progress:
        ports, record = self.ports, self.record
        async with ports.unit_of_work() as work:
            if begins:
                await ports.imports.begin(record.id, ports.clock.now(), work)
            arrivals = await self._arrivals(batch, work)
            counts = before.counts.plus(arrivals.counts).plus(ImportCounts(rejected=len(batch.rejected)))
            progress = _Progress(batch.place, counts)
            if not record.dry_run:
                await self._write(batch, arrivals, work)
            elif record.may_name_twice:
                await ports.previews.keep(record.id, arrivals.changed, work)
            rejected = [*batch.rejected, *arrivals.rejected]
            await ports.imports.progress(record.id, counts, rejected, work)
            await self.operations.advance(
                work.session,
                self.operation,
                self.fence,
                done=counts.found,
                cursor=progress.cursor(),
                result=result_of(counts),
            )
        return progress

    async def _arrivals(self, batch: Batch, work: Transaction) -> Arrivals:
        ports = self.ports
        found = [(one, one.listed) for one in batch.found if one.listed is not None]
        places = [(one.bucket, one.path) for one, _ in found]
        known = dict(await ports.samples.at(self.record.dataset_id, places, work))
        if self.record.dry_run and self.record.may_name_twice:
            known |= await ports.previews.at(self.record.id, places, work)
        new_ids = [SampleId(ports.new_id()) for _ in found]
        return arrive(found, known, new_ids, self.into, ports.clock.now())

    async def _write(self, batch: Batch, arrivals: Arrivals, work: Transaction) -> None:
        ports, dataset_id = self.ports, self.record.dataset_id
        if self.record.settings.source.kind == "uploads":
            await ports.upload_tickets.take(dataset_id, taken_uploads(batch, self.bucket), work)
        if arrivals.is_empty:
            return
        now = ports.clock.now()
        await ports.samples.add(arrivals.added, work)
        await ports.samples.save([*arrivals.returned, *arrivals.updated], work)
        await ports.datasets.counted(dataset_id, len(arrivals.added) + len(arrivals.returned), work)
        work.record(SamplesAdded([*arrivals.added, *arrivals.returned], Cause.IMPORT, now))
        work.record(SamplesUpdated(arrivals.updated, Cause.IMPORT, now))

    @retried
    async def _finish(self, progress: _Progress) -> None:
        async with self.ports.unit_of_work() as work:
            await end_import(self.record.id, ImportState.SUCCEEDED, work, ports=self.ports)
            await self.operations.finish(
                work.session, self.operation, self.fence, result_of(progress.counts), done=progress.counts.found
            )
