"""What one commit records is bounded by bytes, and what no topic would take is refused before it is committed."""

import asyncio
import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream_common.messaging import Message
from labelstream_common.messaging.byte_queue import ByteQueue
from labelstream_common.messaging.records import (
    MOST_MESSAGE_BYTES,
    MOST_RECORD_BYTES,
    MessageTooLarge,
    RecordTooLarge,
    change_record,
    numbered,
    pieces,
)
from labelstream_contracts.topics import MAX_MESSAGE_BYTES

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def message(size: int, part: str = "") -> Message:
    return Message("topic", "type", "", "subject", 1, b"x" * size, part=part)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=60).map(
        lambda drawn: numbered(
            [message(size, "end" if part and at else "") for at, (size, part) in enumerate(drawn)], 7
        )
    )
)
def test_pieces_keep_order_stay_small_and_tear_no_event_apart(messages: list[Message]) -> None:
    found = pieces(messages, most=1_000)
    assert [one for piece in found for one in piece] == messages
    for piece in found:
        assert not piece[0].part
        events = {one.seq for one in piece}
        assert len(events) == 1 or sum(len(one.value or b"") for one in piece) <= 1_000
    seqs = [sorted({one.seq for one in piece}) for piece in found]
    assert all(earlier[-1] < later[0] for earlier, later in itertools.pairwise(seqs))


def test_a_record_of_much_is_several_of_a_megabyte() -> None:
    found = pieces(numbered([message(300_000) for _ in range(10)], 1))
    records = [change_record("s", piece[0].seq, piece, at=NOW, contexts=[]) for piece in found]
    assert [(record["seq"], record["last"]) for record in records] == [(1, 3), (4, 6), (7, 9), (10, 10)]
    assert all(record["size"] <= MOST_RECORD_BYTES for record in records)


def test_an_event_that_no_topic_takes_is_refused_before_the_commit() -> None:
    assert MOST_MESSAGE_BYTES < MAX_MESSAGE_BYTES
    change_record("s", 1, [message(MOST_MESSAGE_BYTES)], at=NOW, contexts=[])
    with pytest.raises(MessageTooLarge):
        change_record("s", 1, [message(MOST_MESSAGE_BYTES + 1)], at=NOW, contexts=[])


def test_what_one_document_cannot_hold_is_refused_before_the_commit() -> None:
    with pytest.raises(RecordTooLarge):
        change_record("s", 1, [message(5_000_000) for _ in range(14)], at=NOW, contexts=[])


async def test_the_queue_holds_so_many_bytes_and_one_that_is_larger() -> None:
    queue: ByteQueue[int] = ByteQueue(100)
    await queue.put(1, 60)
    await queue.put(2, 40)
    late = asyncio.create_task(queue.put(3, 1_000))
    await asyncio.sleep(0)
    assert not late.done()
    assert [await queue.get(), await queue.get()] == [1, 2]
    await late
    assert queue.head() == await queue.get() == 3
