"""`/jobs/{job_id}/labels`: the label set of a job."""

import re
from dataclasses import replace
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import Response

from label_service.application import labels as use_cases
from label_service.application.labels import LabelChange, NewLabel
from label_service.application.reading import job_of, statistics_of
from label_service.domain.commands import Outcome
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.filters import ItemFilter
from label_service.domain.label_management import LabelStale
from label_service.domain.labels import (
    InvalidLabel,
    Label,
    LabelNameTaken,
    LabelNotFound,
    LabelShortcutTaken,
    TooManyLabels,
)
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.documented import LabelsPage
from label_service.entrypoints.http.own_answers import with_own_answers
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import id_in, parts_of
from label_service.entrypoints.http.schemas import LabelChangeBody, NewLabelBody
from label_service.entrypoints.http.views import LabelView, label_view
from labelstream_common.access import JobRight
from labelstream_common.http import (
    CurrentCaller,
    JsonReply,
    Paging,
    Router,
    encoded_page,
    if_match_tags,
)
from labelstream_common.mongo import encode_cursor

router = Router(tags=["labels"])

_VERSION = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)
_RULES = (InvalidLabel, LabelNameTaken, LabelShortcutTaken)


def _present(outcome: Outcome) -> dict[str, Any]:
    assert outcome.label is not None  # noqa: S101 - these commands answer with a label
    return label_view(outcome.label)


def _reply(label: Label, status: int = 200) -> Response:
    view = label_view(label)
    return JsonReply(view, status, headers={"ETag": view["etag"]})


@router.get("/jobs/{job_id}/labels", policy=arriving.job(JobRight.SEE), errors=(JobNotFound,), reply=LabelsPage)
async def list_labels(
    job_id: str, paging: Paging, request: Request, sort: Literal["added", "-added"] = "added"
) -> Response:
    """The label set of a job, each label with the number of images that carry it."""
    after = id_in(paging.cursor, f"labels {sort}")
    labels = await _counted_labels(request, job_id)
    if sort == "added":
        left = [label for label in labels if after is None or label.id > after]
    else:
        left = [label for label in reversed(labels) if after is None or label.id < after]
    page = left[: paging.limit]
    cursor = encode_cursor(f"labels {sort}", page[-1].id) if len(left) > len(page) else None
    return encoded_page(
        (label_view(label) for label in page), lambda count: encode_cursor(f"labels {sort}", page[count - 1].id), cursor
    )


async def _counted_labels(request: Request, job_id: str) -> list[Label]:
    """The labels that people see, counted over the items that the caller sees, as the caller sees them."""
    items = parts_of(request).items
    wanted = (await sight_of(request)).over(ItemFilter())
    wanted = await with_own_answers(request, await job_of(items, job_id), wanted)
    counted, found = await statistics_of(items, job_id, wanted)
    if wanted.is_empty:
        return list(found.seen())
    return [replace(label, count=counted.labels.get(label.id, 0)) for label in found.seen()]


@router.post(
    "/jobs/{job_id}/labels",
    policy=arriving.job(JobRight.CREATE_LABEL),
    status_code=201,
    errors=(JobNotFound, JobClosed, *_RULES, TooManyLabels),
    present=_present,
    finds_repeats_itself=True,
    reply=LabelView,
)
async def create_label(job_id: str, body: NewLabelBody, caller: CurrentCaller, request: Request) -> Response:
    """Adds a label to the job. Without `color` it gets one."""
    parts = parts_of(request)
    wanted = NewLabel(body.name, body.color, body.shortcut, body.description)
    label = await use_cases.create_label(job_id, caller.account_id, wanted, lanes=parts.lanes, clock=parts.clock)
    return _reply(label, 201)


@router.get(
    "/jobs/{job_id}/labels/{label_id}", policy=arriving.label(JobRight.SEE), errors=(LabelNotFound,), reply=LabelView
)
async def get_label(job_id: str, label_id: str, request: Request) -> Response:
    """One label of a job."""
    labels = {label.id: label for label in await _counted_labels(request, job_id)}
    if label_id not in labels:
        raise LabelNotFound(label_id)
    return _reply(labels[label_id])


@router.patch(
    "/jobs/{job_id}/labels/{label_id}",
    policy=arriving.label(JobRight.MANAGE_LABELS),
    errors=(LabelNotFound, LabelStale, JobClosed, *_RULES),
    present=_present,
    finds_repeats_itself=True,
    reply=LabelView,
)
async def change_label(
    job_id: str, label_id: str, body: LabelChangeBody, caller: CurrentCaller, request: Request
) -> Response:
    """Renames a label or changes its color, shortcut or description. A new name applies at once to every image."""
    parts = parts_of(request)
    given = body.model_dump(exclude_unset=True)
    if "shortcut" in given and given["shortcut"] is None:
        given["shortcut"] = ""
    change = LabelChange(**given, if_versions=versions_in(request))
    label = await use_cases.change_label(
        job_id, caller.account_id, label_id, change, lanes=parts.lanes, clock=parts.clock
    )
    return _reply(label)


def versions_in(request: Request) -> frozenset[int] | None:
    """The versions that If-Match allows; None if it allows any. A tag that no label has allows none."""
    tags = if_match_tags(request)
    return None if tags is None else frozenset(int(tag) for tag in tags if _VERSION.fullmatch(tag))
