"""A model's proposals, up to 1,000 images a request: they wait to be confirmed."""

from collections.abc import Sequence

from label_service.application.lanes import Lanes
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Outcome, Predict, Prediction
from label_service.domain.labels import in_nfc
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id


async def predict(
    job_id: str, predictions: Sequence[Prediction], *, hard_above: float | None, lanes: Lanes, clock: Clock
) -> Outcome:
    """Puts the proposals on the items, in place of earlier ones. The actor is the model that made them."""
    names = {in_nfc(name) for one in predictions for name, _ in one.labels}
    command = Predict(
        origin=Origin(new_id(), Actor(ActorKind.MODEL, predictions[0].model), Cause.PREDICT, clock.now()),
        predictions=predictions,
        hard_above=hard_above,
        label_ids={name: new_id() for name in names},
    )
    return await lanes.submit(job_id, command)
