"""Promises 1 to 5 and 12 when Kafka or MongoDB goes away under load and comes back."""

import asyncio
import os
from collections.abc import Awaitable, Callable

from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, new_work, put_objects, synchronize

STORE_AWAY = float(os.environ.get("FAULT_STORE_AWAY", "4"))

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


async def test_labeling_goes_on_while_the_object_store_is_away_and_images_are_back_in_30_seconds(
    platform: Platform, promises_hold: Promises
) -> None:
    """The store is away for at least `FAULT_STORE_AWAY` seconds, 4 by default; then images are back within 30."""
    work = await new_work(platform, 30)
    images = f"/api/v1/datasets/{work.dataset_id}/samples"
    content = f"{images}/{work.sample_ids[0]}/content"
    async with labeling(platform, work, clients=4):
        await platform.stack.s3.stop()
        before = len(work.ledger.by_outcome("ok"))
        refused = await platform.client.get(content)
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True), refused.text
        begun = await platform.client.post(f"/api/v1/datasets/{work.dataset_id}:sync")
        await asyncio.sleep(STORE_AWAY)
        await eventually(lambda: _acknowledged(work, more_than=before + 4), within=10)
        await platform.stack.s3.start()
        await eventually(lambda: _shown(platform, content), within=30)
    if begun.status_code == 202:  # it waits, or fails; it never says that everything is gone
        await eventually(lambda: _ended(platform, begun.json()["id"]), within=30)
    assert {each["id"] for each in (await platform.client.get(f"{images}?limit=1000")).json()["items"]} == set(
        work.sample_ids
    )
    await put_objects(platform, work.bucket, range(30, 40))
    async with asyncio.timeout(30):
        await synchronize(platform, work.dataset_id)
    await promises_hold(work)
    stats = await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")
    assert stats.json()["total"] == 40


async def _shown(platform: Platform, path: str) -> None:
    answer = await platform.client.get(path)
    assert answer.status_code in {200, 302, 303, 307}, answer.text


async def _ended(platform: Platform, operation_id: str) -> None:
    reply = await platform.client.get(f"/api/v1/operations/{operation_id}")
    assert reply.json()["state"] in {"succeeded", "failed"}, reply.text


async def _acknowledged(work: Work, *, more_than: int) -> None:
    # Each of the eight clients may have had one request under way that had been committed before the end.
    assert len(work.ledger.by_outcome("ok")) > more_than
