"""Where a subscription begins."""

from collections.abc import Mapping
from enum import StrEnum

from aiokafka import AIOKafkaConsumer, TopicPartition

from labelstream.errors import UnsupportedStart

Positions = Mapping[TopicPartition, int]


class Start(StrEnum):
    """The places with a name; a mapping of partitions to next offsets names any other."""

    BEGINNING = "beginning"
    """The whole topic: the last state of every item, and every change of the last seven days."""
    NOW = "now"
    """Only what comes after the subscription was opened."""
    COMMITTED = "committed"
    """Where the consumer group left off; the beginning for a new group."""


async def seek(consumer: AIOKafkaConsumer, start: Start | Positions) -> None:
    """Put every assigned partition of a started consumer where `start` says."""
    if start is Start.COMMITTED:
        return
    partitions = consumer.assignment()
    for partition, offset in (await _offsets(consumer, start)).items():
        if partition in partitions:
            consumer.seek(partition, offset)


async def _offsets(consumer: AIOKafkaConsumer, start: Start | Positions) -> Positions:
    partitions = list(consumer.assignment())
    if not isinstance(start, Start):
        unnamed = [partition for partition in partitions if partition not in start]
        return {**await consumer.beginning_offsets(unnamed), **start} if unnamed else start
    if start is Start.NOW:
        return dict(await consumer.end_offsets(partitions))
    return dict(await consumer.beginning_offsets(partitions))


def check(start: Start | Positions, group: str | None) -> None:
    """Raises UnsupportedStart."""
    if start is Start.COMMITTED and group is None:
        raise UnsupportedStart("Only a consumer group has committed offsets. Name a group, or another start.")
