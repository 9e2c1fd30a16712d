"""`/jobs/{job_id}/left-out-labels`: what came with the data and has no room in the job."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import ConfigDict

from label_service.application.left_out import images_left_out, start_bringing_in
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.label_set import NO_ROOM
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.long_work import present_work
from label_service.entrypoints.http.parts import id_in, parts_of
from labelstream_common.access import JobRight
from labelstream_common.http import CurrentCaller, Paging, Router, View
from labelstream_common.mongo import encode_cursor
from labelstream_common.operations import OperationView, operation_reply

router = Router(tags=["labels"])

_ORDER = "left-out"
_IMAGE: dict[str, Any] = {
    "sample_id": "01a21ada-c997-772a-9ae9-fe2f04c88177",
    "path": "photos/red.png",
    "labels": ["crimson"],
    "reason": NO_ROOM,
}


class LeftOutView(View):
    """An image, the labels that its data brought and the job left out, and why."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [_IMAGE]})

    sample_id: str
    path: str
    labels: list[str]
    reason: str


class LeftOutPageView(View):
    """Images in the order of ids. `count` is how many there are on all pages."""

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"examples": [{"items": [_IMAGE], "next_cursor": None, "count": 1}]}
    )

    items: list[LeftOutView]
    next_cursor: str | None
    count: int


@router.get(
    "/jobs/{job_id}/left-out-labels",
    policy=arriving.job(JobRight.MANAGE_LABELS),
    errors=(JobNotFound,),
)
async def list_left_out_labels(job_id: str, paging: Paging, request: Request) -> LeftOutPageView:
    """The images whose data brought labels for which the job has no room: it can have 10,000.

    Nothing else of these images is left out. Once there is room, `left-out-labels:bring-in` brings such labels in, and
    so does the next change of an image's data.
    """
    parts = parts_of(request)
    after = id_in(paging.cursor, _ORDER)
    images, total = await images_left_out(job_id, after, paging.limit, items=parts.items, left_out=parts.left_out)
    cursor = images.next_cursor and encode_cursor(_ORDER, images.next_cursor)
    shown = [LeftOutView(**{**one._asdict(), "labels": list(one.labels)}, reason=NO_ROOM) for one in images.items]
    return LeftOutPageView(items=shown, next_cursor=cursor, count=total)


@router.post(
    "/jobs/{job_id}/left-out-labels:bring-in",
    policy=arriving.job(JobRight.MANAGE_LABELS),
    status_code=202,
    errors=(JobNotFound, JobClosed),
    present=present_work,
    reply=OperationView,
)
async def bring_in_left_out_labels(job_id: str, caller: CurrentCaller, request: Request) -> Response:
    """Brings in the labels that were left out, as far as the job has room for them now: delete or merge labels first.

    Images come in the order of their ids, each as its data is now. Those that a person has changed keep their labels,
    and nothing of them counts as left out any more.
    Result: the images `changed`, and how many still have labels `left_out`.
    """
    parts = parts_of(request)
    operation = await start_bringing_in(
        job_id,
        caller.account_id,
        items=parts.items,
        left_out=parts.left_out,
        operations=parts.operations,
        unit_of_work=parts.unit_of_work,
        clock=parts.clock,
    )
    return operation_reply(operation)
