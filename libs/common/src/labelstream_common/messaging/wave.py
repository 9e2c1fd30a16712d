"""A wave: some change records, encoded as Kafka batches by partition and sent with one acknowledgement for each."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from labelstream_common.messaging.messages import Message, event_id, unpack
from labelstream_common.messaging.partitioning import key_hash
from labelstream_common.messaging.request_scope import Context
from labelstream_contracts.envelope import EnvelopeFrame, event_source

Record = Mapping[str, Any]


class Place(NamedTuple):
    topic: str
    partition: int


class Waves:
    """Sends records through one producer, in the order given."""

    def __init__(self, producer: AIOKafkaProducer, service: str) -> None:
        self._producer = producer
        self._source = event_source(service)
        self._partitions: dict[str, int] = {}

    async def send(self, records: Sequence[Record]) -> list[asyncio.Future[Any]]:
        """Queues every message of `records`; a future for each batch, done when all replicas have it.

        Blocks while an earlier batch of the same partition waits to go out, and yields between records.
        """
        batches: dict[Place, list[BatchBuilder]] = defaultdict(list)
        for record in records:
            for message, frame in framed(record, self._source):
                await self._add(batches, message, frame, record)
            await asyncio.sleep(0)
        return await self._dispatch(batches)

    async def send_messages(self, messages: Iterable[tuple[Message, Record]]) -> list[asyncio.Future[Any]]:
        """Queues single messages of different records, as `send` does with whole ones."""
        batches: dict[Place, list[BatchBuilder]] = defaultdict(list)
        for message, record in messages:
            await self._add(batches, message, frame_of(message, record, self._source), record)
        return await self._dispatch(batches)

    async def _add(
        self, batches: dict[Place, list[BatchBuilder]], message: Message, frame: EnvelopeFrame, record: Record
    ) -> None:
        key = message.key.encode()
        hashed = message.key_hash if message.key_hash >= 0 else key_hash(key)
        partitions = self._partitions.get(message.topic) or await self._count_partitions(message.topic)
        queue = batches[Place(message.topic, hashed % partitions)]
        headers = frame.headers(event_id(record["stream"], message), message.subject, message.version)
        timestamp = int(record["at"].timestamp() * 1000)
        if queue and queue[-1].append(key=key, value=message.value, timestamp=timestamp, headers=headers) is not None:
            return
        builder = self._producer.create_batch()
        queue.append(builder)
        builder.append(key=key, value=message.value, timestamp=timestamp, headers=headers)

    async def _dispatch(self, batches: Mapping[Place, list[BatchBuilder]]) -> list[asyncio.Future[Any]]:
        async def in_order(place: Place, queue: list[BatchBuilder]) -> list[asyncio.Future[Any]]:
            futures = []
            for builder in queue:
                builder.close()  # an open batch would wait for the linger
                futures.append(await self._producer.send_batch(builder, place.topic, partition=place.partition))
            return futures

        sent = await asyncio.gather(*(in_order(place, queue) for place, queue in batches.items()))
        return [future for futures in sent for future in futures]

    async def _count_partitions(self, topic: str) -> int:
        count = len(await self._producer.partitions_for(topic))
        self._partitions[topic] = count
        return count


def framed(record: Record, source: str) -> Iterable[tuple[Message, EnvelopeFrame]]:
    """The messages of a record, each with the headers that it shares with others of its type and request."""
    frames: dict[tuple[str, int], EnvelopeFrame] = {}
    for message in unpack(record["block"]):
        if not message.topic:
            continue  # stands in the feed only
        kind = (message.type, message.context)
        frame = frames.get(kind)
        if frame is None:
            frame = frames[kind] = frame_of(message, record, source)
        yield message, frame


def frame_of(message: Message, record: Record, source: str) -> EnvelopeFrame:
    context = whole(Context(*record["contexts"][message.context]), record["_id"])
    at: datetime = record["at"]
    return EnvelopeFrame.of(
        source=source,
        event_type=message.type,
        time=at,
        correlation_id=context.correlation_id,
        causation_id=context.causation_id,
        traceparent=context.traceparent,
    )


def whole(context: Context, record_id: str) -> Context:
    """The context with nothing left out, so that every message carries every extension of the envelope.

    What a request did is caused by that request; what nobody asked for begins with its own record, and so does a trace
    that the request did not bring. All of it is made from what is stored: a duplicate repeats it.
    """
    correlation_id = context.correlation_id or context.causation_id or record_id
    digits = UUID(record_id).hex
    return Context(
        correlation_id,
        context.causation_id or correlation_id,
        context.traceparent or f"00-{digits}-{digits[16:]}-01",
    )
