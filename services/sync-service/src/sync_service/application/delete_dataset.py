"""Ending a dataset: hidden at once, its samples and thumbnails removed by an operation."""

from typing import NamedTuple

from labelstream_common.messaging import audited
from labelstream_common.mongo import retried
from labelstream_common.operations import Fence, Operation, Operations
from labelstream_contracts import AuditAction, AuditSubject
from sync_service.application.datasets import Expectation
from sync_service.application.ports import Inspections, Ports
from sync_service.application.selection import next_chunk
from sync_service.application.thumbnails import thumbnails_of
from sync_service.application.version_ports import VersionPorts
from sync_service.domain.dataset import AccountId, DatasetId, DatasetInUse
from sync_service.domain.events import Actor, DatasetDeleted, SamplesRemoved
from sync_service.domain.sample import Cause, Presence

KIND = "delete-dataset"


class Touched(NamedTuple):
    """What deleting a dataset would touch; with a job it is refused."""

    samples: int
    jobs: int


async def touched_by_deletion(dataset_id: str, *, ports: Ports) -> Touched:
    dataset = await ports.datasets.get(dataset_id)
    return Touched(dataset.sample_count, len(await ports.jobs.on(dataset_id)))


@retried
async def delete_dataset(
    dataset_id: str, by: AccountId, expected: Expectation, *, ports: Ports, operations: Operations
) -> Operation:
    """Raises DatasetInUse while a labeling job works on it. The objects in the bucket stay."""
    jobs = await ports.jobs.on(dataset_id)
    async with ports.unit_of_work() as work:
        dataset = await ports.datasets.get(dataset_id, work)
        expected(dataset)
        if jobs:
            raise DatasetInUse(jobs)
        ended = dataset.deleted()
        await ports.datasets.end(ended, work)
        await ports.schedule.drop(ended.id, work)
        await ports.sources.unused(ended.id, work)
        work.record(DatasetDeleted(ended, Actor("person", by), ports.clock.now()))
        detail = {"samples": ended.sample_count}
        work.record(audited(AuditAction.DELETED, AuditSubject(kind="dataset", id=ended.id), detail=detail))
        operation = await operations.start(
            KIND,
            {"dataset_id": ended.id},
            by=by,
            session=work.session,
            total=ended.sample_count,
            scope=f"dataset:{ended.id}",
            result={"deleted": 0},
        )
        work.returns(operation)
    return operation


class DeletingDataset:
    """The handler of the operation: every present sample is removed with its event, then nothing of it is kept."""

    def __init__(self, ports: Ports, operations: Operations, versions: VersionPorts, inspections: Inspections) -> None:
        self._ports = ports
        self._operations = operations
        self._versions = versions.versions
        self._inspections = inspections

    async def step(self, operation: Operation, fence: Fence) -> bool:
        """Only a whole transaction is tried again: a second run of the last chunk would find nothing to count."""
        done, last = await self._remove(operation, fence)
        if last:
            dataset_id = DatasetId(operation.params["dataset_id"])
            await self._ports.thumbnails.drop_all(thumbnails_of(dataset_id))
            await self._ports.passed_over.forget(dataset_id)
            await self._versions.forget_all(dataset_id)
            await self._ports.imports.forget(dataset_id)
            await self._ports.upload_tickets.forget(dataset_id)
            await self._ports.synchronization_history.forget(dataset_id)
            await self._inspections.forget(dataset_id)
            await self._finish(dataset_id, done, operation, fence)
        return last

    @retried
    async def _remove(self, operation: Operation, fence: Fence) -> tuple[int, bool]:
        """Removes a chunk; how many samples were removed so far, and whether that was the last of them."""
        ports = self._ports
        dataset_id = DatasetId(operation.params["dataset_id"])
        async with ports.unit_of_work() as work:
            chunk = await next_chunk(None, dataset_id, "", ports.samples, work)
            now = ports.clock.now()
            removed = [each.now(Presence.REMOVED, now) for each in chunk.samples if each.is_present]
            work.record(SamplesRemoved(removed, Cause.DELETE, now))
            await ports.samples.purge(dataset_id, [each.id for each in chunk.samples], work)
            done = operation.done + len(removed)
            await self._operations.advance(work.session, operation, fence, done=done, result={"deleted": done})
        return done, chunk.after is None

    @retried
    async def _finish(self, dataset_id: DatasetId, done: int, operation: Operation, fence: Fence) -> None:
        async with self._ports.unit_of_work() as work:
            await self._ports.datasets.forget(dataset_id, work)
            await self._operations.finish(work.session, operation, fence, {"deleted": done}, done=done)
