"""The consumer loop in a group: what happens to a batch when a partition of it has gone to somebody else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest_asyncio
from aiokafka import AIOKafkaProducer
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.messaging import Follower, Received
from labelstream_common.messaging.consumer import Consumer
from labelstream_common.messaging.offsets import OFFSETS
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.mongo import Client, Database, Session
from labelstream_contracts import EnvelopeFrame, event_source
from labelstream_contracts.topics import ANNOTATION, TopicSpec

PARTITIONS = 3
Publish = Callable[[str, int], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def topic(kafka_bootstrap: str, own_topic: Callable[[TopicSpec], TopicSpec]) -> str:
    spec = replace(own_topic(ANNOTATION), partitions=PARTITIONS)
    await ensure_topics(kafka_bootstrap, [spec])
    return spec.name


@pytest_asyncio.fixture(loop_scope="session")
async def publish(kafka_bootstrap: str, topic: str) -> AsyncIterator[Publish]:
    """Puts an event without a value, told by its id, into a partition."""
    frame = EnvelopeFrame.of(source=event_source("test"), event_type="test.happened.v1", time=datetime.now(UTC))
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, acks="all") as producer:

        async def put(event_id: str, partition: int) -> None:
            headers = frame.headers(event_id, "subject", 1)
            await producer.send_and_wait(topic, None, b"key", partition=partition, headers=headers)

        yield put


class Applied:
    """A follower that keeps the ids of what was applied, in the transaction that applies it. Twice is as once."""

    def __init__(self, database: Database) -> None:
        self._kept = database["things"]

    async def apply(self, events: Sequence[Received], session: Session) -> None:
        for event in events:
            await self._kept.replace_one({"_id": event.id}, {"_id": event.id}, upsert=True, session=session)

    async def has(self, ids: set[str]) -> None:
        assert {row["_id"] for row in await self._kept.find({}).to_list()} == ids


@asynccontextmanager
async def following(
    applied: Applied, topic: str, client: Client, database: Database, kafka_bootstrap: str
) -> AsyncIterator[Consumer]:
    consumer = Consumer(
        Follower(purpose="counter", topics=(topic,), apply=applied.apply),
        service=f"test-{new_id()}",
        client=client,
        database=database,
        bootstrap_servers=kafka_bootstrap,
        shares_group=True,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(consumer.run(stop))
    try:
        yield consumer
    finally:
        stop.set()
        await running


async def test_batch_is_applied_though_somebody_else_claimed_a_partition_of_it(
    mongo_client: Client, database: Database, kafka_bootstrap: str, topic: str, publish: Publish
) -> None:
    applied, offsets = Applied(database), database[OFFSETS]
    async with following(applied, topic, mongo_client, database, kafka_bootstrap) as consumer:

        async def has_claimed_all() -> None:
            claimed = await offsets.count_documents({"_id": {"$regex": f"^{consumer.group}:"}})
            assert claimed == PARTITIONS

        await eventually(has_claimed_all, within=20)
        await offsets.update_one({"_id": f"{consumer.group}:{topic}:0"}, {"$set": {"owner": "a late claim"}})
        sent = {f"{partition}-{number}": partition for partition in range(PARTITIONS) for number in range(5)}
        await asyncio.gather(*(publish(event_id, partition) for event_id, partition in sent.items()))
        await eventually(lambda: applied.has(set(sent)), within=10)
