"""Synchronization as an operation: one pass over the source's listing beside the stored samples.

Each range of keys is one transaction of samples, count, events and the operation's own progress, so that it may stop
anywhere and go on from there. Memory does not depend on how many objects there are.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Alongside, Fence, Operation, OperationLost, OperationNotFound, Operations
from sync_service.application.listing import Listing
from sync_service.application.ports import Ports, Transaction
from sync_service.application.ranges import KeyRange, apply, compare
from sync_service.application.renames import Piece, Settling
from sync_service.domain.dataset import Dataset, DatasetId, JobId
from sync_service.domain.events import DatasetSynchronized
from sync_service.domain.reconciliation import NONE_SKIPPED, NOTHING, RANGE_OBJECTS, Plan, Skip, Skipped, Tally
from sync_service.domain.renames import Departed
from sync_service.domain.store import SourceNotGranted
from sync_service.domain.synchronizations import SynchronizationRecord

KIND = "synchronize"
_TELL_EVERY = 1.0
_BETWEEN_LOOKS = 0.2
_LOOKS_AT_THE_ONE_BEFORE = 10


@dataclass(frozen=True)
class Synchronize:
    """`job_id` says on which labeling job's behalf; `by` who asked, or `system`."""

    dataset_id: DatasetId
    by: str
    job_id: JobId | None = None


@retried
async def start_synchronization(command: Synchronize, *, ports: Ports, operations: Operations) -> Operation:
    """Queues it, or joins the one that waits already. Its listing begins after this: what was there before is found.

    While one is under way at most one more waits, however it was asked for: of the dataset, of a job, or by itself.
    Raises DatasetNotFound or SourceNotGranted.
    """
    async with ports.unit_of_work() as work:
        dataset = await ports.datasets.get(command.dataset_id, work)
        if not await ports.grants.hold(dataset):
            raise SourceNotGranted
        operation = await _joined(command, work, ports, operations)
        if operation is None:
            scope = f"job:{command.job_id}" if command.job_id else f"dataset:{command.dataset_id}"
            params = {"dataset_id": command.dataset_id, "job_id": command.job_id}
            operation = await operations.start(KIND, params, by=command.by, session=work.session, scope=scope)
            await ports.synchronizations.put(command.dataset_id, operation.id, command.job_id, work)
            record = SynchronizationRecord(operation.id, command.dataset_id, command.by, ports.clock.now())
            await ports.synchronization_history.add(record, work)
        work.returns(operation)
    return operation


async def _joined(command: Synchronize, work: Transaction, ports: Ports, operations: Operations) -> Operation | None:
    waiting = await ports.synchronizations.waiting(command.dataset_id, work)
    if waiting is None:
        return None
    operation = await operations.join(waiting, by=command.by, session=work.session)
    if operation is not None:
        await ports.synchronizations.join(command.dataset_id, command.job_id, work)
    return operation


async def is_synchronizing(dataset_id: DatasetId, *, ports: Ports, operations: Operations) -> bool:
    """Whether a synchronization of the dataset waits or is under way, whoever started it."""
    known = (await ports.synchronizations.waiting(dataset_id), await ports.synchronizations.running(dataset_id))
    return any([await _is_open(operation_id, operations) for operation_id in known])


async def _is_open(operation_id: str | None, operations: Operations) -> bool:
    if operation_id is None:
        return False
    try:
        return not (await operations.get(operation_id)).state.is_final
    except OperationNotFound:  # it ended long ago
        return False


class _NotYet(OperationLost):
    """Another synchronization of the dataset is under way: this one is given back, and taken again soon."""


@dataclass(frozen=True)
class _Progress:
    """How far an operation has come: `after` is the last key dealt with, `began_at` when it first listed.

    `sets_aside`: the dataset had samples, so what comes and goes is told apart at the end; `settled` is how many pieces
    of that are done, None while the listing is read.
    """

    after: str
    began_at: datetime
    tally: Tally = NOTHING
    skipped: Skipped = NONE_SKIPPED
    sets_aside: bool = False
    settled: int | None = None

    @property
    def done(self) -> int:
        tally = self.tally
        return tally.added + tally.updated + tally.unchanged + tally.renamed

    def plus(self, plan: Plan) -> "_Progress":
        return replace(self, tally=self.tally.plus(plan.tally), skipped=self.skipped.plus(plan.skipped))

    def cursor(self) -> Mapping[str, Any]:
        return {
            "after": self.after,
            "began_at": self.began_at,
            "tally": list(self.tally),
            "sets_aside": self.sets_aside,
            "settled": self.settled,
            "skipped": [self.skipped.count, [list(skip) for skip in self.skipped.examples]],
        }

    def result(self) -> Mapping[str, Any]:
        examples = [skip._asdict() for skip in self.skipped.examples]
        return {**self.tally._asdict(), "skipped": {"count": self.skipped.count, "examples": examples}}


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
        progress = _progress_of(operation) or _Progress("", now, sets_aside=dataset.sample_count > 0)
        listing = Listing(self._ports.objects.pages(dataset.source, progress.after), now)
        try:
            return await _Pass(self._ports, self._operations, operation, fence, dataset, listing).run(progress)
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
            if await _is_open(before, self._operations):
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

    async def run(self, progress: _Progress) -> bool:
        """True when the operation is finished, False if it was cancelled."""
        told_at = time.monotonic()
        if progress.settled is not None:
            return await self._settle(progress)
        while True:
            keys, plan = await compare(self.dataset, self.listing, progress.after, ports=self.ports)
            reached = replace(progress, after=keys.until or progress.after)
            if plan.is_empty:
                progress = reached.plus(plan)
                self.unkept.extend(plan.skipped)
            else:
                progress = await self._commit(keys, reached)
                self.unkept.clear()
            self.listing.take(len(keys.listed))
            if keys.until is None:
                return await self._settle(replace(progress, settled=0))
            if time.monotonic() - told_at > _TELL_EVERY or len(self.unkept) >= RANGE_OBJECTS:
                told_at = time.monotonic()
                await self._tell(progress)
                self.unkept.clear()
                if (await self.operations.get(self.operation.id)).cancel_requested:
                    return False

    @retried
    async def _commit(self, keys: KeyRange, reached: _Progress) -> _Progress:
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

    async def _settle(self, progress: _Progress) -> bool:
        """What came and went, now that all of it is known. True at the end, False if it was cancelled."""
        if self.unkept:
            await self._tell(progress)
            self.unkept.clear()
        if progress.sets_aside:
            settling = Settling(self.dataset, self.operation.id, progress.began_at, self.ports)
            for piece in (await settling.pieces())[progress.settled or 0 :]:
                progress = await self._settle_piece(piece, progress)
                if (await self.operations.get(self.operation.id)).cancel_requested:
                    return False
        await self._finish(progress)
        await self.ports.set_aside.forget(self.operation.id)
        await self.ports.synchronization_history.forget_left_out_before(self.dataset.id, self.operation.id)
        return True

    @retried
    async def _settle_piece(self, piece: Piece, before: _Progress) -> _Progress:
        async with self.ports.unit_of_work() as work:
            tally = before.tally.plus(await piece.apply(work))
            progress = replace(before, tally=tally, settled=(before.settled or 0) + 1)
            await self._advance(progress, work)
        return progress

    @retried
    async def _tell(self, progress: _Progress) -> None:
        async with self.ports.unit_of_work() as work:
            await self._advance(progress, work, self.unkept)

    async def _advance(self, progress: _Progress, work: Transaction, left_out: Sequence[Skip] = ()) -> None:
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
    async def _finish(self, progress: _Progress) -> None:
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


def ending(ports: Ports) -> Alongside:
    """The record of one that ends without having come to its end."""

    async def alongside(session: Session, operation: Operation) -> None:
        progress = _progress_of(operation)
        skipped = progress.skipped if progress else NONE_SKIPPED
        counts = {**progress.tally._asdict(), "skipped": skipped.count} if progress else None
        async with ports.join(session) as work:
            await ports.synchronization_history.end(
                operation.id,
                operation.state.value,
                ports.clock.now(),
                work,
                counts=counts,
                problems=skipped.examples,
                error=operation.error,
            )

    return alongside


def _progress_of(operation: Operation) -> _Progress | None:
    found = operation.cursor
    if found is None:
        return None
    count, examples = found.get("skipped", (0, ()))
    skipped = Skipped(count, tuple(Skip(*example) for example in examples))
    return _Progress(
        found["after"],
        found["began_at"].astimezone(UTC),
        Tally(*found["tally"]),
        skipped,
        found.get("sets_aside", False),
        found.get("settled"),
    )
