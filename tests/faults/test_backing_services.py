"""Promises 1 to 5, 11 and 12 when Kafka or MongoDB goes away under load and comes back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pymongo import AsyncMongoClient
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, new_work

Promises = Callable[[Work], Awaitable[None]]


async def test_labeling_goes_on_while_kafka_is_stopped_and_nothing_is_lost(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 100)
    async with labeling(platform, work):
        await asyncio.sleep(1)
        await platform.stack.kafka.stop()
        before = len(work.ledger.by_outcome("ok"))
        await asyncio.sleep(3)
        assert len(work.ledger.by_outcome("ok")) > before, "nobody could label without Kafka"
        await platform.stack.kafka.start()
        await asyncio.sleep(1)
    await promises_hold(work)


async def test_changes_are_refused_while_what_waits_for_kafka_is_too_old(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 60)
    async with labeling(platform, work, clients=4):
        await asyncio.sleep(1)
        await platform.stack.kafka.stop()
        try:
            await _let_what_waits_be_old(platform, work)
            await eventually(lambda: _somebody_was_refused(work))
            body = {"filter": {}, "add": ["never"]}
            refused = await platform.client.post(f"/api/v1/jobs/{work.job_id}/annotations", json=body)
            assert refused.status_code == 429, "work by filter is taken"
            assert int(refused.headers["retry-after"]) > 0
            assert refused.json()["code"] == "overloaded"
            stats = await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")
            assert stats.status_code == 200, "reading is refused, too"
        finally:
            await platform.stack.kafka.start()
        before = len(work.ledger.by_outcome("ok"))
        await eventually(lambda: _acknowledged(work, more_than=before + 8), within=30)
    await promises_hold(work)


async def _let_what_waits_be_old(platform: Platform, work: Work) -> None:
    """A minute passes for the records of the job that wait for Kafka."""

    async def aged() -> None:
        async with AsyncMongoClient[dict[str, Any]](platform.stack.mongodb.url) as client:
            waiting = {"stream": work.job_id, "pending": True}
            an_hour_ago = [{"$set": {"at": {"$subtract": ["$at", 3_600_000]}}}]
            done = await client["labelstream_label"]["changes"].update_one(waiting, an_hour_ago)
        assert done.modified_count == 1

    await eventually(aged)


async def _somebody_was_refused(work: Work) -> None:
    assert any("429" in attempt.detail for attempt in work.ledger.by_outcome("refused"))


async def test_nothing_acknowledged_is_lost_when_mongodb_is_killed(platform: Platform, promises_hold: Promises) -> None:
    work = await new_work(platform, 100)
    async with labeling(platform, work):
        await asyncio.sleep(1)
        before = len(work.ledger.by_outcome("ok"))
        assert before, "nothing had been acknowledged that could have been lost"
        await platform.stack.mongodb.kill()
        await asyncio.sleep(1)
        await platform.stack.mongodb.start()
        await eventually(lambda: _acknowledged(work, more_than=before + 8), within=30)
    await promises_hold(work)


async def _acknowledged(work: Work, *, more_than: int) -> None:
    # Each of the eight clients may have had one request under way that had been committed before the end.
    assert len(work.ledger.by_outcome("ok")) > more_than
