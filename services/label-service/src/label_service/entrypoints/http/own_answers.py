"""Whose open answers stand in place of the items' labels: those of a labeler who looks."""

from dataclasses import replace

from starlette.requests import Request

from label_service.application.reading import JobView
from label_service.domain.filters import ItemFilter
from label_service.entrypoints.http.parts import parts_of
from labelstream_common.access import JobRight
from labelstream_common.http import caller_of


async def answers_of(request: Request, job: JobView) -> str | None:
    """The caller, if the job's labelers answer, and the caller is one of them."""
    if not job.takes_answers:
        return None
    caller = await caller_of(request)
    standing = await parts_of(request).access.standing(job.job_id, caller)
    return caller.account_id if standing is not None and JobRight.REVIEW not in standing.rights else None


async def with_own_answers(request: Request, job: JobView, wanted: ItemFilter) -> ItemFilter:
    """The filter, as the caller sees the items."""
    return replace(wanted, answers_of=await answers_of(request, job))
