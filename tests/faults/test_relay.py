"""Promises 1 to 4 when the relay dies, hangs, or has a rival."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.platform import RELAY, Platform, pause, paused
from tests.support.topics import read_whole
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, new_work

from labelstream_contracts.topics import ANNOTATION
from labelstream_local.part import Part

Promises = Callable[[Work], Awaitable[None]]
Database = AsyncDatabase[dict[str, Any]]


@pytest_asyncio.fixture(loop_scope="session")
async def database(platform: Platform) -> AsyncIterator[Database]:
    """label-service's database, to see what the relay has noted there."""
    async with AsyncMongoClient[dict[str, Any]](platform.stack.mongodb.url) as client:
        yield client["labelstream_label"]


async def test_event_survives_a_relay_killed_between_acknowledgement_and_mark(
    platform: Platform, database: Database, promises_hold: Promises
) -> None:
    work = await new_work(platform, 1)
    relay = platform.processes[RELAY]
    async with paused(platform.stack.kafka):
        # One item: what fits in one request to Kafka is sent before the relay has to wait for an answer.
        attempt = await work.ledger.label(platform.client, work.sample_ids)
        assert attempt.outcome == "ok"
        await eventually(lambda: _in_the_wave(database, work))
        await asyncio.sleep(0.5)  # the wave is noted before it is sent, and sending shows nowhere
        pause(relay)  # from here on it can mark nothing
    await eventually(lambda: _arrived(platform, work, times=1), within=30)
    await relay.kill()
    assert await database["changes"].count_documents({"stream": work.job_id, "pending": True}) > 0
    await relay.start()

    await eventually(lambda: _arrived(platform, work, times=2), within=30)
    await promises_hold(work)


async def test_events_stay_in_order_with_two_relays_at_once(
    platform: Platform, database: Database, promises_hold: Promises
) -> None:
    work = await new_work(platform, 20)  # few items, so that each changes again and again
    rival = await platform.add("label-relay-rival", "label_service", "relay")
    try:
        async with labeling(platform, work):
            for relay in (platform.processes[RELAY], rival, platform.processes[RELAY]):
                await _hang_until_the_other_leads(relay, database)
        await promises_hold(work)
    finally:
        await rival.stop()
        del platform.processes[rival.name]


async def _hang_until_the_other_leads(relay: Part, database: Database) -> None:
    """The relay that leads hangs in the middle of its work, loses the lease, and wakes up unaware of it."""
    token = await _token(database)

    async def another_leads() -> None:
        assert await _token(database) > token

    async with paused(relay):
        await eventually(another_leads, within=30)
        await asyncio.sleep(1)  # the new one sends by now
    await asyncio.sleep(1)  # and the old one thinks it may


async def test_nothing_is_lost_with_a_relay_killed_again_and_again(platform: Platform, promises_hold: Promises) -> None:
    work = await new_work(platform, 100)
    relay = platform.processes[RELAY]
    async with labeling(platform, work):
        for _ in range(3):
            await asyncio.sleep(1)
            await relay.kill()
            await relay.start()
    assert work.ledger.by_outcome("ok")
    await promises_hold(work)


async def _in_the_wave(database: Database, work: Work) -> None:
    record = await database["changes"].find_one({"stream": work.job_id}, sort=[("seq", -1)])
    lease = await database["leases"].find_one({"_id": "relay"})
    assert record is not None
    assert lease is not None
    assert record["_id"] in lease.get("wave", ())


async def _arrived(platform: Platform, work: Work, *, times: int) -> None:
    """Every item's change is on the topic at least so often."""
    bootstrap = platform.stack.kafka.bootstrap_servers
    messages = await read_whole(bootstrap, [ANNOTATION.name], key_prefix=work.job_id)
    arrived = Counter(message.key for message in messages)
    assert {arrived[f"{work.job_id}:{sample_id}"] >= times for sample_id in work.sample_ids} == {True}


async def _token(database: Database) -> int:
    lease = await database["leases"].find_one({"_id": "relay"})
    assert lease is not None
    return int(lease["token"])
