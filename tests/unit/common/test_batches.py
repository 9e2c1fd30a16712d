"""What a consumer fetched is cut into transactions that lose no event and no offset, and are never too heavy."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from labelstream_common.messaging import Follower, Received
from labelstream_common.messaging.batches import Passed, joined, pieces_of
from labelstream_common.messaging.offsets import Partition, Span
from labelstream_common.mongo import Session

TOPIC, MOST = "labeling.test.v1", 10


async def _nothing(events: Sequence[Received], session: Session) -> None:
    """Applies nothing."""


def event_at(partition: int, offset: int, weight: int) -> Received:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Received(TOPIC, partition, offset, "key", "type", "id", "subject", weight, moment, None, "", "")


FOLLOWER = Follower("test", (TOPIC,), _nothing, weigh=lambda event: event.version, most=MOST)

# A partition as it was fetched: how much each message weighs, or None where nobody wants it.
FETCHED = st.lists(st.lists(st.none() | st.integers(1, 15), min_size=1, max_size=30), min_size=1, max_size=3)


@given(FETCHED)
def test_pieces_hold_every_event_and_every_offset_once_and_in_order(fetched: list[list[int | None]]) -> None:
    spans = {Partition(TOPIC, number): Span(100, 100 + len(own)) for number, own in enumerate(fetched)}
    events = [
        event_at(number, 100 + place, weight)
        for number, own in enumerate(fetched)
        for place, weight in enumerate(own)
        if weight is not None
    ]
    pieces = pieces_of(spans, events, FOLLOWER)
    assert [event for piece in pieces for event in piece.events] == events
    for piece in pieces:
        assert len(piece.events) == 1 or sum(event.version for event in piece.events) <= MOST
        for event in piece.events:
            span = piece.spans[Partition(TOPIC, event.partition)]
            assert span.first <= event.offset < span.end
    if events:
        for at, span in spans.items():
            read = [piece.spans[at] for piece in pieces if at in piece.spans]
            assert (read[0].first, read[-1].end) == span
            assert all(one.end == other.first for one, other in pairwise(read))
    else:
        assert pieces == []


def test_light_events_share_a_transaction_and_a_heavy_one_has_its_own() -> None:
    events = [event_at(0, offset, weight) for offset, weight in enumerate([1] * 10 + [15, 1, 1])]
    pieces = pieces_of({Partition(TOPIC, 0): Span(0, 13)}, events, FOLLOWER)
    assert [len(piece.events) for piece in pieces] == [10, 1, 2]


def test_what_is_passed_is_stored_with_what_comes_next() -> None:
    one, other = Partition(TOPIC, 0), Partition(TOPIC, 1)
    passed = Passed()
    passed.note({one: Span(0, 500)})
    passed.note({one: Span(500, 1000), other: Span(7, 9)})
    assert not passed.is_due
    assert joined(passed.spans, {one: Span(1000, 1010)}) == {one: Span(0, 1010), other: Span(7, 9)}


def test_what_is_passed_is_stored_by_itself_once_it_is_much() -> None:
    passed = Passed()
    for start in range(0, 10_000, 500):
        assert not passed.is_due
        passed.note({Partition(TOPIC, 0): Span(start, start + 500)})
    assert passed.is_due
    passed.forget()
    assert not passed.is_due
