"""`/jobs/{job_id}/acceptances`: owners judge a random sample of what was labeled, and decide by it about all."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from label_service.application import accepting
from label_service.application.accepting import CheckVersion, JudgingOutcome, sample_page
from label_service.application.finishing import start_finish
from label_service.application.history import moment_of
from label_service.domain.acceptances import (
    Acceptance,
    AcceptanceFinished,
    AcceptanceNotFound,
    AcceptanceOpen,
    NothingLabeled,
    SampleSize,
)
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.acceptance_schemas import AcceptanceBody, FinishBody, JudgeBody
from label_service.entrypoints.http.acceptance_views import (
    AcceptancesPage,
    AcceptanceView,
    JudgingView,
    SampledItemsPage,
    acceptance_view,
    judging_view,
    sampled_view,
)
from label_service.entrypoints.http.long_work import present_work
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import id_in, parts_of
from label_service.entrypoints.http.views import item_views
from labelstream_common.access import JobRight
from labelstream_common.http import (
    SELECTION_BODY_BYTES,
    Caller,
    CurrentCaller,
    JsonReply,
    Paging,
    Policy,
    PreconditionFailed,
    Router,
    check_if_match,
    encoded_page,
    etag_of,
)
from labelstream_common.mongo import encode_cursor
from labelstream_common.operations import OperationView, operation_reply

router = Router(tags=["acceptances"])


def _acceptance() -> Policy:
    """Owners and managers, of an acceptance that is there."""

    async def is_there(request: Request, _: Caller) -> None:
        parts, path = parts_of(request), request.path_params
        await parts.accepting.acceptances.get(path["job_id"], path["acceptance_id"])

    return arriving.job(JobRight.ACCEPTANCE, finds=is_there)


def _reply(acceptance: Acceptance, status: int = 200) -> Response:
    return JsonReply(acceptance_view(acceptance), status, headers={"ETag": etag_of(acceptance.version)})


def _version_check(request: Request) -> CheckVersion:
    return lambda version: check_if_match(request, etag_of(version))


def _present_judging(outcome: JudgingOutcome) -> dict[str, Any]:
    return judging_view(outcome)


@router.post(
    "/jobs/{job_id}/acceptances",
    policy=arriving.job(JobRight.ACCEPTANCE),
    status_code=201,
    errors=(JobNotFound, JobClosed, AcceptanceOpen, NothingLabeled),
    present=acceptance_view,
    reply=AcceptanceView,
)
async def open_acceptance(job_id: str, body: AcceptanceBody, caller: CurrentCaller, request: Request) -> Response:
    """Draws a random sample of the images that are labeled at the job's current `seq`.

    The sample can be drawn again: it is the images for which the first eight bytes of the SHA-256 of
    `<seed>:<sample_id>` are smallest. `sample_ratio` is rounded up. Without `seed`, one is chosen at random.
    """
    wanted = SampleSize(body.sample_ratio, body.sample_count)
    ports = parts_of(request).accepting
    return _reply(
        await accepting.open_acceptance(job_id, wanted, body.seed, caller.account_id, ports=ports), status=201
    )


@router.get(
    "/jobs/{job_id}/acceptances",
    policy=arriving.job(JobRight.ACCEPTANCE),
    errors=(JobNotFound,),
    reply=AcceptancesPage,
)
async def list_acceptances(job_id: str, paging: Paging, request: Request) -> Response:
    """The acceptances of a job, newest first."""
    before = id_in(paging.cursor, "acceptances")
    found = await parts_of(request).accepting.acceptances.page(job_id, before=before, limit=paging.limit + 1)
    page = found[: paging.limit]
    return encoded_page(
        map(acceptance_view, page),
        lambda count: encode_cursor("acceptances", page[count - 1].id),
        encode_cursor("acceptances", page[-1].id) if len(found) > len(page) else None,
    )


@router.get(
    "/jobs/{job_id}/acceptances/{acceptance_id}",
    policy=_acceptance(),
    errors=(JobNotFound, AcceptanceNotFound),
    reply=AcceptanceView,
)
async def get_acceptance(job_id: str, acceptance_id: str, request: Request) -> Response:
    """One acceptance, with the counts of its judgements. `result` has the outcome once it is finished."""
    return _reply(await parts_of(request).accepting.acceptances.get(job_id, acceptance_id))


@router.get(
    "/jobs/{job_id}/acceptances/{acceptance_id}/items",
    policy=_acceptance(),
    errors=(JobNotFound, AcceptanceNotFound),
    reply=SampledItemsPage,
)
async def list_sample(job_id: str, acceptance_id: str, paging: Paging, request: Request) -> Response:
    """The images of the sample as they were at its `seq`, in the order of ids, each with its judgement.

    `conflict` says that the image has changed since, or is gone.
    """
    parts = parts_of(request)
    acceptance = await parts.accepting.acceptances.get(job_id, acceptance_id)
    after = id_in(paging.cursor, "sample")
    page, last = await sample_page(acceptance, after=after, limit=paging.limit, ports=parts.accepting)
    moment = await moment_of(parts.items, parts.past, job_id, acceptance.seq)
    views = item_views(parts, moment.dataset_id, moment.names, await sight_of(request))
    return encoded_page(
        (sampled_view(one, views) for one in page),
        lambda count: encode_cursor("sample", page[count - 1].row.sample_id),
        encode_cursor("sample", last) if last else None,
    )


@router.post(
    "/jobs/{job_id}/acceptances/{acceptance_id}:judge",
    policy=_acceptance(),
    errors=(JobNotFound, JobClosed, AcceptanceNotFound, AcceptanceFinished, PreconditionFailed),
    present=_present_judging,
    max_body_bytes=SELECTION_BODY_BYTES,
    reply=JudgingView,
)
async def judge(job_id: str, acceptance_id: str, body: JudgeBody, caller: CurrentCaller, request: Request) -> Response:
    """Judges images of the sample, in place of earlier judgements. They change when the acceptance is finished."""
    outcome = await accepting.judge(
        job_id,
        acceptance_id,
        body.sample_ids,
        body.judgement(),
        caller.account_id,
        ports=parts_of(request).accepting,
        check_version=_version_check(request),
    )
    return JsonReply(judging_view(outcome))


@router.post(
    "/jobs/{job_id}/acceptances/{acceptance_id}:finish",
    policy=_acceptance(),
    status_code=202,
    errors=(JobNotFound, JobClosed, AcceptanceNotFound, AcceptanceFinished, PreconditionFailed),
    present=present_work,
    reply=OperationView,
)
async def finish(
    job_id: str, acceptance_id: str, body: FinishBody, caller: CurrentCaller, request: Request
) -> Response:
    """Accepts or rejects everything that was labeled at the acceptance's `seq`, in one operation.

    `accept_all` and `reject_all` override the judgements, `accept_rest` and `reject_rest` apply to images that were
    not judged. What has changed since is left alone and counted as a conflict; with `overwrite` it is judged as it is
    now. The operation's `result` counts `accepted`, `rejected` and `conflict_count`, and lists the first 1,000
    `conflicts`. If the operation is cancelled or fails, the acceptance stays open, and the next `:finish` goes on with
    the rest.
    """
    operation = await start_finish(
        job_id,
        acceptance_id,
        body.outcome,
        caller.account_id,
        overwrite=body.overwrite,
        ports=parts_of(request).accepting,
        check_version=_version_check(request),
    )
    return operation_reply(operation)
