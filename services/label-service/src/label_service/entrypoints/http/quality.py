"""`/jobs/{job_id}/quality`, `/known-answers`, `/items/{sample_id}/answers`: how well people label."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import ConfigDict, Field, RootModel

from label_service.application.editing import person_origin
from label_service.application.exporting import ExportedQuality, note_export
from label_service.application.history import SeqNotReached, moment_of
from label_service.application.known_answers import KnownAnswer, replace_known_answers
from label_service.domain.actors import Cause
from label_service.domain.errors import ItemNotFound, JobClosed, JobNotFound
from label_service.domain.known_answers import MOST_KNOWN_ANSWERS, KnownAnswerNotUsable, KnownAnswersMoved
from label_service.domain.labels import InvalidLabel, TooManyLabels, UnknownLabel
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.history import AsOf
from label_service.entrypoints.http.parts import id_in, parts_of
from label_service.entrypoints.http.schemas import SampleId, Text
from labelstream_common.access import JobRight
from labelstream_common.clock import rfc3339
from labelstream_common.http import (
    LARGEST_BODY_BYTES,
    REPORTS,
    Body,
    JsonReply,
    Moment,
    PageView,
    Paging,
    RequestInvalid,
    Router,
    View,
    accepts_csv,
    caller_of,
    csv_reply,
)
from labelstream_common.mongo import encode_cursor

router = Router(tags=["quality"])

_ID = "01a21ada-cbd4-7242-b94a-83095890c983"
_SAMPLE = "01a21ada-c997-772a-9ae9-fe2f04c88177"
_LABEL = {"label_id": _ID, "name": "cat"}
_AT = "2026-01-31T12:00:00.000Z"


def _shown_as(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(frozen=True, json_schema_extra={"examples": [example]})


class AnsweredLabelView(View):
    """A label in an answer."""

    label_id: str
    name: str


class AnswerView(View):
    """One person's answer. `labels` is null until the last answer was given."""

    model_config = _shown_as({"by": _ID, "labels": [_LABEL], "at": _AT, "seconds": 4.2})

    by: str
    labels: list[AnsweredLabelView] | None
    at: Moment
    seconds: float | None = Field(
        description="since the person's answer before, if that was at most ten minutes earlier"
    )


class KnownAnswerView(View):
    """An image whose right labels are known, by name."""

    model_config = _shown_as({"sample_id": _SAMPLE, "labels": ["cat"]})

    sample_id: str
    labels: list[str]


class AgreementView(View):
    """Over the images with all their answers. A figure is null where it is not defined."""

    items: int
    percent: float | None = Field(description="the mean share of pairs of answers that are equal, 0 to 1")
    fleiss_kappa: float | None
    krippendorff_alpha: float | None


class PairView(View):
    """Two people and the images that both answered."""

    a: str
    b: str
    items: int
    cohen_kappa: float | None


class KnownScoreView(View):
    """How many answers to images with known answers were right."""

    right: int
    total: int


class AnnotatorQualityView(View):
    """One person's work."""

    account_id: str
    labeled: int
    seconds_median: float | None
    accepted: int
    rejected: int
    known: KnownScoreView
    agrees_with_consensus: float | None


class ConfusionView(View):
    """How often images whose consensus is `from` were answered with `to`."""

    from_: list[str] = Field(alias="from")
    to: list[str]
    count: int


_PERSON = {
    "account_id": _ID,
    "labeled": 210,
    "seconds_median": 3.5,
    "accepted": 40,
    "rejected": 2,
    "known": {"right": 9, "total": 10},
    "agrees_with_consensus": 0.95,
}
_QUALITY = {
    "seq": 918273,
    "agreement": {"items": 200, "percent": 0.91, "fleiss_kappa": 0.84, "krippendorff_alpha": 0.84},
    "pairs": [{"a": _ID, "b": _SAMPLE, "items": 180, "cohen_kappa": 0.82}],
    "annotators": [_PERSON],
    "confusions": [{"from": ["cat"], "to": ["dog"], "count": 7}],
}


class QualityView(View):
    """The quality of a job's labels at one `seq`. docs/quality.md has the formula of each figure."""

    model_config = _shown_as(_QUALITY)

    seq: int
    agreement: AgreementView
    pairs: list[PairView]
    annotators: list[AnnotatorQualityView]
    confusions: list[ConfusionView]


class KnownAnswerBody(Body):
    sample_id: SampleId
    labels: Annotated[list[Text], Field(min_length=1, description="ids or names, at most 200")]


class KnownAnswersBody(RootModel[Annotated[list[KnownAnswerBody], Field(max_length=MOST_KNOWN_ANSWERS)]]):
    """Up to 10,000 images with their right labels, up to 200 each."""


AnswersPage = PageView[AnswerView]
KnownAnswersPage = PageView[KnownAnswerView]


@router.get(
    "/jobs/{job_id}/items/{sample_id}/answers",
    policy=arriving.item(JobRight.REVIEW),
    errors=(JobNotFound, ItemNotFound),
    reply=AnswersPage,
)
async def list_answers(job_id: str, sample_id: str, request: Request) -> Response:
    """What each person answered, where several label each image. Before the last answer: who answered, and when."""
    parts = parts_of(request)
    found = await parts.answered.answered(job_id, sample_id)
    if found is None:
        raise ItemNotFound(sample_id)
    names = await parts.past.label_names(job_id)
    views = [_answer_view(one, names if found.is_settled else None) for one in found.answers]
    return JsonReply({"items": views, "next_cursor": None})


def _answer_view(answer: Mapping[str, Any], names: Mapping[str, str] | None) -> dict[str, Any]:
    labels = None
    if names is not None:
        labels = [{"label_id": one, "name": names.get(one, one)} for one in answer["labels"]]
    return {"by": answer["by"], "labels": labels, "at": rfc3339(answer["at"]), "seconds": answer["seconds"]}


@router.put(
    "/jobs/{job_id}/known-answers",
    policy=arriving.job(JobRight.SETTINGS),
    errors=(JobNotFound, JobClosed, UnknownLabel, InvalidLabel, TooManyLabels, KnownAnswerNotUsable, KnownAnswersMoved),
    idempotent=False,
    max_body_bytes=LARGEST_BODY_BYTES,
    most_parts=300_000,  # 10,000 images with 20 labels each, or 1,000 with 200
    reply=KnownAnswersPage,
)
async def put_known_answers(job_id: str, body: KnownAnswersBody, request: Request, paging: Paging) -> Response:
    """Replaces the images by which labelers are tested. The reply is the first page of them.

    Each labeler gets all of them in addition to their share, mixed in with the other images. They count in
    `known` of `quality` and not in its agreement.
    """
    parts = parts_of(request)
    wanted = [KnownAnswer(one.sample_id, one.labels) for one in body.root]
    seen: set[str] = set()
    for place, one in enumerate(wanted):
        if one.sample_id in seen:
            raise RequestInvalid("Duplicate image.", pointer=f"/{place}/sample_id")
        seen.add(one.sample_id)
    await arriving.items_there(parts, job_id, [one.sample_id for one in wanted])
    caller = await caller_of(request)
    await replace_known_answers(
        job_id,
        wanted,
        person_origin(caller.account_id, Cause.ANNOTATE, parts.clock.now()),
        await parts.access.labelers(job_id),
        items=parts.items,
        answered=parts.answered,
        lanes=parts.lanes,
    )
    return await _known_page(request, job_id, paging.cursor, paging.limit)


@router.get(
    "/jobs/{job_id}/known-answers",
    policy=arriving.job(JobRight.SETTINGS),
    errors=(JobNotFound,),
    reply=KnownAnswersPage,
)
async def list_known_answers(job_id: str, request: Request, paging: Paging) -> Response:
    """The images by which labelers are tested, in the order of ids."""
    return await _known_page(request, job_id, paging.cursor, paging.limit)


async def _known_page(request: Request, job_id: str, cursor: str | None, limit: int) -> Response:
    parts = parts_of(request)
    after = id_in(cursor, "known-answers")
    known = await parts.answered.known(job_id)
    names = await parts.past.label_names(job_id)
    rest = [one for one in known if after is None or one.sample_id > after]
    views = [
        {"sample_id": one.sample_id, "labels": sorted(names.get(label_id, label_id) for label_id in one.labels)}
        for one in rest[:limit]
    ]
    more = encode_cursor("known-answers", rest[limit - 1].sample_id) if len(rest) > limit else None
    return JsonReply({"items": views, "next_cursor": more})


@router.get(
    "/jobs/{job_id}/quality",
    policy=arriving.job(JobRight.SETTINGS),
    errors=(JobNotFound, SeqNotReached),
    reply=QualityView,
    share=REPORTS,
)
async def get_quality(
    job_id: str,
    request: Request,
    consensus: Annotated[
        Literal["majority", "dawid_skene"],
        Query(description="labels that more than half gave, or the most probable answer by Dawid and Skene"),
    ] = "majority",
    as_of: AsOf = None,
) -> Response:
    """How far people agree, with each other, with their consensus and with known answers, and how fast they label.

    The figures are computed from the state of the job at `as_of`, by default now. With `Accept: text/csv` the reply is
    the table of annotators, and it is recorded in the audit. One caller can have four at once.
    """
    parts = parts_of(request)
    moment = await moment_of(parts.items, parts.past, job_id, as_of)
    found = await parts.assessing.quality(moment, consensus)
    if accepts_csv(request):
        await note_export(job_id, await caller_of(request), ExportedQuality(moment.seq), parts.unit_of_work)
        return csv_reply(_COLUMNS, map(_row, found["annotators"]), {"X-Labelstream-Seq": str(moment.seq)})
    return JsonReply(found)


_COLUMNS = (
    "account_id",
    "labeled",
    "seconds_median",
    "accepted",
    "rejected",
    "known_right",
    "known_total",
    "agrees_with_consensus",
)


def _row(one: Mapping[str, Any]) -> list[object]:
    row = {**one, "known_right": one["known"]["right"], "known_total": one["known"]["total"]}
    return [row[column] for column in _COLUMNS]
