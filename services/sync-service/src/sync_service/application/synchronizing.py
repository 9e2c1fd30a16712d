"""Carries a synchronization out: one pass over the source's listing beside the stored samples.

Each range of keys is one transaction of samples, count, events and the operation's own progress, so that it may stop
anywhere and go on from there. Memory does not depend on how many objects there are.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from labelstream_common.courtesy import courtesy
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Fence, Operation, OperationLost, Operations
from sync_service.application.listing import Listing
from sync_service.application.ports import Ports, Transaction
from sync_service.application.ranges import KeyRange, apply, compare
from sync_service.application.settling import Piece, Settling
from sync_service.application.synchronization_progress import Progress, progress_of
from sync_service.application.synchronize import ending, is_open
from sync_service.domain.dataset import Dataset, DatasetId
from sync_service.domain.events import DatasetSynchronized
from sync_service.domain.reconciliation import RANGE_OBJECTS, Skip
from sync_service.domain.renames import Departed

_TELL_EVERY = 1.0
_BETWEEN_LOOKS = 0.2
_LOOKS_AT_THE_ONE_BEFORE = 10


class _NotYet(OperationLost):
    """Another synchronization of the dataset is under way: this one is given back, and taken again soon."""


class Synchronizing:
    """The handler of the operation. A step goes on to the end, unless it is cancelled or something fails."""

    def __init__(self, ports: Ports, operations: Operations) -> None:
        self._ports = ports
        self._operations = operations
        self._ending = ending(ports)

    async def ended(self, session: Session, operation: Operation) -> None:
        await self._ending(session, operation)

    async def step(self, operation: Operation, fence: Fence) -> bool:
        dataset = await self._ports.datasets.get(operation.params["dataset_id"])
        await self._begin(dataset.id, operation)
        now = self._ports.clock.now()
        progress = progress_of(operation) or Progress("", now, sets_aside=dataset.sample_count > 0)
        listing = Listing(self._ports.objects.pages(dataset.source, progress.after), now)
        try:
            run = _Pass(self._ports, self._operations, operation, fence, dataset, listing)
            return await run.run(progress)
        finally:
            await listing.close()

    async def _begin(self, dataset_id: DatasetId, operation: Operation) -> None:
        """Waits a moment for the one before. Raises _NotYet: others need this place too."""
        for _ in range(_LOOKS_AT_THE_ONE_BEFORE):
            if await self._has_begun(dataset_id, operation):
                return
            await asyncio.sleep(_BETWEEN_LOOKS)
        raise _NotYet(operation.id)

    @retried
    async def _has_begun(self, dataset_id: DatasetId, operation: Operation) -> bool:
        async with self._ports.unit_of_work() as work:
            before = await self._ports.synchronizations.running(dataset_id, work)
            if before == operation.id:
                return True
            if await is_open(before, self._operations):
                return False
            await self._ports.synchronizations.begin(dataset_id, operation.id, operation.params["job_id"], work)
            await self._ports.synchronization_history.begin(operation.id, self._ports.clock.now(), work)
            return True


@dataclass(frozen=True)
class _Pass:
    """One run of an operation over the rest of its listing."""

    ports: Ports
    operations: Operations
    operation: Operation
    fence: Fence
    dataset: Dataset
    listing: Listing
    unkept: list[Skip] = field(default_factory=list)
    """What was left out since progress was last committed."""

    async def run(self, progress: Progress) -> bool:
        """True when the operation is finished, False if it has to stop first."""
        told_at = time.monotonic()
        if progress.settled is not None:
            return await self._settle(progress)
        while True:
            began = time.monotonic()
            keys, plan = await compare(self.dataset, self.listing, progress.after, ports=self.ports)
            reached = replace(progress, after=keys.until or progress.after)
            if plan.is_empty:
                progress = reached.plus(plan)
                self.unkept.extend(plan.skipped)
            else:
                progress = await self._commit(keys, reached)
                self.unkept.clear()
            self.listing.take(keys.count)
            if keys.until is None:
                return await self._settle(replace(progress, settled=0))
            if time.monotonic() - told_at > _TELL_EVERY or len(self.unkept) >= RANGE_OBJECTS:
                told_at = time.monotonic()
                await self._tell(progress)
                self.unkept.clear()
                if await self.operations.is_to_stop(self.operation.id):
                    return False
            await asyncio.sleep(courtesy.pause_beside_others(time.monotonic() - began))

    @retried
    async def _commit(self, keys: KeyRange, reached: Progress) -> Progress:
        async with self.ports.unit_of_work() as work:
            began_at, aside = self.listing.began_at, reached.sets_aside
            plan = await apply(self.dataset, keys, began_at, work, ports=self.ports, moves=not aside)
            if aside:
                went = [Departed.of(each) for each in plan.removed]
                await self.ports.set_aside.keep(self.operation.id, plan.added, went, work)
                plan = plan.without_moves()
            progress = reached.plus(plan)
            await self._advance(progress, work, [*self.unkept, *plan.skipped])
        return progress

    async def _settle(self, progress: Progress) -> bool:
        """What came and went, now that all of it is known. True at the end, False if it has to stop first."""
        if self.unkept:
            await self._tell(progress)
            self.unkept.clear()
        if progress.sets_aside:
            settling = Settling(self.dataset, self.operation.id, progress.began_at, self.ports)
            async with aclosing(settling.pieces(progress.settled or 0)) as pieces:
                async for piece in pieces:
                    began = time.monotonic()
                    progress = await self._settle_piece(piece, progress)
                    if await self.operations.is_to_stop(self.operation.id):
                        return False
                    await asyncio.sleep(courtesy.pause_beside_others(time.monotonic() - began))
        await self._finish(progress)
        await self.ports.set_aside.forget(self.operation.id)
        await self.ports.synchronization_history.forget_left_out_before(self.dataset.id, self.operation.id)
        return True

    @retried
    async def _settle_piece(self, piece: Piece, before: Progress) -> Progress:
        async with self.ports.unit_of_work() as work:
            tally = before.tally.plus(await piece.apply(work))
            progress = replace(before, tally=tally, settled=piece.settled)
            await self._advance(progress, work)
        return progress

    @retried
    async def _tell(self, progress: Progress) -> None:
        async with self.ports.unit_of_work() as work:
            await self._advance(progress, work, self.unkept)

    async def _advance(self, progress: Progress, work: Transaction, left_out: Sequence[Skip] = ()) -> None:
        if left_out:
            number = progress.skipped.count - len(left_out)
            await self.ports.synchronization_history.leave_out(self.operation.id, number, left_out, work)
        await self.operations.advance(
            work.session,
            self.operation,
            self.fence,
            done=progress.done,
            cursor=progress.cursor(),
            result=progress.tally._asdict(),
        )

    @retried
    async def _finish(self, progress: Progress) -> None:
        now = self.ports.clock.now()
        async with self.ports.unit_of_work() as work:
            await self.ports.datasets.synchronized(self.dataset.id, progress.began_at, work)
            jobs = await self.ports.synchronizations.end(self.dataset.id, self.operation.id, work)
            await self.ports.synchronization_history.end(
                self.operation.id,
                "succeeded",
                now,
                work,
                counts={**progress.tally._asdict(), "skipped": progress.skipped.count},
                problems=progress.skipped.examples,
            )
            work.record(DatasetSynchronized(self.dataset.id, self.operation.id, jobs, progress.tally, now))
            await self.operations.finish(
                work.session, self.operation, self.fence, progress.result(), done=progress.done
            )
