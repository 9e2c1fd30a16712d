"""`POST /jobs/{job_id}/changes/{change_id}:undo`."""

from fastapi import Request
from fastapi.responses import Response

from label_service.application.undo import ChangeNotFound, ChangeOfSomebodyElse, start_undo, undo_origin, undo_small
from label_service.domain.errors import JobNotFound
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.long_work import present_work, result_or_operation
from label_service.entrypoints.http.parts import parts_of
from label_service.entrypoints.http.views import OutcomeView, outcome_view
from labelstream_common.access import RIGHTS, JobRight
from labelstream_common.http import CurrentCaller, CurrentJobRole, JsonReply, Router
from labelstream_common.operations import OperationView

router = Router(tags=["changes"])


@router.post(
    "/jobs/{job_id}/changes/{change_id}:undo",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, ChangeNotFound, ChangeOfSomebodyElse),
    present=present_work,
    finds_repeats_itself=True,
    reply=OutcomeView,
    replies={202: OperationView},
)
async def undo(job_id: str, change_id: str, caller: CurrentCaller, role: CurrentJobRole, request: Request) -> Response:
    parts = parts_of(request)
    origin = undo_origin(caller.account_id, parts.clock.now())
    anybodys = JobRight.MANAGE_LABELS in RIGHTS[role]
    outcome = await undo_small(job_id, change_id, origin, anybodys=anybodys, log=parts.changes, lanes=parts.lanes)
    if outcome is not None:
        return JsonReply(outcome_view(outcome))
    operation = await start_undo(
        job_id, change_id, origin, operations=parts.operations, unit_of_work=parts.unit_of_work
    )
    return await result_or_operation(operation, parts.operations)
