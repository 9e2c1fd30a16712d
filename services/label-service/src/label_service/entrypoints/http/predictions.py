"""`/jobs/{job_id}/predictions`: models label in advance, people confirm."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, cast

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import AfterValidator, Field, RootModel

from label_service.application.ports import CommandTooLarge
from label_service.application.predicting import predict, prediction_origin, start_predicting
from label_service.domain.commands import Prediction
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.labels import InvalidLabel, TooManyLabels
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.long_work import present_work, result_or_operation
from label_service.entrypoints.http.parts import parts_of
from label_service.entrypoints.http.schemas import PredictionBody
from label_service.entrypoints.http.views import OutcomeView, outcome_view
from labelstream_common.access import JobRight
from labelstream_common.http import LARGEST_BODY_BYTES, JsonReply, Router, caller_of
from labelstream_common.operations import OperationView

router = Router(tags=["predictions"])


def _prediction(body: PredictionBody) -> Prediction:
    labels = [(label.name, label.confidence) for label in body.labels]
    return Prediction(body.sample_id, labels, body.model if body.version is None else f"{body.model}@{body.version}")


# Each image is made small as soon as it is read: 200,000 labels as they came take 100 MB more.
_Read = Annotated[PredictionBody, AfterValidator(_prediction)]


class PredictionsBody(RootModel[Annotated[list[_Read], Field(min_length=1, max_length=1_000)]]):
    """Up to 1,000 images with what the model proposes for each."""

    @property
    def predictions(self) -> Sequence[Prediction]:
        return cast("list[Prediction]", self.root)


@router.post(
    "/jobs/{job_id}/predictions",
    policy=arriving.job(JobRight.PREDICT),
    errors=(JobNotFound, JobClosed, InvalidLabel, TooManyLabels),
    present=present_work,
    finds_repeats_itself=True,
    max_body_bytes=LARGEST_BODY_BYTES,
    most_parts=1_100_000,  # 200,000 labels, each an object of two members, and what their images need
    reply=OutcomeView,
    replies={202: OperationView},
)
async def post_predictions(
    job_id: str,
    body: PredictionsBody,
    request: Request,
    hard_above: Annotated[
        float | None, Query(ge=0, le=1, description="mark images at least this uncertain as hard examples")
    ] = None,
) -> Response:
    """Proposes labels, which wait to be confirmed. They replace earlier proposals.

    An image that has no room for them (an image has at most 200 labels) is left alone and listed in `conflicts`. What
    is too much for one commit is done in pieces; if that takes longer than 10 s, the answer is 202 with the operation.
    """
    parts = parts_of(request)
    predictions = body.predictions
    await arriving.items_there(parts, job_id, [one.sample_id for one in predictions])
    origin = prediction_origin(predictions, parts.clock)
    with suppress(CommandTooLarge):  # then the operation below does it in pieces
        outcome = await predict(job_id, predictions, origin, hard_above=hard_above, lanes=parts.lanes)
        return JsonReply(outcome_view(outcome))
    operation = await start_predicting(
        job_id,
        predictions,
        origin,
        by=(await caller_of(request)).account_id,
        hard_above=hard_above,
        items=parts.items,
        operations=parts.operations,
        unit_of_work=parts.unit_of_work,
    )
    body.root.clear()  # the operation has them; what was read is not held for the 10 s that its result is waited for
    return await result_or_operation(operation, parts.operations)
