"""Promises 1, 2, 5, 6 and 8 when a service's process dies in the middle of its work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pymongo import AsyncMongoClient
from tests.support.ledger import Attempt
from tests.support.platform import CONSUMERS, Platform
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, new_work, put_objects, synchronize

from labelstream_gateway.routing import Target

Promises = Callable[[Work], Awaitable[None]]


async def test_replies_are_true_when_label_service_is_killed_under_200_requests(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 300)
    label_service = platform.processes[Target.LABEL]
    requests = [
        asyncio.create_task(work.ledger.label(platform.client, work.sample_ids[start : start + 20]))
        for start in range(200)
    ]
    await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
    await label_service.kill()
    await asyncio.gather(*requests)
    assert work.ledger.by_outcome("ok"), "it was killed before the first reply"
    assert work.ledger.by_outcome("unknown"), "it was killed after the last reply"
    await label_service.start()
    await promises_hold(work)

    for attempt in work.ledger.by_outcome("unknown"):
        await _find_out(platform.client, work, attempt)
    await promises_hold(work)


async def _find_out(client: httpx.AsyncClient, work: Work, attempt: Attempt) -> None:
    """A repeat with the same key does what was not done, and only tells what was.

    For some seconds it may be refused: the dead process's transaction has to end first.
    """
    latest = attempt

    async def answered() -> None:
        nonlocal latest
        latest = await work.ledger.repeat(client, latest)
        assert (latest.outcome, latest.changed) == ("ok", len(attempt.sample_ids)), latest.detail

    await eventually(answered, within=30)


async def test_items_follow_samples_when_the_consumer_is_killed_after_its_effect(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 10)
    consumers = platform.processes[CONSUMERS]
    await put_objects(platform, work.bucket, range(10, 2_000))
    synchronizing = asyncio.create_task(synchronize(platform, work.dataset_id))
    await eventually(lambda: _some_samples(platform, work, more_than=10), within=60, every=0.01)
    await consumers.kill()
    known = await _known_samples(platform, work)
    assert 10 < known < 2_000, f"{known} samples had arrived: it was not in the middle of its work"
    await synchronizing
    await consumers.start()
    await promises_hold(work)
    reply = await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")
    assert reply.json()["total"] == 2_000


async def test_progress_is_exact_when_job_service_is_killed_in_the_middle(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 200)
    job_service = platform.processes[Target.JOB]
    async with labeling(platform, work):
        for _ in range(2):
            await eventually(lambda: _progress_shown(platform, work))
            await job_service.kill()
            await job_service.start()
    await promises_hold(work)


async def _progress_shown(platform: Platform, work: Work) -> None:
    reply = await platform.client.get(f"/api/v1/jobs/{work.job_id}")
    assert reply.json()["progress"]["labeled"] > 0


async def _some_samples(platform: Platform, work: Work, *, more_than: int) -> None:
    assert await _known_samples(platform, work) > more_than


async def _known_samples(platform: Platform, work: Work) -> int:
    async with AsyncMongoClient[dict[str, Any]](platform.stack.mongodb.url) as client:
        return await client["labelstream_label"]["samples"].count_documents({"dataset_id": work.dataset_id})
