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

Numbers are handed out in the commit that writes the record, by adding to the stream's own document: writers of one
stream wait for each other there, so a record that can be read has no earlier one that is still to come.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from bson.binary import Binary

from labelstream_common.ids import new_id
from labelstream_common.messaging.messages import Message, pack
from labelstream_common.messaging.request_scope import IDEMPOTENCY, Context
from labelstream_common.mongo import Database, Index, Session, upserted

CHANGES = "changes"
STREAMS = "streams"

RECORD_INDEXES = (
    Index(CHANGES, (("stream", 1), ("seq", 1)), "stream_seq", unique=True),
    Index(CHANGES, (("stream", 1), ("seq", 1)), "pending_stream", partial={"pending": True}),
    Index(CHANGES, (("at", 1),), "pending_at", partial={"pending": True}),
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
    """The document of a commit whose messages already carry their `seq`, beginning at `first`."""
    return {
        "_id": new_id(),
        "stream": stream,
        "seq": first,
        "last": max((message.seq for message in messages), default=first),
        "at": at,
        "pending": True,
        "count": len(messages),
        "size": sum(len(message.value or b"") for message in messages),
        "contexts": [list(msgspec.structs.astuple(context)) for context in contexts],
        "block": Binary(pack(messages)),
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
    database: Database, session: Session, messages: Sequence[Message], *, at: datetime, context: Context
) -> None:
    """Stores `messages` as one record a stream, inside the transaction of `session`."""
    by_stream: dict[str, list[Message]] = {}
    for message in messages:
        by_stream.setdefault(message.stream_id, []).append(message)
    for stream, own in by_stream.items():
        events = sum(1 for message in own if not message.part)
        last = await take_numbers(database, session, stream, events)
        first = last - events + 1
        record = change_record(stream, first, numbered(own, first), at=at, contexts=[context])
        await database[CHANGES].insert_one(record, session=session)


async def take_numbers(database: Database, session: Session, stream: str, count: int) -> int:
    """Takes the next `count` numbers of `stream`; the last of them. Writers of one stream meet here."""
    counter = await upserted(database[STREAMS], {"_id": stream}, {"$inc": {"seq": count}}, session=session)
    return int(counter["seq"])
