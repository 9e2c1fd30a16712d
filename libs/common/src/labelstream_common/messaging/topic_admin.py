"""Creates topics with their settings: an explicit step, never a side effect of sending."""

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from labelstream_common.messaging.kafka_access import Kafka, arguments_of
from labelstream_common.messaging.received import Follower
from labelstream_contracts.topics import TOPIC_BY_NAME, TopicSpec, consumer_group, dead_letter_topic

_TOPIC_EXISTS = 36
_REPLICAS = 3


class TopicNotCreated(Exception):
    """Kafka refused to create or change a topic; the message says which and why."""


def dead_letters_of(service: str, followers: Iterable[Follower]) -> list[TopicSpec]:
    """The dead-letter topics that these followers of `service` need."""
    return [
        dead_letter_topic(TOPIC_BY_NAME[topic], consumer_group(service, follower.purpose))
        for follower in followers
        for topic in follower.topics
    ]


async def ensure_topics(kafka: Kafka, topics: Iterable[TopicSpec]) -> None:
    """Creates the topics that are missing and sets the configuration of all. Safe to repeat and to run twice at once.

    A topic that exists keeps its partitions: adding some would move keys to other partitions, and order with them.
    Raises TopicNotCreated.
    """
    wanted = {topic.name: topic for topic in topics}
    admin = AIOKafkaAdminClient(**arguments_of(kafka), client_id="labelstream.topic-admin")
    await admin.start()
    try:
        present = set(await admin.list_topics())
        await _create(admin, [topic for name, topic in wanted.items() if name not in present])
        await _configure(admin, [topic for name, topic in wanted.items() if name in present])
    finally:
        await admin.close()


async def partition_counts(kafka: Kafka, topics: Iterable[str]) -> dict[str, int]:
    """How many partitions each topic has. Raises TopicNotCreated if one is not there."""
    admin = AIOKafkaAdminClient(**arguments_of(kafka), client_id="labelstream.topic-admin")
    await admin.start()
    try:
        found = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    counts = {topic["topic"]: len(topic["partitions"]) for topic in found if not topic["error_code"]}
    missing = [topic for topic in topics if topic not in counts]
    if missing:
        raise TopicNotCreated(f"{', '.join(missing)}: not there; run the service's `migrate` first")
    return counts


async def _create(admin: AIOKafkaAdminClient, topics: list[TopicSpec]) -> None:
    if not topics:
        return
    brokers = len((await admin.describe_cluster())["brokers"])
    replicas = min(_REPLICAS, brokers)  # aiokafka cannot ask for the broker's default
    answer = await admin.create_topics(
        [NewTopic(topic.name, topic.partitions, replicas, topic_configs=dict(topic.config)) for topic in topics]
    )
    for name, code, *rest in answer.topic_errors:
        if code not in (0, _TOPIC_EXISTS):
            raise TopicNotCreated(f"{name}: error {code} {rest}")


async def _configure(admin: AIOKafkaAdminClient, topics: list[TopicSpec]) -> None:
    if not topics:
        return
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name, dict(topic.config)) for topic in topics]
    for answer in await admin.alter_configs(resources):
        for code, message, _, name in answer.resources:
            if code != 0:
                raise TopicNotCreated(f"{name}: {message}")
