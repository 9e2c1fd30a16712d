"""What stops a follower and what does not: only what passes by itself is waited out, and a fault is seen outside."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from pymongo.errors import AutoReconnect, DocumentTooLarge, OperationFailure, WriteError
from tests.support.waiting import eventually

from labelstream_common.errors import Conflict, Unavailable
from labelstream_common.ids import new_id
from labelstream_common.messaging import Follower, Received
from labelstream_common.messaging.consumer import TRIES, Consumer
from labelstream_common.messaging.offsets import OFFSETS, Offsets, Overtaken, Partition, Span
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.runtime import BackgroundTask, supervise
from labelstream_common.telemetry.metrics import REGISTRY
from labelstream_contracts import EnvelopeFrame, event_source
from labelstream_contracts.topics import PROGRESS, TopicSpec


@pytest_asyncio.fixture(loop_scope="session")
async def topic(kafka_bootstrap: str, own_topic: Callable[[TopicSpec], TopicSpec]) -> str:
    spec = replace(own_topic(PROGRESS), name=f"{own_topic(PROGRESS).name}.{new_id()}", partitions=1)
    await ensure_topics(kafka_bootstrap, [spec])
    return spec.name


Publish = Callable[..., Awaitable[None]]


@pytest_asyncio.fixture(loop_scope="session")
async def publish(kafka_bootstrap: str, topic: str) -> AsyncIterator[Publish]:
    frame = EnvelopeFrame.of(source=event_source("test"), event_type="test.happened.v1", time=datetime.now(UTC))
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, acks="all") as producer:

        async def put(*ids: str) -> None:
            for one in ids:
                await producer.send_and_wait(topic, None, b"key", partition=0, headers=frame.headers(one, "subject", 1))

        yield put


class Failing:
    """Fails so many times with `error`, and keeps what it applied after that."""

    def __init__(self, error: Exception, times: int) -> None:
        self._error = error
        self._left = times
        self.applied: list[str] = []
        self.tries = 0

    async def apply(self, events: Sequence[Received], session: Session) -> None:
        self.tries += 1
        if self._left:
            self._left -= 1
            raise self._error
        self.applied += [event.id for event in events]


Follow = Callable[[Failing], AbstractAsyncContextManager[Consumer]]


@pytest.fixture
def service() -> str:
    return f"test-{new_id()}"


@pytest.fixture
def follow(mongo_client: Client, database: Database, kafka_bootstrap: str, topic: str, service: str) -> Follow:
    """Follows as a service does, under its supervisor."""

    @asynccontextmanager
    async def following(failing: Failing) -> AsyncIterator[Consumer]:
        consumer = Consumer(
            Follower(purpose="faults", topics=(topic,), apply=failing.apply),
            service=service,
            client=mongo_client,
            database=database,
            bootstrap_servers=kafka_bootstrap,
            shares_group=False,
        )
        stop = asyncio.Event()
        running = asyncio.create_task(supervise([BackgroundTask(consumer.group, consumer.run)], stop))
        try:
            yield consumer
        finally:
            stop.set()
            await running

    return following


def measured(name: str, consumer: Consumer) -> float | None:
    return REGISTRY.get_sample_value(name, {"group": consumer.group})


@pytest.mark.parametrize(
    "error",
    [
        WriteError("too large", 10334),
        DocumentTooLarge("16 MB"),
        OperationFailure("too many operations", 388),
        Conflict("a policy's command was refused"),
        OSError("no space left"),
        KeyError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_does_not_pass_stops_the_follower_and_is_seen(
    database: Database, topic: str, publish: Publish, follow: Follow, error: Exception
) -> None:
    failing = Failing(error, times=100)
    await publish("a", "b")
    async with follow(failing) as consumer:

        async def halted() -> None:
            assert consumer.halted is not None
            assert measured("labelstream_consumer_lag_messages", consumer) == 2

        await eventually(halted, within=60)
        assert failing.tries == TRIES
        assert measured("labelstream_consumer_failures_total", consumer) == TRIES
        assert measured("labelstream_consumer_halted", consumer) == 1
        row = await database[OFFSETS].find_one({"_id": f"{consumer.group}:{topic}:0"})
        assert row is not None
        assert "next" not in row


@pytest.mark.parametrize(
    "error",
    [AutoReconnect("gone"), Unavailable("busy"), OperationFailure("interrupted", 11601), TimeoutError()],
    ids=lambda error: type(error).__name__,
)
async def test_what_passes_is_waited_out(publish: Publish, follow: Follow, error: Exception) -> None:
    failing = Failing(error, times=TRIES + 1)
    await publish("a", "b")
    async with follow(failing) as consumer:

        async def applied() -> None:
            assert sorted(set(failing.applied)) == ["a", "b"]

        await eventually(applied, within=60)
        assert consumer.halted is None
        assert measured("labelstream_consumer_failures_total", consumer) is None


async def test_a_fault_that_passes_after_all_stops_nobody(publish: Publish, follow: Follow) -> None:
    failing = Failing(KeyError("x"), times=TRIES - 1)
    await publish("a")
    async with follow(failing) as consumer:

        async def applied() -> None:
            assert failing.applied == ["a"]

        await eventually(applied, within=60)
        assert consumer.halted is None
        assert measured("labelstream_consumer_failures_total", consumer) == TRIES - 1


async def test_a_batch_that_comes_late_does_not_take_the_offset_back(mongo_client: Client, database: Database) -> None:
    offsets, here = Offsets(database, f"late-{new_id()}"), Partition("t", 0)
    await offsets.claim([here])
    for span in (Span(0, 100), Span(100, 300)):
        await in_transaction(mongo_client, lambda session, span=span: offsets.advance(session, {here: span}))  # type: ignore[misc]
    with pytest.raises(Overtaken):
        await in_transaction(mongo_client, lambda session: offsets.advance(session, {here: Span(100, 200)}))
    assert await offsets.claim([here]) == {here: 300}


async def test_a_topic_made_anew_is_read_from_its_beginning(
    database: Database, topic: str, publish: Publish, follow: Follow, service: str
) -> None:
    row = f"{service}.faults:{topic}:0"
    await database[OFFSETS].insert_one({"_id": row, "next": 500})
    await publish("a")
    failing = Failing(KeyError(), times=0)
    async with follow(failing) as consumer:
        assert row.startswith(f"{consumer.group}:")

        async def applied() -> None:
            assert failing.applied == ["a"]

        await eventually(applied, within=60)
    stored = await database[OFFSETS].find_one({"_id": row})
    assert stored is not None
    assert stored["next"] == 1


async def test_an_emptied_partition_is_no_lag(
    kafka_bootstrap: str, topic: str, publish: Publish, follow: Follow
) -> None:
    await publish("a", "b", "c")
    await _empty(kafka_bootstrap, topic)
    async with follow(Failing(KeyError(), 0)) as consumer:

        async def measures() -> None:
            assert measured("labelstream_consumer_lag_messages", consumer) == 0

        await eventually(measures, within=60)
        await asyncio.sleep(1.5)
        assert measured("labelstream_consumer_lag_messages", consumer) == 0


async def _empty(kafka_bootstrap: str, topic: str) -> None:
    """As retention does: everything before the end is deleted, and the end stays."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=-1)})
    finally:
        await admin.close()
