"""Deleting samples and taking that back: starting it.

`sync_service.application.deleting_samples` carries it out; `sync_service.application.touched` says before what it would
touch.
"""

from dataclasses import dataclass

from labelstream_common.messaging import audited
from labelstream_common.mongo import retried
from labelstream_common.operations import Operation, Operations
from labelstream_contracts import AuditAction, AuditRecorded, AuditSubject
from sync_service.application.deleting_samples import SelectionProgress
from sync_service.application.overlaps import Whoever
from sync_service.application.ports import Ports
from sync_service.application.selection import Selection
from sync_service.domain.dataset import DatasetId
from sync_service.domain.sample import RestorePeriodOver, SampleId

DELETE, RESTORE = "delete-samples", "restore-samples"


@dataclass(frozen=True)
class DeleteSamples:
    dataset_id: DatasetId
    selection: Selection
    by: Whoever
    delete_source: bool = False
    merge_into: SampleId | None = None
    """The sample that takes over the labels of those that go, in every job."""


@dataclass(frozen=True)
class RestoreSamples:
    dataset_id: DatasetId
    selection: Selection
    by: Whoever


@retried
async def start_on_samples(
    command: DeleteSamples | RestoreSamples, *, ports: Ports, operations: Operations
) -> Operation:
    deletes = isinstance(command, DeleteSamples)
    params = {
        "dataset_id": command.dataset_id,
        "path": command.selection.path,
        "named": command.selection.ids is not None,
    }
    if isinstance(command, DeleteSamples):
        params |= {
            "delete_source": command.delete_source,
            "by_admin": command.by.is_admin,
            "by_member": command.by.is_member,
            **({"merge_into": command.merge_into} if command.merge_into is not None else {}),
        }
    async with ports.unit_of_work() as work:
        await ports.datasets.get(command.dataset_id, work)
        operation = await operations.start(
            DELETE if deletes else RESTORE,
            params,
            by=command.by.account_id,
            session=work.session,
            total=None if command.selection.ids is None else len(command.selection.ids),
            entries=command.selection.ids,
            result=SelectionProgress().result("deleted" if deletes else "restored"),
            scope=f"dataset:{command.dataset_id}",
        )
        work.record(_entry_of(command))
        work.returns(operation)
    return operation


def _entry_of(command: DeleteSamples | RestoreSamples) -> AuditRecorded:
    """As it begins. How many are deleted or restored in the end, its operation tells."""
    named, path = command.selection.ids, command.selection.path
    detail = {
        "selection": "by-path" if path is not None and named is None else "all" if named is None else "named",
        "named": None if named is None else len(named),
    }
    about = AuditSubject(kind="samples", id=command.dataset_id)
    if isinstance(command, RestoreSamples):
        return audited(AuditAction.RESTORED, about, detail=detail)
    return audited(AuditAction.DELETED, about, detail=detail | {"delete_source": command.delete_source})


async def require_restorable(dataset_id: DatasetId, selection: Selection, *, ports: Ports) -> None:
    """Raises RestorePeriodOver if all that is named was deleted too long ago; what is mixed is told as failed."""
    if selection.ids is None:
        return
    stored = (await ports.samples.load(dataset_id, [SampleId(each) for each in selection.ids])).values()
    now = ports.clock.now()
    if stored and all(not each.is_restorable(now, ports.trash_period) for each in stored):
        raise RestorePeriodOver
