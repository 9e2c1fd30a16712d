"""`/jobs/{job_id}/items:next`, `items:release`, `items:assign`: how items come to people."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from label_service.application.bulk import start_edit
from label_service.application.editing import person_origin
from label_service.application.reading import job_of, several_of
from label_service.domain.actors import Cause
from label_service.domain.commands import Assign, Outcome
from label_service.domain.errors import AssigneeUnknown, JobClosed, JobNotFound, NotAQueue
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.documented import ReleasedView, TakenView
from label_service.entrypoints.http.long_work import edited_at_once, present_work, result_or_operation
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import Parts, parts_of
from label_service.entrypoints.http.schemas import AssignBody, NextBody, ReleaseBody
from label_service.entrypoints.http.views import OutcomeView, item_views
from labelstream_common.access import JobRight
from labelstream_common.clock import rfc3339
from labelstream_common.http import SELECTION_BODY_BYTES, CurrentCaller, JsonReply, Router
from labelstream_common.operations import OperationView, operation_reply

router = Router(tags=["assignments"])


@router.post(
    "/jobs/{job_id}/items:next",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, NotAQueue, JobClosed),
    reply=TakenView,
)
async def take_next(job_id: str, body: NextBody, caller: CurrentCaller, request: Request) -> Response:
    """Takes images from the queue, for half an hour; asking again renews the lease.

    What a reviewer rejected comes first, then what the caller still holds, then what nobody has. Asking twice gives the
    same images. `remaining` counts what the caller could still take: images without labels that count, to be confirmed
    or sent back by a review included, that nobody else holds and the caller has not skipped.
    """
    parts = parts_of(request)
    job = await job_of(parts.items, job_id)
    sight = await sight_of(request)
    taken = await parts.taking.next(job, caller.account_id, sight.team, body.limit)
    rows, labels = await several_of(parts.items, job_id, taken.sample_ids)
    views = item_views(parts, job.dataset_id, {label.id: label.name for label in labels}, sight)
    return JsonReply(
        {
            "items": [views.view(row) for row in rows],
            "lease_expires_at": rfc3339(taken.until) if taken.until else None,
            "remaining": taken.remaining,
        }
    )


def _released(outcome: Outcome) -> dict[str, Any]:
    return {"released": outcome.changed, "missing": list(outcome.missing)}


@router.post(
    "/jobs/{job_id}/items:release",
    policy=arriving.job(JobRight.LABEL),
    errors=(JobNotFound, NotAQueue, JobClosed),
    present=_released,
    finds_repeats_itself=True,
    max_body_bytes=SELECTION_BODY_BYTES,
    reply=ReleasedView,
)
async def release(job_id: str, body: ReleaseBody, caller: CurrentCaller, request: Request) -> Response:
    """Gives images back to the queue. With `skip`, they are not offered to the caller again.

    `missing` lists images that the caller does not hold or has already labeled.
    """
    outcome = await parts_of(request).taking.release(job_id, caller.account_id, body.sample_ids, skip=body.skip)
    return JsonReply(_released(outcome))


@router.post(
    "/jobs/{job_id}/items:assign",
    policy=arriving.job(JobRight.MANAGE_ANNOTATORS),
    errors=(JobNotFound, AssigneeUnknown, JobClosed),
    present=present_work,
    finds_repeats_itself=True,
    max_body_bytes=SELECTION_BODY_BYTES,
    reply=OutcomeView,
    replies={202: OperationView},
)
async def assign(job_id: str, body: AssignBody, caller: CurrentCaller, request: Request) -> Response:
    """Gives images to somebody who works in the job, whoever had them before. With a filter the answer is 202.

    With `to: null` they belong to nobody: in a job with `assignment: even` they are dealt out again, in a queue they
    can be taken. Dealing does not move assigned images, as long as their assignee works in the job.
    """
    parts = parts_of(request)
    await _require_person(parts, job_id, body.to)
    sight = await sight_of(request)
    origin = person_origin(caller.account_id, Cause.ANNOTATE, sight.at)
    command = Assign(origin, body.sample_ids or (), body.to)
    if body.sample_ids is not None and (reply := await edited_at_once(job_id, command, parts)) is not None:
        return reply
    wanted = sight.over(body.filter.wanted()) if body.filter else None
    operation = await start_edit(
        job_id, command, wanted, items=parts.items, operations=parts.operations, unit_of_work=parts.unit_of_work
    )
    return operation_reply(operation) if wanted else await result_or_operation(operation, parts.operations)


async def _require_person(parts: Parts, job_id: str, account_id: str | None) -> None:
    """Raises AssigneeUnknown."""
    if account_id is None:
        return
    job = await parts.access.job(job_id)
    if job is not None and job.owner_id == account_id:
        return
    if account_id not in await parts.access.annotators(job_id):
        raise AssigneeUnknown(account_id)
