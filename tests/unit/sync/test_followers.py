"""How much of what others tell goes into one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from labelstream_common.messaging import Received
from labelstream_common.messaging.batches import pieces_of
from labelstream_common.messaging.offsets import Partition, Span
from labelstream_contracts import Actor, LabelImagesDiscarded, topics
from labelstream_contracts.registry import types_of
from sync_service.entrypoints.consumers.labels import label_follower

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
FOLLOWER = label_follower(cast("Any", None), cast("Any", None))


def discarded(offset: int, images: int) -> Received:
    payload = LabelImagesDiscarded(
        job_id="job",
        seq=offset + 1,
        change_id="change",
        actor=Actor(kind="person", id="ada"),
        at=MOMENT,
        dataset_id="dataset",
        label={"label_id": "label", "name": "cat"},
        sample_ids=[f"sample-{number}" for number in range(images)],
    )
    name = topics.LABEL.name
    return Received(name, 0, offset, "job", payload.event_type, "id", "job", 1, MOMENT, payload, "", "")


def transactions(events: Sequence[Received]) -> list[int]:
    span = Span(0, len(events))
    pieces = pieces_of({Partition(topics.LABEL.name, 0): span}, events, FOLLOWER)
    return [len(piece.events) for piece in pieces]


def test_only_discarded_images_are_looked_at() -> None:
    assert FOLLOWER.types == frozenset({LabelImagesDiscarded.event_type})
    assert len(types_of(topics.LABEL)) > 1


def test_many_small_discards_share_a_transaction_and_large_ones_do_not() -> None:
    assert transactions([discarded(offset, 1) for offset in range(200)]) == [90, 90, 20]
    assert transactions([discarded(offset, 1_000) for offset in range(3)]) == [1, 1, 1]
