"""Promise 5: what a follower reads once more changes nothing: from the beginning, or after it has hung."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pymongo import AsyncMongoClient
from tests.support.platform import CONSUMERS, Platform, paused
from tests.support.waiting import eventually
from tests.support.work import Work, new_work, put_objects, synchronize

from labelstream_gateway.routing import Target

Promises = Callable[[Work], Awaitable[object]]
Mongo = AsyncMongoClient[dict[str, Any]]

PROJECTIONS = {
    "job": ("jobs", "people", "progress", "progress_actors", "progress_days", "progress_labels", "teams", "changes"),
    "label": ("jobs", "labels", "items", "removed_items", "samples", "preparations", "changes"),
    "sync": ("samples", "discards", "access_jobs", "access_members"),
    "team": ("jobs", "members", "audit", "access_jobs", "access_members", "changes"),
}


async def test_a_consumer_that_hung_changes_nothing_when_it_wakes_up_beside_its_successor(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 10)
    await put_objects(platform, work.bucket, range(10, 1_000))
    synchronizing = asyncio.create_task(synchronize(platform, work.dataset_id))
    await eventually(lambda: _samples(platform, work, more_than=10), within=60, every=0.01)
    async with paused(platform.processes[CONSUMERS]):
        known = await _samples(platform, work, more_than=10)
        assert known < 1_000, "it hung after its work"
        rival = await platform.add("label-consumers-rival", "label_service", "consumers")
        try:
            await eventually(lambda: _samples(platform, work, more_than=999), within=60)
        except BaseException:
            await rival.stop()
            raise
    await asyncio.sleep(2)  # it goes on with what it had in its hands
    await rival.stop()
    del platform.processes[rival.name]
    await synchronizing
    await promises_hold(work)
    reply = await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")
    assert reply.json()["total"] == 1_000


async def _samples(platform: Platform, work: Work, *, more_than: int) -> int:
    async with Mongo(platform.stack.mongodb.url) as client:
        known = await client["labelstream_label"]["samples"].count_documents({"dataset_id": work.dataset_id})
    assert known > more_than
    return known


async def test_reading_every_topic_from_its_beginning_changes_no_projection_and_makes_no_event(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 40)
    job = f"/api/v1/jobs/{work.job_id}"
    for number in range(5):
        await work.ledger.label(platform.client, work.sample_ids[number * 8 : number * 8 + 8])
    await promises_hold(work)
    (label, *_) = (await platform.client.get(f"{job}/labels")).json()["items"]
    assert (await platform.client.patch(f"{job}/labels/{label['id']}", json={"color": "#00ff00"})).is_success
    async with Mongo(platform.stack.mongodb.url) as client:
        await eventually(lambda: _nothing_waits(client), within=30)
        ends = await eventually(lambda: _at_rest(client), within=60, every=1)
        running = [platform.processes[name] for name in (*Target, CONSUMERS) if name in platform.processes]
        await asyncio.gather(*(process.stop() for process in running))
        before = await _contents(client)
        for service in PROJECTIONS:
            await client[f"labelstream_{service}"]["offsets"].update_many({}, {"$unset": {"next": ""}})
        await asyncio.gather(*(process.start() for process in running))
        await eventually(lambda: _has_read(client, ends), within=120, every=0.5)
        after = await _contents(client)
        for name, rows in before.items():
            assert after[name] == rows, name
        assert before["label.items"]
        assert before["job.progress"]
    await promises_hold(work)


async def _nothing_waits(client: Mongo) -> None:
    for service in PROJECTIONS:
        assert await client[f"labelstream_{service}"]["changes"].count_documents({"pending": True}) == 0


async def _offsets(client: Mongo) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for service in PROJECTIONS:
        async for row in client[f"labelstream_{service}"]["offsets"].find({"next": {"$exists": True}}):
            found[row["_id"]] = row["next"]
    return found


async def _at_rest(client: Mongo) -> Mapping[str, int]:
    """Where all followers are once nothing has moved for longer than what nobody wants is kept back."""
    before = await _offsets(client)
    await asyncio.sleep(6)
    assert await _offsets(client) == before
    return before


async def _has_read(client: Mongo, ends: Mapping[str, int]) -> None:
    now = await _offsets(client)
    behind = {each: end for each, end in ends.items() if now.get(each, -1) < end}
    assert not behind


async def _contents(client: Mongo) -> dict[str, dict[str, Any]]:
    """What the followers of every service have made, by collection and id; of what was published only the ids."""
    found: dict[str, dict[str, Any]] = {}
    for service, names in PROJECTIONS.items():
        database = client[f"labelstream_{service}"]
        for name in names:
            fields = {"_id": 1} if name == "changes" else None
            rows = await database[name].find({}, fields).to_list()
            found[f"{service}.{name}"] = {str(row["_id"]): row for row in rows}
    return found
