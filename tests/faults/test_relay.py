"""Promises 1 to 4 when the relay dies, hangs, or has a rival."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest_asyncio
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.platform import RELAY, Platform, pause, paused
from tests.support.topics import read_whole
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, new_work

from labelstream_common.messaging.relay import LEASE_SECONDS
from labelstream_contracts.topics import ANNOTATION
from labelstream_local.part import Part

_BYTES_WITHOUT_EVENT = 500

Promises = Callable[[Work], Awaitable[None]]
Database = AsyncDatabase[dict[str, Any]]


@pytest_asyncio.fixture(loop_scope="session")
async def database(platform: Platform) -> AsyncIterator[Database]:
    """label-service's database, to see who leads and what waits."""
    async with AsyncMongoClient[dict[str, Any]](platform.stack.mongodb.url) as client:
        yield client["labelstream_label"]


async def test_event_survives_a_relay_killed_between_acknowledgement_and_mark(
    platform: Platform, database: Database, promises_hold: Promises
) -> None:
    relay = platform.processes[RELAY]
    earlier = await new_work(platform, 1)
    await earlier.ledger.label(platform.client, earlier.sample_ids)
    # A relay that has just taken over asks Kafka for the topic's partitions first, and would wait for the answer.
    await eventually(lambda: _arrived(platform, earlier, times=1), within=30)
    work = await new_work(platform, 1)
    async with paused(platform.stack.kafka):
        # One item: what fits in one request to Kafka is sent before the relay has to wait for an answer.
        attempt = await work.ledger.label(platform.client, work.sample_ids)
        assert attempt.outcome == "ok"
        await eventually(lambda: _sent_and_unread(relay, platform.stack.kafka))
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
            for _ in range(3):
                await _hang_the_leader((platform.processes[RELAY], rival), database)
        await promises_hold(work)
    finally:
        await rival.stop()
        del platform.processes[rival.name]


async def _hang_the_leader(relays: tuple[Part, ...], database: Database) -> None:
    """The relay that leads hangs in the middle of its work, loses the lease, and wakes up unaware of it."""
    token = await _token(database)

    async def another_leads() -> None:
        assert await _token(database) > token

    for relay in itertools.cycle(relays):  # on a busy machine a lease also changes hands by itself
        async with paused(relay):
            before = await _lease(database)
            await asyncio.sleep(LEASE_SECONDS / 2)  # renewed every third
            if (await _lease(database))["expires_at"] > before["expires_at"]:
                continue  # renewed meanwhile: the other one leads
            await eventually(another_leads, within=30)
            await asyncio.sleep(1)  # the new one sends by now
        await asyncio.sleep(1)  # and the old one thinks it may
        return


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


async def _sent_and_unread(sender: Part, receiver: Part) -> None:
    """What the sender wrote lies before a receiver that does not read: more than a request without an event has."""
    assert _unread(sender, receiver) > _BYTES_WITHOUT_EVENT


def _unread(sender: Part, receiver: Part) -> int:
    connections = psutil.Process(sender.pid).net_connections("tcp")
    theirs = {one.laddr.port for one in connections if one.raddr and one.raddr.port == receiver.port}
    unread = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, remote, _, queues, *_ = line.split()
            if int(local[-4:], 16) == receiver.port and int(remote[-4:], 16) in theirs:
                unread += int(queues.split(":")[1], 16)
    return unread


async def _arrived(platform: Platform, work: Work, *, times: int) -> None:
    """Every item's change is on the topic at least so often."""
    bootstrap = platform.stack.kafka.bootstrap_servers
    messages = await read_whole(bootstrap, [ANNOTATION.name], key_prefix=work.job_id)
    arrived = Counter(message.key for message in messages)
    assert {arrived[f"{work.job_id}:{sample_id}"] >= times for sample_id in work.sample_ids} == {True}


async def _token(database: Database) -> int:
    return int((await _lease(database))["token"])


async def _lease(database: Database) -> dict[str, Any]:
    lease = await database["leases"].find_one({"_id": "relay"})
    assert lease is not None
    return lease
