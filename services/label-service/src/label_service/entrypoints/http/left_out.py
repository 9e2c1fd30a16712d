"""`/jobs/{job_id}/left-out-labels`: what came with the data and has no room in the job."""

from typing import Any

from fastapi import Request
from pydantic import ConfigDict

from label_service.application.left_out import images_left_out
from label_service.domain.errors import JobNotFound
from label_service.domain.label_set import NO_ROOM
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.parts import id_in, parts_of
from labelstream_common.access import JobRight
from labelstream_common.http import Paging, Router, View
from labelstream_common.mongo import encode_cursor

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

    Nothing else of these images is left out. Such a label comes with the next change of the image's data, if the job
    has room for it then.
    """
    parts = parts_of(request)
    after = id_in(paging.cursor, _ORDER)
    images, total = await images_left_out(job_id, after, paging.limit, items=parts.items, left_out=parts.left_out)
    cursor = images.next_cursor and encode_cursor(_ORDER, images.next_cursor)
    shown = [LeftOutView(**{**one._asdict(), "labels": list(one.labels)}, reason=NO_ROOM) for one in images.items]
    return LeftOutPageView(items=shown, next_cursor=cursor, count=total)
