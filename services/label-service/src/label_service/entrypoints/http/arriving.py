"""What has just been created elsewhere may be on its way here: jobs in paths, samples in paths and bodies.

A path that names a second thing has a policy of its own here: what is not there is told before anything else.
"""

from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request

from label_service.domain.errors import ItemNotFound, JobNotFound
from label_service.domain.labels import LabelNotFound
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import Parts, parts_of
from labelstream_common.access import JobRight, await_young
from labelstream_common.access.young import YOUNG_SECONDS
from labelstream_common.auth import Caller
from labelstream_common.http import Policy, policies
from labelstream_common.http.policies import Check


def job(right: JobRight, *, finds: Check | None = None) -> Policy:
    """Those who have `right` in the job; waits until a young job's labels and items are kept here, too."""
    base = policies.job(right, finds=finds)

    async def check(request: Request, caller: Caller) -> None:
        assert base.check is not None  # noqa: S101 - a policy about jobs has one
        await base.check(request, caller)
        parts, job_id = parts_of(request), request.path_params["job_id"]
        if job_id >= _youngest_old_id(parts) and await await_young(job_id, lambda: parts.items.job(job_id)) is None:
            raise JobNotFound(job_id)

    return replace(base, check=check, errors=(*base.errors, JobNotFound))


def label(right: JobRight) -> Policy:
    """As `job`, for paths that name a label, too."""

    async def is_there(request: Request, _: Caller) -> None:
        label_id = request.path_params["label_id"]
        if await parts_of(request).items.label(request.path_params["job_id"], label_id) is None:
            raise LabelNotFound(label_id)

    return job(right, finds=is_there)


def item(right: JobRight) -> Policy:
    """As `job`, for paths that name an image, too: one that the caller sees."""

    async def is_there(request: Request, _: Caller) -> None:
        parts, path = parts_of(request), request.path_params
        job_id, sample_id = path["job_id"], path["sample_id"]
        await items_there(parts, job_id, [sample_id])
        sight = await sight_of(request)
        if not await parts.items.has_all(job_id, [sample_id]) or not await sight.of(parts, job_id, [sample_id]):
            raise ItemNotFound(sample_id)

    return job(right, finds=is_there)


async def items_there(parts: Parts, job_id: str, sample_ids: Sequence[str]) -> None:
    """Waits until the young ones among these samples are items of the job, or their time is up."""
    threshold = _youngest_old_id(parts)
    young = [sample_id for sample_id in sample_ids if sample_id >= threshold]

    async def all_there() -> bool | None:
        return await parts.items.has_all(job_id, young) or None

    if young:
        await await_young(max(young), all_there)


def _youngest_old_id(parts: Parts) -> str:
    """Ids that sort before this text were made more than 10 s ago (UUIDv7 begins with the milliseconds)."""
    digits = f"{int((parts.clock.now().timestamp() - YOUNG_SECONDS) * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"
