"""Promise 15: a job that is active has every sample that was synchronized before it was opened."""

import asyncio
from typing import Any

from tests.support.platform import CONSUMERS, Platform, paused
from tests.support.waiting import eventually
from tests.support.work import put_objects, synchronize

from labelstream_gateway.routing import Target

SAMPLES = 1_200
SYNC_CONSUMERS, SYNC_RELAY = "sync-consumers", "sync-relay"


async def post(platform: Platform, path: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = await platform.client.post(f"/api/v1{path}", json=body)
    assert reply.is_success, reply.text
    return dict(reply.json())


async def job_of(platform: Platform, job_id: str) -> dict[str, Any]:
    return dict((await platform.client.get(f"/api/v1/jobs/{job_id}")).json())


async def stays_preparing(platform: Platform, job_id: str, seconds: float) -> None:
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        assert (await job_of(platform, job_id))["state"] == "preparing"
        await asyncio.sleep(0.1)


async def first_active(platform: Platform, job_id: str) -> dict[str, Any]:
    async def active() -> dict[str, Any]:
        job = await job_of(platform, job_id)
        assert job["state"] == "active"
        return job

    return await eventually(active, within=60, every=0.01)


async def test_first_active_has_every_sample_though_sync_services_relay_and_followers_were_held_back(
    platform: Platform,
) -> None:
    bucket = "held-back"
    await put_objects(platform, bucket, range(SAMPLES))
    dataset = await post(platform, "/datasets", {"name": bucket, "source": {"bucket": bucket, "prefix": ""}})
    whole = platform.processes[Target.SYNC]
    await whole.stop()
    platform.processes[Target.SYNC] = platform.process("sync-api", "sync_service", "api")
    try:
        await platform.processes[Target.SYNC].start()
        await synchronize(platform, dataset["id"])
        count = (await platform.client.get(f"/api/v1/datasets/{dataset['id']}")).json()["sample_count"]
        assert count == SAMPLES
        fields = {"name": bucket, "dataset_id": dataset["id"], "type": "image_classification"}
        job_id = (await post(platform, "/jobs", fields))["id"]
        await stays_preparing(platform, job_id, 2.0)  # nobody in sync-service has heard of the job
        await platform.add(SYNC_RELAY, "sync_service", "relay")
        await stays_preparing(platform, job_id, 2.0)  # the samples are there, but nothing says that they are all
        async with paused(platform.processes[CONSUMERS]):
            await platform.add(SYNC_CONSUMERS, "sync_service", "consumers")
            await stays_preparing(platform, job_id, 2.0)
        job = await first_active(platform, job_id)
        assert job["progress"]["total"] == SAMPLES
        stats = (await platform.client.get(f"/api/v1/jobs/{job_id}/stats")).json()
        assert stats["total"] == SAMPLES
    finally:
        parts = [platform.processes.pop(name, None) for name in (SYNC_RELAY, SYNC_CONSUMERS)]
        parts.append(platform.processes[Target.SYNC])
        await asyncio.gather(*(part.stop() for part in parts if part is not None))
        platform.processes[Target.SYNC] = whole
        await whole.start()
