"""Every image is inspected, though sync-service dies in the middle of it again and again."""

import asyncio
import io
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import httpx
from minio import Minio
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import new_work, synchronize

from labelstream_gateway.routing import Target

IMAGES, KILLS = 600, 3
BROKEN = [f"{number:05}.png" for number in range(0, IMAGES, 100)]


async def test_every_image_is_inspected_though_sync_service_was_killed_while_it_read_them(platform: Platform) -> None:
    work = await new_work(platform, IMAGES)
    await asyncio.to_thread(_break, platform, work.bucket)
    await synchronize(platform, work.dataset_id)
    sync_service = platform.processes[Target.SYNC]
    read = 0
    for _ in range(KILLS):

        async def further(before: int = read) -> int:
            states = Counter(each["state"] for each in await _samples(platform, work.dataset_id))
            assert states.total() == IMAGES
            assert states["ok"] > before
            return states["ok"]

        read = await eventually(further, within=60, every=0.02, also=(httpx.TransportError, KeyError))
        assert read < IMAGES - len(BROKEN), "it was over before it was killed"
        await sync_service.kill()
        await sync_service.start()

    async def all_read() -> dict[str, dict[str, Any]]:
        found = {each["path"]: each for each in await _samples(platform, work.dataset_id)}
        assert "new" not in {each["state"] for each in found.values()}
        return found

    # Asked more often, it would slow down for whoever asks.
    found = await eventually(all_read, within=120, every=4, also=(httpx.TransportError, KeyError))
    assert sorted(path for path, each in found.items() if each["state"] == "unreadable") == BROKEN
    assert all(found[path]["reason"] for path in BROKEN)
    assert {(each["width"], each["height"]) for path, each in found.items() if path not in BROKEN} == {(1, 1)}
    equal = await platform.client.get(f"/api/v1/datasets/{work.dataset_id}/duplicates", params={"kind": "exact"})
    assert [sorted(each["path"] for each in group["samples"]) for group in equal.json()["items"]] == [BROKEN]

    async def told() -> None:
        stats = (await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")).json()
        assert (stats["total"], stats["unreadable"]) == (IMAGES, len(BROKEN))

    await eventually(told, within=60)


async def _samples(platform: Platform, dataset_id: str) -> list[dict[str, Any]]:
    answer = await platform.client.get(f"/api/v1/datasets/{dataset_id}/samples", params={"limit": 1000})
    return list(answer.json()["items"])


def _break(platform: Platform, bucket: str) -> None:
    s3 = platform.stack.s3
    client = Minio(urlsplit(s3.endpoint).netloc, s3.access_key, s3.secret_key, secure=False, region="us-east-1")
    for key in BROKEN:
        client.put_object(bucket, key, io.BytesIO(b"broken"), len(b"broken"))
