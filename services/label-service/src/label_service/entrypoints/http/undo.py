"""`POST /jobs/{job_id}/changes/{change_id}:undo`."""

from fastapi import Request
from fastapi.responses import Response

from label_service.application.undo import put_labels_back, start_undo, undo_origin, undo_small
from label_service.application.undoing import ChangeNotFound, ChangeOfSomebodyElse, changes_to_undo, check_change
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.label_management import ChangeNotUndoable
from label_service.domain.labels import LabelNameTaken, TooManyLabels
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.long_work import present_work, result_or_operation
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import parts_of
from label_service.entrypoints.http.views import OutcomeView, outcome_view
from labelstream_common.access import RIGHTS, JobRight
from labelstream_common.auth import KeyLimited, KeyScope
from labelstream_common.http import Caller, CurrentCaller, CurrentJobRole, JsonReply, Router
from labelstream_common.operations import OperationView

router = Router(tags=["changes"])


async def _is_there(request: Request, caller: Caller) -> None:
    parts, path = parts_of(request), request.path_params
    await check_change(path["job_id"], path["change_id"], caller.account_id, log=parts.changes, answers=parts.answered)


@router.post(
    "/jobs/{job_id}/changes/{change_id}:undo",
    policy=arriving.job(JobRight.LABEL, finds=_is_there),
    errors=(
        JobNotFound,
        JobClosed,
        ChangeNotFound,
        ChangeOfSomebodyElse,
        ChangeNotUndoable,
        LabelNameTaken,
        TooManyLabels,
    ),
    present=present_work,
    finds_repeats_itself=True,
    reply=OutcomeView,
    replies={202: OperationView},
)
async def undo(job_id: str, change_id: str, caller: CurrentCaller, role: CurrentJobRole, request: Request) -> Response:
    """Restores items that nobody has changed since; the others are listed as conflicts.

    Renaming, merging and deleting labels can be undone, too. Anything else is 409 `not-undoable`.
    """
    parts = parts_of(request)
    sight = await sight_of(request)
    origin = undo_origin(caller.account_id, sight.at, own_only=sight.own_only)
    anybodys = JobRight.MANAGE_LABELS in RIGHTS[role] and caller.allows(KeyScope.MANAGE)
    undoing, complete = await changes_to_undo(
        job_id, change_id, caller.account_id, anybodys=anybodys, log=parts.changes, answers=parts.answered
    )
    if undoing.manages_labels:
        if not caller.allows(KeyScope.MANAGE):
            raise KeyLimited("The API key needs the scope `manage` to undo a change of labels.", scope="manage")
        await parts.access.require(job_id, caller, JobRight.MANAGE_LABELS)
    if undoing.judges:
        if not caller.allows(KeyScope.MANAGE):
            raise KeyLimited("The API key needs the scope `manage` to undo a review.", scope="manage")
        await parts.access.require(job_id, caller, JobRight.REVIEW)
    if undoing.hidden:
        operation = await put_labels_back(
            job_id,
            change_id,
            origin,
            undoing.hidden,
            items=parts.items,
            lanes=parts.lanes,
            operations=parts.operations,
            unit_of_work=parts.unit_of_work,
        )
    else:
        outcome = await undo_small(job_id, change_id, origin, undoing, lanes=parts.lanes) if complete else None
        if outcome is not None:
            return JsonReply(outcome_view(outcome))
        operation = await start_undo(
            job_id,
            change_id,
            origin,
            judges=undoing.judges,
            items=parts.items,
            operations=parts.operations,
            unit_of_work=parts.unit_of_work,
        )
    return await result_or_operation(operation, parts.operations)
