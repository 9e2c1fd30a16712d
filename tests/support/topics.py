"""Topics as tests need them: gone, or read whole."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from tests.support.waiting import eventually

from labelstream_contracts import Envelope, Payload, decode


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands on a topic. `payload` is None for a null value."""

    topic: str
    partition: int
    offset: int
    key: str
    envelope: Envelope
    value: bytes | None
    payload: Payload | None


async def delete_all_topics(bootstrap: str) -> None:
    """Delete every topic but Kafka's own, and wait until they are gone."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        names = [name for name in await admin.list_topics() if not name.startswith("__")]
        if names:
            await admin.delete_topics(names)

        async def gone() -> None:
            left = [name for name in await admin.list_topics() if not name.startswith("__")]
            assert not left

        await eventually(gone)
    finally:
        await admin.close()


async def read_whole(bootstrap: str, topics: Iterable[str], *, key_prefix: str = "") -> list[Message]:
    """Every message of `topics` from the beginning to what is their end now, by topic and partition in order.

    Only what has a key that begins with `key_prefix` is kept, and decoded.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", check_crcs=False
    )
    await consumer.start()
    try:
        places = [
            TopicPartition(topic, partition)
            for topic in topics
            for partition in sorted(await _partitions(consumer, topic))
        ]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        return await _read_to(consumer, ends, key_prefix.encode())
    finally:
        await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    cluster = await consumer._client.fetch_all_metadata()
    found: set[int] | None = cluster.partitions_for_topic(topic)
    return found or set()


async def _read_to(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int], prefix: bytes) -> list[Message]:
    read: dict[TopicPartition, list[Message]] = {place: [] for place in ends}
    await consumer.seek_to_beginning(*ends)
    while any([await consumer.position(place) < end for place, end in ends.items()]):
        for place, records in (await consumer.getmany(timeout_ms=500, max_records=5000)).items():
            wanted = (record for record in records if record.offset < ends[place])
            read[place] += [_message(record) for record in wanted if (record.key or b"").startswith(prefix)]
    return [message for place in sorted(read) for message in read[place]]


def _message(record: ConsumerRecord) -> Message:
    envelope = Envelope.from_headers(record.headers)
    payload = None if record.value is None else decode(envelope.type, record.value)
    return Message(
        record.topic, record.partition, record.offset, (record.key or b"").decode(), envelope, record.value, payload
    )
