"""`/jobs/{job_id}/annotations`, `items:confirm`, `items:reject`: people give, take and correct labels."""

from contextlib import suppress

from fastapi import Request
from fastapi.responses import Response

from label_service.application.annotating import Edit, edit_items
from label_service.application.annotating import Request as EditRequest
from label_service.application.bulk import start_edit
from label_service.application.lanes import MAX_ITEMS_OF_COMMIT
from label_service.application.ports import CommandTooLarge
from label_service.domain.annotating import LabelCreationForbidden
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.labels import InvalidLabel, TooManyLabels, UnknownLabel
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.long_work import present_work, result_or_operation
from label_service.entrypoints.http.parts import Parts, parts_of
from label_service.entrypoints.http.schemas import AnnotationBody, DecisionBody, Selection
from label_service.entrypoints.http.views import OutcomeView, outcome_view
from labelstream_common.access import JobRight
from labelstream_common.http import SELECTION_BODY_BYTES, JsonReply, Router, body_as, caller_of
from labelstream_common.ids import new_id
from labelstream_common.operations import OperationView, operation_reply

router = Router(tags=["annotations"])


@router.post(
    "/jobs/{job_id}/annotations",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, JobClosed, InvalidLabel, UnknownLabel, TooManyLabels, LabelCreationForbidden),
    present=present_work,
    finds_repeats_itself=True,
    raw=True,
    max_body_bytes=SELECTION_BODY_BYTES,
    body=AnnotationBody,
    reply=OutcomeView,
    replies={202: OperationView},
)
async def annotate(request: Request) -> Response:
    """Gives, takes or replaces labels of images, or marks them as hard examples.

    An image is left alone and listed in `conflicts` if its version differs from `expect`, if it has no room for the
    labels (an image has at most 200), or if it does not match `filter` any more when its turn comes. If no image has
    room, the answer is 422 `too-many-labels`. What is too much for one commit, such as many labels on many images, is
    done in pieces, each all or nothing; if that takes longer than 10 s, the answer is 202 with the operation.
    """
    parts = parts_of(request)
    body = body_as(AnnotationBody, request)
    edit = Edit(
        kind="annotate",
        add=body.add,
        remove=body.remove,
        choice=body.set_,
        replacing=(body.replace.from_, body.replace.to) if body.replace else None,
        hard=body.hard,
        create_labels=body.create_labels,
        may_create_labels=await _may_create_labels(parts, request),
    )
    return await _edit(request, edit, body, body.expect)


async def _decide(request: Request, kind: str) -> Response:
    body = body_as(DecisionBody, request)
    # What waits below the confidence that was asked for is not decided with the rest of its image.
    above = body.filter.confidence_above if body.filter else None
    return await _edit(request, Edit(kind=kind, labels=body.labels, confidence_above=above), body, body.expect)


@router.post(
    "/jobs/{job_id}/items:confirm",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, JobClosed),
    present=present_work,
    finds_repeats_itself=True,
    raw=True,
    max_body_bytes=SELECTION_BODY_BYTES,
    body=DecisionBody,
    reply=OutcomeView,
    replies={202: OperationView},
)
async def confirm(request: Request) -> Response:
    """Confirms proposed labels, so that they count. With a filter the answer is an operation."""
    return await _decide(request, "confirm")


@router.post(
    "/jobs/{job_id}/items:reject",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, JobClosed),
    present=present_work,
    finds_repeats_itself=True,
    raw=True,
    max_body_bytes=SELECTION_BODY_BYTES,
    body=DecisionBody,
    reply=OutcomeView,
    replies={202: OperationView},
)
async def reject(request: Request) -> Response:
    """Takes proposed labels off. With a filter the answer is an operation."""
    return await _decide(request, "reject")


async def _edit(request: Request, edit: Edit, selection: Selection, expect: dict[str, int]) -> Response:
    parts = parts_of(request)
    caller = await caller_of(request)
    asked = EditRequest(request.path_params["job_id"], new_id(), caller.account_id, parts.clock.now(), edit, expect)
    ids = selection.sample_ids
    if ids is not None:
        await arriving.items_there(parts, asked.job_id, ids)
    if ids is not None and len(ids) <= MAX_ITEMS_OF_COMMIT:
        with suppress(CommandTooLarge):
            return JsonReply(outcome_view(await edit_items(asked, ids, lanes=parts.lanes)))
    operation = await start_edit(
        asked,
        sample_ids=ids,
        wanted=selection.filter.wanted() if selection.filter else None,
        items=parts.items,
        operations=parts.operations,
        unit_of_work=parts.unit_of_work,
    )
    if ids is None and edit.kind == "annotate":  # the contract's word for labeling by filter: 202, however little it is
        return operation_reply(operation)
    return await result_or_operation(operation, parts.operations)


async def _may_create_labels(parts: Parts, request: Request) -> bool:
    standing = await parts.access.standing(request.path_params["job_id"], await caller_of(request))
    return standing is not None and JobRight.CREATE_LABEL in standing.rights
