"""Deleting and merging labels: `DELETE /jobs/{job_id}/labels/{label_id}`, `POST …/labels:merge`."""

from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import Response

from label_service.application.label_removal import (
    delete_label,
    merge_labels,
    touched_by_deletion,
    touched_by_merge,
)
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.label_management import LabelStale, MergeIntoItself
from label_service.domain.labels import LabelNotFound, UnknownLabel
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.labels import versions_in
from label_service.entrypoints.http.long_work import present_work
from label_service.entrypoints.http.parts import parts_of
from label_service.entrypoints.http.schemas import MergeBody
from labelstream_common.access import JobRight
from labelstream_common.http import CurrentCaller, JsonReply, Router
from labelstream_common.operations import OperationView, operation_reply

router = Router(tags=["labels"])

DryRun = Annotated[bool, Query(description="only say what would be affected")]


Images = Annotated[
    Literal["keep", "delete"],
    Query(description="`delete`: the images that carry only this label are deleted from the dataset, too"),
]


@router.delete(
    "/jobs/{job_id}/labels/{label_id}",
    policy=arriving.label(JobRight.MANAGE_LABELS),
    status_code=202,
    errors=(JobNotFound, JobClosed, LabelNotFound, LabelStale),
    present=present_work,
    finds_repeats_itself=True,
    reply=OperationView,
)
async def remove_label(
    job_id: str,
    label_id: str,
    caller: CurrentCaller,
    request: Request,
    images: Images = "keep",
    dry_run: DryRun = False,
) -> Response:
    """Hides a label at once; the operation removes it from every item. Its result counts the `images` deleted with it.

    An image is deleted if no other label counts on it at that moment; unconfirmed proposals do not count. Its object
    stays, and an explicit import or a restoration brings it back.
    """
    parts = parts_of(request)
    takes_images = images == "delete"
    if takes_images:
        await parts.access.require(job_id, caller, JobRight.MANAGE_DATA)
    if dry_run:
        return JsonReply(await touched_by_deletion(parts.items, job_id, label_id, takes_images=takes_images))
    operation = await delete_label(
        job_id,
        caller.account_id,
        label_id,
        versions_in(request),
        takes_images=takes_images,
        lanes=parts.lanes,
        operations=parts.operations,
        unit_of_work=parts.unit_of_work,
        clock=parts.clock,
    )
    return operation_reply(operation)


@router.post(
    "/jobs/{job_id}/labels:merge",
    policy=arriving.job(JobRight.MANAGE_LABELS),
    status_code=202,
    errors=(JobNotFound, JobClosed, UnknownLabel, MergeIntoItself),
    present=present_work,
    finds_repeats_itself=True,
    reply=OperationView,
)
async def merge(
    job_id: str, body: MergeBody, caller: CurrentCaller, request: Request, dry_run: DryRun = False
) -> Response:
    """Gives the images of some labels another one instead. Every read shows it at once; the operation tidies up."""
    parts = parts_of(request)
    if dry_run:
        return JsonReply(await touched_by_merge(parts.items, job_id, body.from_, body.into))
    operation = await merge_labels(
        job_id,
        caller.account_id,
        body.from_,
        body.into,
        lanes=parts.lanes,
        operations=parts.operations,
        unit_of_work=parts.unit_of_work,
        clock=parts.clock,
    )
    return operation_reply(operation)
