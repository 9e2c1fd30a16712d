"""`/jobs/{job_id}/annotations`, `items:confirm`, `items:reject`, `items:review`: people give, take, correct and judge
labels."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from label_service.application.bulk import start_edit
from label_service.application.editing import ItemEdit, person_origin
from label_service.application.reading import job_of
from label_service.domain.actors import Cause
from label_service.domain.commands import Annotate, Confirm, Reject, ReviewItems
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.filters import ItemFilter
from label_service.domain.labels import InvalidLabel, TooManyLabels, UnknownLabel
from label_service.domain.naming import LabelCreationForbidden
from label_service.domain.working_copy import Origin
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.long_work import edited_at_once, present_work, result_or_operation
from label_service.entrypoints.http.own_answers import with_own_answers
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import parts_of
from label_service.entrypoints.http.schemas import AnnotationBody, DecisionBody, FilterBody, ReviewBody, Selection
from label_service.entrypoints.http.views import OutcomeView
from labelstream_common.access import JobRight
from labelstream_common.http import SELECTION_BODY_BYTES, Router, body_as, caller_of
from labelstream_common.operations import OperationView, operation_reply

router = Router(tags=["annotations"])

_EDITS: Mapping[str, Any] = {
    "present": present_work,
    "finds_repeats_itself": True,
    "raw": True,
    "max_body_bytes": SELECTION_BODY_BYTES,
    "reply": OutcomeView,
    "replies": {202: OperationView},
}
"""What all routes have that edit items, by selection or by filter."""


@router.post(
    "/jobs/{job_id}/annotations",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, JobClosed, InvalidLabel, UnknownLabel, TooManyLabels, LabelCreationForbidden),
    body=AnnotationBody,
    **_EDITS,
)
async def annotate(request: Request) -> Response:
    """Gives, takes or replaces labels of images, or marks them as hard examples.

    An image is left alone and listed in `conflicts` if its version differs from `expect`, if it has no room for the
    labels (an image has at most 200), or if it no longer matches `filter` when its turn comes. If no image has
    room, the answer is 422 `too-many-labels`, but an operation lists them. What is too much for one commit, such as
    many labels on many images, is done in pieces, each all or nothing; if that takes longer than 10 s, the answer is
    202 with the operation.
    """
    body = await body_as(AnnotationBody, request)
    edit = Annotate(
        origin=await _origin(request, Cause.REPLACE if body.replace else Cause.ANNOTATE),
        sample_ids=body.sample_ids or (),
        add=body.add,
        remove=body.remove,
        choice=body.set_,
        replacing=(body.replace.from_, body.replace.to) if body.replace else None,
        hard=body.hard,
        expect=body.expect,
        create_labels=body.create_labels,
        may_create_labels=await _may(request, JobRight.CREATE_LABEL),
        decides=await _may(request, JobRight.REVIEW),
    )
    return await _edit(request, edit, body)


@router.post(
    "/jobs/{job_id}/items:confirm",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, JobClosed),
    body=DecisionBody,
    **_EDITS,
)
async def confirm(request: Request) -> Response:
    """Confirms proposed labels, so that they count. With a filter the answer is an operation."""
    return await _decide(request, Confirm, Cause.CONFIRM)


@router.post(
    "/jobs/{job_id}/items:reject",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, JobClosed),
    body=DecisionBody,
    **_EDITS,
)
async def reject(request: Request) -> Response:
    """Takes proposed labels off. With a filter the answer is an operation."""
    return await _decide(request, Reject, Cause.REJECT)


@router.post(
    "/jobs/{job_id}/items:review",
    policy=arriving.job(JobRight.REVIEW),
    errors=(JobNotFound, JobClosed),
    body=ReviewBody,
    **_EDITS,
)
async def review(request: Request) -> Response:
    """Accepts or rejects the annotations of images, with a grade and a reason.

    A rejected image keeps its labels and goes back to whoever labeled it; their next change of it waits to be reviewed
    again. An image that has nothing to review is left alone and listed in `conflicts`, and so is one whose version
    differs from `expect`, or that no longer matches `filter` when its turn comes.
    """
    body = await body_as(ReviewBody, request)
    edit = ReviewItems(
        origin=await _origin(request, Cause.REVIEW),
        sample_ids=body.sample_ids or (),
        judgement=body.judgement(),
        expect=body.expect,
    )
    return await _edit(request, edit, body)


async def _decide(request: Request, command: type[Confirm | Reject], cause: Cause) -> Response:
    body = await body_as(DecisionBody, request)
    edit = command(
        origin=await _origin(request, cause),
        sample_ids=body.sample_ids or (),
        labels=body.labels,
        expect=body.expect,
        # What waits below the confidence that was asked for is not decided with the rest of its image.
        confidence_above=body.filter.confidence_above if body.filter else None,
    )
    edit = replace(edit, decides=await _may(request, JobRight.REVIEW))
    return await _edit(request, edit, body)


async def _edit(request: Request, edit: ItemEdit, selection: Selection) -> Response:
    parts, job_id = parts_of(request), request.path_params["job_id"]
    by_filter = selection.filter if selection.sample_ids is None else None
    if by_filter is None and (reply := await edited_at_once(job_id, edit, parts)) is not None:
        return reply
    operation = await start_edit(
        job_id,
        edit,
        await _by_filter(request, by_filter) if by_filter else None,
        items=parts.items,
        operations=parts.operations,
        unit_of_work=parts.unit_of_work,
    )
    if by_filter and isinstance(edit, Annotate | ReviewItems):
        # the contract's word for labeling and reviewing by filter: 202, however little it is
        return operation_reply(operation)
    return await result_or_operation(operation, parts.operations)


async def _by_filter(request: Request, body: FilterBody) -> ItemFilter:
    """What the caller means by a filter."""
    job = await job_of(parts_of(request).items, request.path_params["job_id"])
    return await with_own_answers(request, job, (await sight_of(request)).over(body.wanted()))


async def _origin(request: Request, cause: Cause) -> Origin:
    sight = await sight_of(request)
    return person_origin(sight.account_id, cause, sight.at, own_only=sight.own_only)


async def _may(request: Request, right: JobRight) -> bool:
    access = parts_of(request).access
    standing = await access.standing(request.path_params["job_id"], await caller_of(request))
    return standing is not None and right in standing.rights
