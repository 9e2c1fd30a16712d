"""What of the fetched messages can be read, and how far; what cannot be read goes to the dead letters."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiokafka import ConsumerRecord, TopicPartition

from labelstream_common.messaging.batches import Spans
from labelstream_common.messaging.dead_letters import DeadLetters, TooManyDeadLetters
from labelstream_common.messaging.offsets import Partition, Span
from labelstream_common.messaging.received import Follower, Received, Unreadable, received

_YIELD_EVERY = 100

Fetched = Mapping[TopicPartition, Sequence[ConsumerRecord]]


@dataclass(frozen=True)
class Reading:
    """The events that a follower wants of what was fetched. `spans`: how far it was read, wanted or not.

    `too_many`: why nothing beyond that was read; then the consumer halts once it has applied the events.
    """

    events: Sequence[Received]
    spans: Spans
    too_many: TooManyDeadLetters | None = None


async def read(fetched: Fetched, follower: Follower, letters: DeadLetters) -> Reading:
    """Reads partition by partition, and yields between messages. Dead letters are sent when this returns."""
    events: list[Received] = []
    spans: dict[Partition, Span] = {}
    for at, messages in fetched.items():
        partition, readable = Partition(at.topic, at.partition), 0
        for count, message in enumerate(messages, 1):
            try:
                event = received(message, follower.types, follower.containing)
            except Unreadable as error:
                letters.read(readable)
                readable = 0
                try:
                    await letters.put(message, str(error))
                except TooManyDeadLetters as too_many:
                    if count > 1:
                        spans[partition] = Span(messages[0].offset, message.offset)
                    return Reading(events, spans, too_many)
                continue
            readable += 1  # also what nobody here wants
            if event is not None:
                events.append(event)
            if count % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
        letters.read(readable)
        spans[partition] = Span(messages[0].offset, messages[-1].offset + 1)
    return Reading(events, spans)
