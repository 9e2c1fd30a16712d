"""Where a consumer goes on reading: at the offset in its projection's database, as far as the topic still has it."""

from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from labelstream_common.messaging.kafka import consumer_of
from labelstream_common.messaging.kafka_access import Kafka
from labelstream_common.messaging.offsets import Offsets, Partition
from labelstream_common.telemetry import get_logger

log = get_logger(__name__)


class ClaimOnAssignment(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Becomes the owner of assigned partitions and goes on where the projection's database says."""

    def __init__(self, consumer: AIOKafkaConsumer, offsets: Offsets, positions: dict[TopicPartition, int]) -> None:
        self._consumer = consumer
        self._offsets = offsets
        self._positions = positions

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Nothing to give back: the next owner's claim is what fences this one."""

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._positions.update(await seek(self._consumer, self._offsets, assigned))


async def seek(
    consumer: AIOKafkaConsumer, offsets: Offsets, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    """Claims the partitions that are assigned and places the consumer in them; where it stands now.

    What retention has deleted meanwhile is passed over. An offset beyond the end belongs to a topic that was made anew
    since: it is read from its beginning.
    """
    found = await offsets.claim(Partition(at.topic, at.partition) for at in partitions)
    mine = [at for at in partitions if at in consumer.assignment()]  # others went to somebody else meanwhile
    if not mine:
        return {}
    beginnings, ends = await consumer.beginning_offsets(mine), await consumer.end_offsets(mine)
    positions = {}
    for at in mine:
        partition = Partition(at.topic, at.partition)
        stored = found.get(partition)
        if stored is not None and stored > ends[at]:
            log.error("consumer.offset.beyond-end", topic=at.topic, partition=at.partition, stored=stored, end=ends[at])
            await offsets.forget(partition)
            stored = None
        positions[at] = max(stored or 0, beginnings[at])
        if at in consumer.assignment():
            consumer.seek(at, positions[at])
    return positions


async def lag_behind(kafka: Kafka, group: str, positions: Mapping[TopicPartition, int]) -> int:
    """How many messages lie beyond `positions`, asked by a client that reads none."""
    async with consumer_of(kafka, client_id=f"{group}.lag", group_id=None) as consumer:
        ends = await consumer.end_offsets(list(positions))
    return sum(max(0, ends[at] - position) for at, position in positions.items())
