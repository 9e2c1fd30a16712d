"""Deleting and merging labels: `DELETE /jobs/{job_id}/labels/{label_id}`, `POST …/labels:merge`."""

from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import Response

from label_service.application.label_removal import delete_label, merge_labels, touched, touched_by_merge
from label_service.domain.errors import JobNotFound
from label_service.domain.label_management import LabelStale, MergeIntoItself
from label_service.domain.labels import LabelNotFound, UnknownLabel
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.labels import version_in
from label_service.entrypoints.http.long_work import present_work
from label_service.entrypoints.http.parts import parts_of
from label_service.entrypoints.http.schemas import MergeBody
from labelstream_common.access import JobRight
from labelstream_common.errors import Invalid
from labelstream_common.http import CurrentCaller, JsonReply, Router
from labelstream_common.operations import OperationView, operation_reply

router = Router(tags=["labels"])

DryRun = Annotated[bool, Query(description="only say what would be touched")]


class ImagesCannotBeDeleted(Invalid):
    code = "images-cannot-be-deleted"

    def __init__(self) -> None:
        super().__init__(
            "A label's images cannot be deleted with it yet. Delete the images first, then the label.",
            pointer="/images",
        )


@router.delete(
    "/jobs/{job_id}/labels/{label_id}",
    policy=arriving.job(JobRight.MANAGE_LABELS),
    status_code=202,
    errors=(JobNotFound, LabelNotFound, LabelStale, ImagesCannotBeDeleted),
    present=present_work,
    finds_repeats_itself=True,
    reply=OperationView,
)
async def remove_label(
    job_id: str,
    label_id: str,
    caller: CurrentCaller,
    request: Request,
    images: Literal["keep", "delete"] = "keep",
    dry_run: DryRun = False,
) -> Response:
    parts = parts_of(request)
    if images == "delete":
        raise ImagesCannotBeDeleted
    if dry_run:
        return JsonReply(await touched(parts.items, job_id, [label_id]))
    operation = await delete_label(
        job_id,
        caller.account_id,
        label_id,
        version_in(request),
        items=parts.items,
        lanes=parts.lanes,
        operations=parts.operations,
        clock=parts.clock,
    )
    return operation_reply(operation)


@router.post(
    "/jobs/{job_id}/labels:merge",
    policy=arriving.job(JobRight.MANAGE_LABELS),
    status_code=202,
    errors=(JobNotFound, UnknownLabel, MergeIntoItself),
    present=present_work,
    finds_repeats_itself=True,
    reply=OperationView,
)
async def merge(
    job_id: str, body: MergeBody, caller: CurrentCaller, request: Request, dry_run: DryRun = False
) -> Response:
    parts = parts_of(request)
    if dry_run:
        return JsonReply(await touched_by_merge(parts.items, job_id, body.from_, body.into))
    operation = await merge_labels(
        job_id,
        caller.account_id,
        body.from_,
        body.into,
        items=parts.items,
        lanes=parts.lanes,
        operations=parts.operations,
        clock=parts.clock,
    )
    return operation_reply(operation)
