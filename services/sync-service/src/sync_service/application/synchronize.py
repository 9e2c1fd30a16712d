"""Synchronizations: starting and joining them, and the record of one that ends early.

`sync_service.application.synchronizing` carries them out.
"""

from dataclasses import dataclass

from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Alongside, Operation, OperationNotFound, Operations
from sync_service.application.ports import Ports, Transaction
from sync_service.application.synchronization_progress import progress_of
from sync_service.domain.dataset import DatasetId, JobId
from sync_service.domain.reconciliation import NONE_SKIPPED
from sync_service.domain.store import SourceNotGranted
from sync_service.domain.synchronizations import SynchronizationRecord

KIND = "synchronize"


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
    return any([await is_open(operation_id, operations) for operation_id in known])


async def is_open(operation_id: str | None, operations: Operations) -> bool:
    if operation_id is None:
        return False
    try:
        return not (await operations.get(operation_id)).state.is_final
    except OperationNotFound:  # it ended long ago
        return False


def ending(ports: Ports) -> Alongside:
    """The record of one that ends without having come to its end."""

    async def alongside(session: Session, operation: Operation) -> None:
        progress = progress_of(operation)
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
