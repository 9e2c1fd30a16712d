"""Synchronization as an operation: one pass over the source's listing beside the stored samples.

Each range of keys is one transaction of samples, count, events and the operation's own progress, so that it may stop
anywhere and go on from there. Memory does not depend on how many objects there are.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from labelstream_common.mongo import retried
from labelstream_common.operations import Fence, Operation, Operations
from sync_service.application.listing import Listing
from sync_service.application.ports import Ports, Transaction
from sync_service.application.ranges import KeyRange, apply, compare
from sync_service.domain.dataset import Dataset, DatasetId, JobId
from sync_service.domain.events import DatasetSynchronized
from sync_service.domain.reconciliation import NOTHING, Tally

KIND = "synchronize"
_TELL_EVERY = 1.0


@dataclass(frozen=True)
class Synchronize:
    """`job_id` says on which labeling job's behalf; `by` who asked, or `system`."""

    dataset_id: DatasetId
    by: str
    job_id: JobId | None = None


@retried
async def start_synchronization(command: Synchronize, *, ports: Ports, operations: Operations) -> Operation:
    """Queues it. Its listing begins after this, so what was there before the request is found."""
    scope = f"job:{command.job_id}" if command.job_id else f"dataset:{command.dataset_id}"
    params = {"dataset_id": command.dataset_id, "job_id": command.job_id}
    async with ports.unit_of_work() as work:
        await ports.datasets.get(command.dataset_id, work)
        operation = await operations.start(KIND, params, by=command.by, session=work.session, scope=scope)
        work.returns(operation)
    return operation


@dataclass(frozen=True)
class _Progress:
    """How far an operation has come: `after` is the last key dealt with, `began_at` when it first listed."""

    after: str
    began_at: datetime
    tally: Tally = NOTHING

    @property
    def done(self) -> int:
        return self.tally.added + self.tally.updated + self.tally.unchanged

    def plus(self, tally: Tally) -> "_Progress":
        return replace(self, tally=self.tally.plus(tally))

    def cursor(self) -> Mapping[str, Any]:
        return {"after": self.after, "began_at": self.began_at, "tally": list(self.tally)}


class Synchronizing:
    """The handler of the operation. A step goes on to the end, unless it is cancelled or something fails."""

    def __init__(self, ports: Ports, operations: Operations) -> None:
        self._ports = ports
        self._operations = operations

    async def step(self, operation: Operation, fence: Fence) -> bool:
        dataset = await self._ports.datasets.get(operation.params["dataset_id"])
        now = self._ports.clock.now()
        progress = _progress_of(operation) or _Progress("", now)
        listing = Listing(self._ports.objects.pages(dataset.source, progress.after), now)
        try:
            return await _Pass(self._ports, self._operations, operation, fence, dataset, listing).run(progress)
        finally:
            await listing.close()


@dataclass(frozen=True)
class _Pass:
    """One run of an operation over the rest of its listing."""

    ports: Ports
    operations: Operations
    operation: Operation
    fence: Fence
    dataset: Dataset
    listing: Listing

    async def run(self, progress: _Progress) -> bool:
        """True when the operation is finished, False if it was cancelled."""
        told_at = time.monotonic()
        while True:
            keys, plan = await compare(self.dataset, self.listing, progress.after, ports=self.ports)
            reached = replace(progress, after=keys.until or progress.after)
            if plan.is_empty:
                progress = reached.plus(plan.tally)
            else:
                progress = await self._commit(keys, reached)
            self.listing.take(len(keys.listed))
            if keys.until is None:
                await self._finish(progress)
                return True
            if time.monotonic() - told_at > _TELL_EVERY:
                told_at = time.monotonic()
                await self._tell(progress)
                if (await self.operations.get(self.operation.id)).cancel_requested:
                    return False

    @retried
    async def _commit(self, keys: KeyRange, reached: _Progress) -> _Progress:
        async with self.ports.unit_of_work() as work:
            plan = await apply(self.dataset, keys, self.listing.began_at, work, ports=self.ports)
            progress = reached.plus(plan.tally)
            await self._advance(progress, work)
        return progress

    @retried
    async def _tell(self, progress: _Progress) -> None:
        async with self.ports.unit_of_work() as work:
            await self._advance(progress, work)

    async def _advance(self, progress: _Progress, work: Transaction) -> None:
        await self.operations.advance(
            work.session, self.operation, self.fence, done=progress.done, cursor=progress.cursor()
        )

    @retried
    async def _finish(self, progress: _Progress) -> None:
        job_id = self.operation.params["job_id"]
        job = JobId(job_id) if job_id else None
        now = self.ports.clock.now()
        async with self.ports.unit_of_work() as work:
            await self.ports.datasets.synchronized(self.dataset.id, progress.began_at, work)
            work.record(DatasetSynchronized(self.dataset.id, self.operation.id, job, progress.tally, now))
            result = progress.tally._asdict()
            await self.operations.finish(work.session, self.operation, self.fence, result, done=progress.done)


def _progress_of(operation: Operation) -> _Progress | None:
    found = operation.cursor
    if found is None:
        return None
    return _Progress(found["after"], found["began_at"].astimezone(UTC), Tally(*found["tally"]))
