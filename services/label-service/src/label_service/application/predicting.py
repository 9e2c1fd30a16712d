"""A model's proposals, up to 1,000 images a request: they wait to be confirmed.

What is too much for one commit is queued as an operation, which goes on piece by piece. The number of labels decides:
to plan a commit of 200,000 only to see that it is too large would stop everybody else for a second.
"""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import orjson

from label_service.application.bulk import added_up
from label_service.application.lanes import Lanes
from label_service.application.ports import CommandTooLarge
from label_service.application.reading import Items, job_of
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.annotating import proposed_labels
from label_service.domain.commands import Outcome, Predict, Prediction
from label_service.domain.labels import in_nfc
from label_service.domain.naming import Naming
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Fence, Operation, Operations
from labelstream_common.tasks import in_slices

PREDICT = "predict"
MOST_LABELS_OF_COMMIT = 20_000
"""Of about 200 bytes each in the events: as much as one command may have."""
_LABELS_AN_ITEM_OF_PIECE = 10
"""A piece of so many items has so many times that number of labels at most: 10,000 if nobody waits for it."""
_IMAGES_OF_ENTRY = 10
"""With 200 labels each they are packed and unpacked within a millisecond."""
_IMAGES_OF_EARLIER_ENTRY = 50
_ENTRIES_TOGETHER = 5


def prediction_origin(predictions: Sequence[Prediction], clock: Clock) -> Origin:
    """The actor is the model that made them."""
    return Origin(new_id(), Actor(ActorKind.MODEL, predictions[0].model), Cause.PREDICT, clock.now())


async def predict(
    job_id: str, predictions: Sequence[Prediction], origin: Origin, *, hard_above: float | None, lanes: Lanes
) -> Outcome:
    """Puts the proposals on the items, in place of earlier ones. Raises CommandTooLarge."""
    labels = sum(len(one.labels) for one in predictions)
    if labels > MOST_LABELS_OF_COMMIT:
        raise CommandTooLarge(max(1, len(predictions) * MOST_LABELS_OF_COMMIT // labels))
    return await lanes.submit(job_id, _command(predictions, origin, hard_above))


@retried
async def start_predicting(
    job_id: str,
    predictions: Sequence[Prediction],
    origin: Origin,
    *,
    by: str,
    hard_above: float | None,
    items: Items,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
) -> Operation:
    """Queues proposals that one commit cannot hold.

    Raises TooManyOperations, JobNotFound, InvalidLabel, TooManyLabels or JobClosed: then nothing of them is done.
    """
    await operations.check_room(by, f"job:{job_id}")
    await _check(job_id, predictions, items)
    params = {
        "job_id": job_id,
        "change_id": origin.change_id,
        "model": origin.actor.id,
        "at": origin.at,
        "hard_above": hard_above,
        "images_of_entry": _IMAGES_OF_ENTRY,
    }
    starts = range(0, len(predictions), _IMAGES_OF_ENTRY)
    entries = await in_slices(lambda start: _packed(predictions[start : start + _IMAGES_OF_ENTRY]), starts)
    async with unit_of_work() as work:
        operation = await operations.start(
            PREDICT,
            params,
            by=by,
            session=work.session,
            total=len(predictions),
            scope=f"job:{job_id}",
            entries=entries,
        )
        work.returns(operation)
    return operation


async def _check(job_id: str, predictions: Sequence[Prediction], items: Items) -> None:
    """Refuses what a commit would refuse, before the first piece is on its way."""
    job = await job_of(items, job_id)
    naming = Naming(await items.labels(job_id), defaultdict(new_id))

    def check(numbered: tuple[int, Prediction]) -> None:
        place, one = numbered
        proposed_labels(naming, one, place)

    await in_slices(check, enumerate(predictions))
    job.check_open()


class PredictMany:
    """Carries it on; a piece of the images a step."""

    def __init__(self, lanes: Lanes, operations: Operations) -> None:
        self._lanes = lanes
        self._operations = operations
        self._stored: tuple[str, int, Sequence[bytes]] = ("", 0, ())
        self._unpacked: tuple[str, int, list[Prediction]] = ("", 0, [])

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        cursor = operation.cursor or {"place": 0, "outcome": None}
        predictions = await self._piece(operation, cursor["place"])
        end = cursor["place"] + len(predictions)
        last = not predictions or end >= (operation.total or 0)
        if last:
            self._stored, self._unpacked = ("", 0, ()), ("", 0, [])

        async def alongside(session: Session, outcome: Outcome) -> None:
            total = added_up(cursor["outcome"], outcome)
            if last:
                await self._operations.finish(session, operation, fence, total, done=total["changed"])
            else:
                following = {"place": end, "outcome": total}
                await self._operations.advance(session, operation, fence, done=total["changed"], cursor=following)

        origin = Origin(params["change_id"], Actor(ActorKind.MODEL, params["model"]), Cause.PREDICT, params["at"])
        command = replace(_command(predictions, origin, params["hard_above"]), is_piece=True)
        return await self._lanes.submit_piece(params["job_id"], command, alongside=alongside) and last

    async def _piece(self, operation: Operation, place: int) -> list[Prediction]:
        """The predictions from a place on that fit one commit: at least one, as far as there are any."""
        most = self._lanes.piece(operation.params["job_id"])
        images = operation.params.get("images_of_entry", _IMAGES_OF_EARLIER_ENTRY)
        found: list[Prediction] = []
        labels = 0
        while len(found) < most:
            entry, begin = divmod(place + len(found), images)
            following = await self._entry(operation, entry, images)
            for one in islice(following, begin, begin + most - len(found)):
                labels += len(one.labels)
                if found and labels > most * _LABELS_AN_ITEM_OF_PIECE:
                    return found
                found.append(one)
            if len(following) < images:
                break
        return found

    async def _entry(self, operation: Operation, number: int, images: int) -> list[Prediction]:
        packed = operation.params.get("predictions")  # all in one, in operations of earlier releases
        if packed is not None:
            return _unpacked(packed)[number * images : (number + 1) * images]
        if self._unpacked[:2] != (operation.id, number):  # an entry may be as much as a few pieces
            entry = await self._read(operation, number)
            self._unpacked = (operation.id, number, _unpacked(entry) if entry is not None else [])
        return self._unpacked[2]

    async def _read(self, operation: Operation, number: int) -> bytes | None:
        """An entry as it is stored, and those behind it for the next calls; None behind the last."""
        of, first, entries = self._stored
        if of != operation.id or not first <= number < first + len(entries):
            first, entries = number, await self._operations.entries(operation, number, _ENTRIES_TOGETHER)
            self._stored = (operation.id, first, entries)
        return entries[number - first] if entries else None


def _command(predictions: Sequence[Prediction], origin: Origin, hard_above: float | None) -> Predict:
    names = {in_nfc(name) for one in predictions for name, _ in one.labels}
    return Predict(origin, predictions, hard_above, {name: new_id() for name in names})


def _packed(predictions: Sequence[Prediction]) -> bytes:
    rows = [[one.sample_id, one.labels, one.model] for one in predictions]
    return zlib.compress(orjson.dumps(rows), 1)


def _unpacked(packed: bytes) -> list[Prediction]:
    rows: list[Any] = orjson.loads(zlib.decompress(packed))
    return [Prediction(sample_id, [(name, at) for name, at in labels], model) for sample_id, labels, model in rows]
