"""The change record: what one commit did to one stream. It is outbox, change log and feed in one.

Collection `changes`, one document a commit and stream:

| field | meaning |
|---|---|
| `_id` | UUIDv7 |
| `stream`, `seq`, `last` | the stream and the first and last number that this commit took in it |
| `at` | when it was decided |
| `pending` | true until the relay has had every message acknowledged, then absent |
| `count`, `size` | messages, bytes before compression |
| `contexts` | correlation, causation and trace of each request in the commit |
| `block` | the messages (`labelstream_common.messaging.messages`) |
| `passing` | true where nobody reads the record once it is published: it is removed some time after `published_at` |
| `published_at` | when the relay had every message of a passing record acknowledged last; before that it is absent |

Numbers are handed out in the commit that writes the record, by adding to the stream's own document: writers of one
stream wait for each other there, so a record that can be read has no earlier one that is still to come.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from bson.binary import Binary

from labelstream_common.errors import TooLarge
from labelstream_common.ids import new_id
from labelstream_common.messaging.messages import Message, pack
from labelstream_common.messaging.request_scope import IDEMPOTENCY, Context
from labelstream_common.mongo import Database, Index, Session, upserted
from labelstream_contracts.topics import MAX_MESSAGE_BYTES

CHANGES = "changes"
STREAMS = "streams"
# A relay that takes over, or hears of a late one, sends published records again for a moment: until then they stay.
_PASSING_STAY_SECONDS = 24 * 60 * 60

# A message with its key, headers and framing stays below what a topic takes.
MOST_MESSAGE_BYTES = MAX_MESSAGE_BYTES - 256 * 1024
# Before compression. What one commit has to say beyond it goes into further records, as far as its events can be told
# apart; the relay and the feed read whole records, so this bounds their memory.
MOST_RECORD_BYTES = 1024 * 1024
# A record that its writer has put together itself: it must stay a document that MongoDB takes, and the relay holds.
MOST_COMMIT_BYTES = 64 * 1024 * 1024
_MOST_BLOCK_BYTES = 12 * 1024 * 1024


class MessageTooLarge(TooLarge):
    """One event that no topic would take: nothing of its commit is kept, since it could never be published."""

    code = "event-too-large"

    def __init__(self, message: Message) -> None:
        super().__init__(
            f"The change is too large for one event: it has {_size(message):,} bytes, and the limit is "
            f"{MOST_MESSAGE_BYTES:,}."
        )


class RecordTooLarge(TooLarge):
    """More than one commit can record: it has to be done in smaller pieces."""

    code = "change-too-large"

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The change makes {size:,} bytes of events, which is more than one commit can record. "
            "Change fewer images at a time."
        )


RECORD_INDEXES = (
    Index(CHANGES, (("stream", 1), ("seq", 1)), "stream_seq", unique=True),
    Index(CHANGES, (("stream", 1), ("seq", 1)), "pending_stream", partial={"pending": True}),
    Index(CHANGES, (("at", 1),), "pending_at", partial={"pending": True}),
    Index(
        CHANGES,
        (("published_at", 1),),
        "passing_expiry",
        partial={"passing": True},
        expire_after_seconds=_PASSING_STAY_SECONDS,
    ),
    Index(IDEMPOTENCY, (("expires_at", 1),), "expiry", expire_after_seconds=0),
)


def change_record(
    stream: str,
    first: int,
    messages: Sequence[Message],
    *,
    at: datetime,
    contexts: Sequence[Context],
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The document of a commit whose messages already carry their `seq`, beginning at `first`.

    Raises MessageTooLarge or RecordTooLarge: what could not be published must not be committed.
    """
    size = 0
    for message in messages:
        if _size(message) > MOST_MESSAGE_BYTES:
            raise MessageTooLarge(message)
        size += len(message.value or b"")
    if size > MOST_COMMIT_BYTES or len(block := pack(messages)) > _MOST_BLOCK_BYTES:
        raise RecordTooLarge(size)
    return {
        "_id": new_id(),
        "stream": stream,
        "seq": first,
        "last": max((message.seq for message in messages), default=first),
        "at": at,
        "pending": True,
        "count": len(messages),
        "size": size,
        "contexts": [list(msgspec.structs.astuple(context)) for context in contexts],
        "block": Binary(block),
        **(extra or {}),
    }


def numbered(messages: Sequence[Message], first: int) -> list[Message]:
    """The messages with their `seq`: each event takes the next number, a message with a `part` that of its event."""
    seq, out = first - 1, []
    for message in messages:
        seq += not message.part
        out.append(msgspec.structs.replace(message, seq=seq))
    return out


async def append(
    database: Database, session: Session, messages: Sequence[Message], *, at: datetime, contexts: Sequence[Context]
) -> None:
    """Stores `messages` inside the transaction of `session`: one record a stream, or several of at most a megabyte.

    Each message names its place in `contexts`.
    """
    by_stream: dict[str, list[Message]] = {}
    for message in messages:
        by_stream.setdefault(message.stream_id, []).append(message)
    for stream, own in by_stream.items():
        events = sum(1 for message in own if not message.part)
        last = await take_numbers(database, session, stream, events)
        documents = [
            change_record(stream, piece[0].seq, piece, at=at, contexts=contexts)
            for piece in pieces(numbered(own, last - events + 1))
        ]
        await database[CHANGES].insert_many(documents, session=session)


def pieces(messages: Sequence[Message], most: int = MOST_RECORD_BYTES) -> list[list[Message]]:
    """The messages in runs of at most `most` bytes; one event, with what goes with it, is never torn apart."""
    runs: list[list[Message]] = []
    size = 0
    for event in _events(messages):
        length = sum(_size(message) for message in event)
        if not runs or size + length > most:
            runs.append([])
            size = 0
        runs[-1] += event
        size += length
    return runs


def _events(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Each event with the messages that share its number."""
    event: list[Message] = []
    for message in messages:
        if event and not message.part:
            yield event
            event = []
        event.append(message)
    if event:
        yield event


def _size(message: Message) -> int:
    return len(message.value or b"") + len(message.key)


async def take_numbers(database: Database, session: Session, stream: str, count: int) -> int:
    """Takes the next `count` numbers of `stream`; the last of them. Writers of one stream meet here."""
    counter = await upserted(database[STREAMS], {"_id": stream}, {"$inc": {"seq": count}}, session=session)
    return int(counter["seq"])
