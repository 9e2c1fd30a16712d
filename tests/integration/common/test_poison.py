"""Promise 9: messages that cannot be read or applied neither block the others nor vanish, and too many are seen."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from pydantic import SecretStr
from tests.support.waiting import eventually

from labelstream_common.auth import Authenticator, PublicKeys, TokenVerifier
from labelstream_common.http import create_app
from labelstream_common.ids import new_id
from labelstream_common.messaging import Follower, Poison, Received
from labelstream_common.messaging.dead_letters import LIMIT_IN_WINDOW
from labelstream_common.messaging.offsets import OFFSETS
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.mongo import Client, Database, Session
from labelstream_common.runtime import Role, Service, supervise, tasks_of
from labelstream_common.runtime.settings import CommonSettings
from labelstream_common.telemetry.metrics import REGISTRY
from labelstream_contracts import EnvelopeFrame, LabelCreated, LabelRenamed, dead_letter_topic, event_source
from labelstream_contracts.topics import LABEL, TopicSpec

Message = tuple[bytes, Sequence[tuple[str, bytes]]]


@dataclass
class Stage:
    """A topic of one partition, its dead letters, and a service that follows it."""

    topic: TopicSpec
    servers: str
    client: Client
    database: Database
    service: str

    @property
    def group(self) -> str:
        return f"{self.service}.stage"

    async def publish(self, messages: Sequence[Message]) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.servers, acks="all", linger_ms=20) as producer:
            sent = [await producer.send(self.topic.name, value, b"job", headers=headers) for value, headers in messages]
            await asyncio.gather(*sent)

    @asynccontextmanager
    async def following(self, *wants: type[LabelCreated]) -> AsyncIterator[httpx.AsyncClient]:
        """Follows as a service does, until the block ends; a client of the service."""
        running = self._service(Follower("stage", (self.topic.name,), self._apply, wants=wants))
        stop = asyncio.Event()
        working = asyncio.create_task(supervise(tasks_of(running, [Role.CONSUMERS]), stop))
        try:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(running.app), base_url="http://stage") as http:
                yield http
        finally:
            stop.set()
            await working

    def _service(self, follower: Follower) -> Service:
        settings = CommonSettings(
            mongodb_url=SecretStr("unused"),
            kafka_bootstrap_servers=self.servers,
            kafka_assignment="direct",
            s3_endpoint="unused",
            s3_access_key=SecretStr("unused"),
            s3_secret_key=SecretStr("unused"),
        )
        authenticator = Authenticator(TokenVerifier(PublicKeys("http://unused"), issuer="t"))
        app = create_app(self.service, [], authenticator=authenticator, database=self.database)
        return Service(self.service, app, settings, self.client, self.database, followers=[follower])

    async def _apply(self, events: Sequence[Received], session: Session) -> None:
        """Keeps the `seq` of each event; one whose label is called `poison` can never be applied."""
        rows = []
        for event in events:
            assert isinstance(event.payload, LabelCreated | LabelRenamed)
            if event.payload.label.name == "poison":
                raise Poison(event, "no label is called like that")
            row = {"_id": event.id, "seq": event.payload.seq, "service": self.service, "offset": event.offset}
            rows.append(row)
        await self.database["things"].insert_many(rows, session=session)

    async def kept(self) -> list[int]:
        """The offsets of what was applied, in the order in which it was."""
        found = self.database["things"].find({"service": self.service}).sort("$natural", 1)
        return [row["offset"] for row in await found.to_list()]

    async def has_read(self, offset: int) -> None:
        row = await self.database[OFFSETS].find_one({"_id": f"{self.group}:{self.topic.name}:0"})
        assert row is not None
        assert row.get("next") == offset

    async def dead(self) -> list[ConsumerRecord]:
        place = TopicPartition(dead_letter_topic(self.topic, self.group).name, 0)
        async with AIOKafkaConsumer(bootstrap_servers=self.servers, auto_offset_reset="earliest") as consumer:
            consumer.assign([place])
            end = (await consumer.end_offsets([place]))[place]
            found: list[ConsumerRecord] = []
            while len(found) < end:
                found += (await consumer.getmany(place, timeout_ms=500)).get(place, [])
            return found

    def measured(self, name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(name, {"group": self.group, **labels})


@pytest_asyncio.fixture(loop_scope="session")
async def stage(
    mongo_client: Client, database: Database, kafka_bootstrap: str, own_topic: Callable[[TopicSpec], TopicSpec]
) -> Stage:
    topic = replace(own_topic(LABEL), name=f"{own_topic(LABEL).name}.{new_id()}", partitions=1)
    stage = Stage(topic, kafka_bootstrap, mongo_client, database, f"test-{new_id()}")
    await ensure_topics(kafka_bootstrap, [topic, dead_letter_topic(topic, stage.group)])
    return stage


def good(kind: str = "created", *, name: str = "cat", seq: int = 1) -> Message:
    frame = EnvelopeFrame.of(
        source=event_source("test"), event_type=f"labeling.label.{kind}.v1", time=datetime(2026, 1, 31, tzinfo=UTC)
    )
    about = {"job_id": "job", "seq": seq, "change_id": "change", "actor": {"kind": "person", "id": "ada"}}
    label = {"label_id": "label", "name": name}
    value = {**about, "at": "2026-01-31T12:00:00.000Z", "label": label, "before": {"name": "dog"}}
    return json.dumps(value).encode(), frame.headers(new_id(), "job", 1)


def bad(number: int) -> Message:
    """Each breaks the contract in another place: the value, the envelope, or both."""
    value, headers = good()
    match number % 4:
        case 0:
            return b'{"job_id": ', headers
        case 1:
            return b'{"job_id": "job"}', headers
        case 2:
            return value, [(name, b"9" * 5_000 if name == "ce_sequence" else one) for name, one in headers]
    return b"\xff", []


@pytest.mark.parametrize("wants", [(), (LabelCreated,)], ids=["wants everything", "wants little"])
async def test_one_message_in_a_hundred_is_put_aside_and_the_rest_goes_on(
    stage: Stage, wants: tuple[type[LabelCreated], ...]
) -> None:
    many = (LIMIT_IN_WINDOW + 5) * 100
    lost = set(range(50, many, 100))
    # A service that wants little of a topic must tell what it does not want from what it cannot read.
    messages = [
        bad(offset // 100) if offset in lost else good("created" if offset % 500 == 0 else "renamed")
        for offset in range(many)
    ]
    assert len(lost) > LIMIT_IN_WINDOW
    await stage.publish(messages)
    async with stage.following(*wants) as http:
        await eventually(lambda: stage.has_read(many), within=60)
        assert (await http.get("/readyz")).status_code == 200
    wanted = [each for each in range(many) if each not in lost and (not wants or each % 500 == 0)]
    assert await stage.kept() == wanted
    dead = await stage.dead()
    assert [_coordinates(one) for one in dead] == [
        (stage.topic.name, offset, stage.group, b"job", messages[offset][0]) for offset in sorted(lost)
    ]
    assert all(dict(one.headers)["dlq_reason"] for one in dead)
    for one, offset in zip(dead, sorted(lost), strict=True):
        assert set(messages[offset][1]) <= set(one.headers)
    counted = stage.measured("labelstream_dead_letters_total", topic=stage.topic.name)
    assert counted == len(lost)


def _coordinates(letter: ConsumerRecord) -> tuple[str, int, str, bytes, bytes]:
    found = {name: value.decode(errors="replace") for name, value in letter.headers}
    assert found["dlq_partition"] == "0"
    return found["dlq_topic"], int(found["dlq_offset"]), found["dlq_group"], letter.key, letter.value


@pytest.mark.parametrize("unreadable", [True, False], ids=["unreadable", "inapplicable"])
async def test_when_all_is_poison_the_follower_halts_for_everybody_to_see(stage: Stage, unreadable: bool) -> None:
    many = 3 * LIMIT_IN_WINDOW
    poison = [bad(number) if unreadable else good(name="poison") for number in range(many)]
    await stage.publish([good(), good(), *poison])
    for put_aside in (LIMIT_IN_WINDOW, 2 * LIMIT_IN_WINDOW):  # who starts it again as it was sees the same, further on
        async with stage.following() as http:
            await eventually(partial(_says_who_halted, stage, http), within=60)
            await eventually(partial(_lags, stage, many - put_aside), within=60)
        await stage.has_read(2 + put_aside)
        assert await stage.kept() == [0, 1]
        assert [_coordinates(one)[1] for one in await stage.dead()] == list(range(2, 2 + put_aside))
    assert stage.measured("labelstream_consumer_halted") == 1


async def _says_who_halted(stage: Stage, http: httpx.AsyncClient) -> None:
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["checks"].get(stage.group)) == (503, "halted")


async def _lags(stage: Stage, messages: int) -> None:
    assert stage.measured("labelstream_consumer_lag_messages") == messages


async def test_what_can_never_be_applied_is_put_aside_and_what_is_around_it_is_applied_once(stage: Stage) -> None:
    messages = [good() for _ in range(60)]
    messages[7] = messages[8] = good(name="poison")
    messages[20] = good(seq=10**30)  # fits the contract, and no database
    messages[59] = good(name="poison")
    await stage.publish(messages)
    async with stage.following() as http:
        await eventually(lambda: stage.has_read(60), within=60)
        assert (await http.get("/readyz")).status_code == 200
    assert await stage.kept() == [offset for offset in range(60) if offset not in (7, 8, 20, 59)]
    dead = await stage.dead()
    assert [_coordinates(one)[1] for one in dead] == [7, 8, 20, 59]
    reasons = [dict(one.headers)["dlq_reason"].decode() for one in dead]
    assert reasons[0] == reasons[1] == reasons[3] == "no label is called like that"
    assert reasons[2].startswith("OverflowError")
