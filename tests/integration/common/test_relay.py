"""The relay after a mark was lost: a record that is pending stands before one that is done."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from pymongo.errors import AutoReconnect
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.messaging import Context, Message
from labelstream_common.messaging.outbox import Outbox
from labelstream_common.messaging.records import CHANGES, RECORD_INDEXES, append, change_record
from labelstream_common.messaging.relay import Relay
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.mongo import Client, Database, in_transaction, migrate
from labelstream_contracts.topics import ANNOTATION, TopicSpec


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def topic(kafka_bootstrap: str, own_topic: Callable[[TopicSpec], TopicSpec]) -> str:
    spec = own_topic(ANNOTATION)
    await ensure_topics(kafka_bootstrap, [spec])
    return spec.name


@asynccontextmanager
async def relaying(database: Database, kafka_bootstrap: str) -> AsyncIterator[None]:
    stop = asyncio.Event()
    work = asyncio.create_task(Relay(database, bootstrap_servers=kafka_bootstrap, service="test").run(stop))
    try:
        yield
    finally:
        stop.set()
        await work


async def change(client: Client, database: Database, topic: str, subject: str, version: int) -> None:
    """One record: the subject's next version."""
    message = Message(topic, "test.changed.v1", subject, subject, version, None)
    await in_transaction(
        client,
        lambda session: append(database, session, [message], at=datetime.now(UTC), contexts=[Context()]),
    )


async def nothing_waits(database: Database) -> None:
    assert await database[CHANGES].count_documents({"pending": True}) == 0


async def versions(kafka_bootstrap: str, topic: str, subject: str) -> list[int | None]:
    return [message.envelope.sequence for message in await read_whole(kafka_bootstrap, [topic], key_prefix=subject)]


async def test_a_key_ends_on_its_newest_version_when_an_older_one_was_left(
    mongo_client: Client, database: Database, kafka_bootstrap: str, topic: str
) -> None:
    kept, other = sorted((new_id(), new_id()))
    async with relaying(database, kafka_bootstrap):
        for version in (1, 2, 3):
            await change(mongo_client, database, topic, kept, version)
        await change(mongo_client, database, topic, other, 1)
        await eventually(lambda: nothing_waits(database))
    await database[CHANGES].update_one({"stream": kept, "seq": 2}, {"$set": {"pending": True}})
    async with relaying(database, kafka_bootstrap):
        await eventually(lambda: nothing_waits(database))
    assert await versions(kafka_bootstrap, topic, kept) == [1, 2, 3, 2, 3]
    assert await versions(kafka_bootstrap, topic, other) == [1]


async def test_what_could_not_be_marked_is_marked_later(
    mongo_client: Client, database: Database, kafka_bootstrap: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, marked = new_id(), []
    done = Outbox.done

    async def lost_once(self: Outbox, ids: list[str]) -> None:
        marked.append(list(ids))
        if len(marked) == 1:
            raise AutoReconnect("the database went away")
        await done(self, ids)

    monkeypatch.setattr(Outbox, "done", lost_once)
    async with relaying(database, kafka_bootstrap):
        await change(mongo_client, database, topic, subject, 1)
        await eventually(lambda: nothing_waits(database))
    assert marked[0] == marked[1]
    assert await versions(kafka_bootstrap, topic, subject) == [1], "it was sent again though it could be marked"


async def test_a_record_that_passes_may_go_once_it_is_published_and_never_before(
    database: Database, kafka_bootstrap: str, topic: str
) -> None:
    await migrate(database, RECORD_INDEXES)
    expiry = (await database[CHANGES].index_information())["passing_expiry"]
    assert (expiry["key"], expiry["partialFilterExpression"]) == ([("published_at", 1)], {"passing": True})
    assert expiry["expireAfterSeconds"] > 0
    subject, long_ago = new_id(), datetime(2026, 1, 1, tzinfo=UTC)
    for seq, extra in enumerate(({"passing": True}, {"passing": True}, None), 1):
        message = Message(topic, "test.changed.v1", subject, subject, seq, None, seq=seq)
        record = change_record(subject, seq, [message], at=long_ago, contexts=[Context()], extra=extra)
        await database[CHANGES].insert_one(record)

    async def times() -> list[datetime | None]:
        rows = await database[CHANGES].find({"stream": subject}).sort("seq", 1).to_list(None)
        return [row.get("published_at") for row in rows]

    assert await times() == [None, None, None], "what is not published has no time, however old it is"
    async with relaying(database, kafka_bootstrap):
        await eventually(lambda: nothing_waits(database))
    first, second, kept = published = await times()
    assert first is not None
    assert second is not None
    assert kept is None, "the change log stays"
    await database[CHANGES].update_one({"stream": subject, "seq": 1}, {"$set": {"pending": True}})
    async with relaying(database, kafka_bootstrap):  # takes over where a mark got lost
        await eventually(lambda: nothing_waits(database))
    assert await versions(kafka_bootstrap, topic, subject) == [1, 2, 3, 1, 2, 3]
    again = await times()
    assert all(new > old for new, old in zip(again[:2], published[:2], strict=True) if new and old)
    assert again[2] is None
