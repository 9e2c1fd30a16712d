"""`/jobs/{job_id}/annotations`: people give, take and correct labels, of one image or of many."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from label_service.application.annotating import Edit, edit_items
from label_service.application.annotating import Request as EditRequest
from label_service.domain.annotating import LabelCreationForbidden
from label_service.domain.errors import JobNotFound
from label_service.domain.labels import InvalidLabel, TooManyLabels, UnknownLabel
from label_service.entrypoints.http.parts import Parts, body_as, parts_of
from label_service.entrypoints.http.schemas import AnnotationBody
from label_service.entrypoints.http.views import OutcomeView, outcome_view
from labelstream_common.access import JobRight
from labelstream_common.http import JsonReply, Router, caller_of, policies
from labelstream_common.ids import new_id

router = Router(tags=["annotations"])


@router.post(
    "/jobs/{job_id}/annotations",
    policy=policies.job(JobRight.LABEL),
    errors=(JobNotFound, InvalidLabel, UnknownLabel, TooManyLabels, LabelCreationForbidden),
    present=outcome_view,
    finds_repeats_itself=True,
    raw=True,
    body=AnnotationBody,
    reply=OutcomeView,
)
async def annotate(request: Request) -> Response:
    parts = parts_of(request)
    body = body_as(AnnotationBody, request)
    job_id = request.path_params["job_id"]
    edit = Edit(
        kind="annotate",
        add=body.add,
        remove=body.remove,
        choice=body.set_,
        replacing=(body.replace.from_, body.replace.to) if body.replace else None,
        hard=body.hard,
        create_labels=body.create_labels,
        may_create_labels=await _may_create_labels(parts, job_id, request),
    )
    asked = EditRequest(job_id, new_id(), (await caller_of(request)).account_id, parts.clock.now(), edit, body.expect)
    outcome = await edit_items(asked, body.sample_ids or [], lanes=parts.lanes)
    return JsonReply(outcome_view(outcome))


async def _may_create_labels(parts: Parts, job_id: str, request: Request) -> bool:
    standing = await parts.access.standing(job_id, await caller_of(request))
    return standing is not None and JobRight.CREATE_LABEL in standing.rights


def stored_outcome(outcome: Any) -> dict[str, Any]:
    return outcome_view(outcome)
