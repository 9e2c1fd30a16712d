"""How many transactions a follower takes: none for what it does not want, one for many small events."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from tests.support.counting import Counting
from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.messaging import Context, Follower, Message, Received, UnitOfWorkFactory, one_by_one
from labelstream_common.messaging.consumer import Consumer
from labelstream_common.messaging.messages import unpack
from labelstream_common.messaging.offsets import OFFSETS
from labelstream_common.messaging.records import CHANGES
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.mongo import Client, Database, Session
from labelstream_contracts import Actor, EnvelopeFrame, LabelCreated, LabelRenamed, event_source
from labelstream_contracts.topics import LABEL, TopicSpec

EVENTS = 600


@dataclass
class Place:
    """A topic of one partition, and a follower's work on it."""

    topic: str
    servers: str
    database: Database
    counting: Counting

    async def publish(self, payloads: Sequence[LabelCreated | LabelRenamed]) -> None:
        """Each is an event of a request of its own, named after its place."""
        async with AIOKafkaProducer(bootstrap_servers=self.servers, acks="all", linger_ms=20) as producer:
            sent = [
                await producer.send(self.topic, payload.model_dump_json().encode(), b"job", headers=headers)
                for payload, headers in ((one, _headers(one)) for one in payloads)
            ]
            await asyncio.gather(*sent)

    @asynccontextmanager
    async def following(self, follower: Follower) -> AsyncIterator[Consumer]:
        consumer = Consumer(
            follower,
            service=f"test-{new_id()}",
            client=self.database.client,
            database=self.database,
            bootstrap_servers=self.servers,
            shares_group=False,
        )
        stop = asyncio.Event()
        running = asyncio.create_task(consumer.run(stop))
        try:
            yield consumer
        finally:
            stop.set()
            await running

    async def has_stored(self, consumer: Consumer, offset: int) -> None:
        row = await self.database[OFFSETS].find_one({"_id": f"{consumer.group}:{self.topic}:0"})
        assert row is not None
        assert row.get("next") == offset

    @property
    def commits(self) -> int:
        return self.counting.asked["commitTransaction"]


_numbers = count()


def _headers(payload: LabelCreated | LabelRenamed) -> list[tuple[str, bytes]]:
    frame = EnvelopeFrame.of(
        source=event_source("test"),
        event_type=payload.event_type,
        time=datetime.now(UTC),
        correlation_id=f"request-{next(_numbers)}",
    )
    return list(frame.headers(new_id(), "subject", 1))


def created() -> LabelCreated:
    return LabelCreated(
        job_id="job",
        seq=1,
        change_id=new_id(),
        actor=Actor(kind="person", id=new_id()),
        at=datetime.now(UTC),
        label={"label_id": new_id(), "name": "cat"},
    )


def renamed() -> LabelRenamed:
    return LabelRenamed.model_validate({**created().model_dump(), "before": {"name": "dog"}})


@pytest_asyncio.fixture(loop_scope="session")
async def place(
    watched: tuple[Database, Counting], kafka_bootstrap: str, own_topic: Callable[[TopicSpec], TopicSpec]
) -> Place:
    spec = replace(own_topic(LABEL), name=f"{own_topic(LABEL).name}.{new_id()}", partitions=1)
    await ensure_topics(kafka_bootstrap, [spec])
    return Place(spec.name, kafka_bootstrap, *watched)


class Seen:
    def __init__(self) -> None:
        self.events: list[Received] = []

    async def apply(self, events: Sequence[Received], session: Session) -> None:
        self.events += events

    async def are(self, many: int) -> None:
        assert len(self.events) == many


async def test_what_a_follower_does_not_want_takes_no_transaction_of_its_own(place: Place) -> None:
    seen = Seen()
    await place.publish([renamed() for _ in range(EVENTS)] + [created()] + [renamed() for _ in range(20)])
    async with place.following(Follower("wants-few", (place.topic,), seen.apply, wants=(LabelCreated,))) as consumer:
        await eventually(lambda: seen.are(1), within=20)
        await eventually(lambda: place.has_stored(consumer, EVENTS + 21), within=30)
    # One for the event, and at most one for what is read past after it.
    assert 1 <= place.commits <= 2
    assert seen.events[0].type == LabelCreated.event_type


async def test_offsets_of_what_nobody_wants_are_stored_when_nothing_else_comes(place: Place) -> None:
    seen = Seen()
    await place.publish([renamed() for _ in range(EVENTS)])
    async with place.following(Follower("wants-none", (place.topic,), seen.apply, wants=(LabelCreated,))) as consumer:
        await eventually(lambda: place.has_stored(consumer, EVENTS), within=30)
    assert place.commits == 1
    assert seen.events == []


@pytest.mark.parametrize(("weight", "commits"), [(1, 1), (4, 2), (100, 20)])
async def test_light_events_share_a_transaction_and_heavy_ones_do_not(place: Place, weight: int, commits: int) -> None:
    seen = Seen()
    await place.publish([created() for _ in range(20)])
    follower = Follower("weighs", (place.topic,), seen.apply, weigh=lambda _: weight, most=40)
    async with place.following(follower) as consumer:
        await eventually(lambda: place.has_stored(consumer, 20), within=20)
    assert len(seen.events) == 20
    assert place.commits == commits


async def test_what_an_event_causes_is_attributed_to_it_and_not_to_the_last_of_its_batch(
    place: Place, mongo_client: Client
) -> None:
    def caused(event_id: object) -> list[Message]:
        return [Message("topic", "type", f"stream-{place.topic}", str(event_id), 1, b"{}")] * 2

    requests: dict[str, str] = {}
    units = UnitOfWorkFactory(mongo_client, place.database, caused, SystemClock())

    async def apply(events: Sequence[Received], session: Session) -> None:
        async with units.within(session) as work:
            for event in one_by_one(events):
                work.record(event.id)
                requests[event.id] = event.correlation_id

    await place.publish([created() for _ in range(5)])
    async with place.following(Follower("causes", (place.topic,), apply)) as consumer:
        await eventually(lambda: place.has_stored(consumer, 5), within=20)
    assert place.commits == 1
    assert len(set(requests.values())) == 5
    (record,) = await place.database[CHANGES].find({"stream": f"stream-{place.topic}"}).to_list()
    contexts = [Context(*one) for one in record["contexts"]]
    attributed = [(one.subject, contexts[one.context]) for one in unpack(record["block"])]
    assert len(attributed) == 10
    for event_id, context in attributed:
        assert (context.correlation_id, context.causation_id) == (requests[event_id], event_id)
