"""Promise 7 for imports: sync-service dies in the middle of one, and jobs end up with exactly its labels."""

import asyncio
import io
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
from minio import Minio
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import new_work

from labelstream_gateway.routing import Target

IMAGES, LINES = 400, 20_000
KIND = "modelarts/image_classification"


def _line(bucket: str, number: int) -> bytes:
    """An image that is there, over and over in between lines that name none."""
    if number % (LINES // IMAGES) == 0:
        label = "even" if number % 2 == 0 else "odd"
        source = f"s3://{bucket}/{number // (LINES // IMAGES):05}.png"
        return orjson.dumps({"source": source, "annotation": [{"name": label, "type": KIND}]})
    return b"{broken" if number % 2 else orjson.dumps({"source": f"s3://{bucket}/nothing-{number}.png"})


async def test_an_import_goes_on_after_sync_service_was_killed_twice(platform: Platform) -> None:
    work = await new_work(platform, IMAGES)
    content = b"\n".join(_line(work.bucket, number) for number in range(LINES))
    await asyncio.to_thread(_put, platform, work.bucket, content)
    address = f"/api/v1/datasets/{work.dataset_id}/imports"
    body = {"source": {"kind": "manifest", "bucket": work.bucket, "key": "m.manifest"}, "mode": "manifest"}
    started = await platform.client.post(address, json=body)
    assert started.status_code == 202, started.text
    one = f"{address}/{started.json()['id']}"
    sync_service = platform.processes[Target.SYNC]
    at = 0
    for _ in range(2):
        further = partial(_further, platform, one, at)
        at = (await eventually(further, within=60, also=(httpx.TransportError,)))["counts"]["found"]
        assert at < LINES, "it was over before it was killed"
        await sync_service.kill()
        await sync_service.start()

    record = await eventually(lambda: _ended(platform, one), within=120, also=(httpx.TransportError,))
    assert record["state"] == "succeeded", record
    assert record["counts"] == {
        "found": LINES,
        "imported": IMAGES,
        "unchanged": 0,
        "rejected": LINES - IMAGES,
    }
    rejected = await platform.client.get(f"{one}/rejected")
    lines = [orjson.loads(line)["line"] for line in rejected.content.splitlines()]
    assert sorted(lines) == [number + 1 for number in range(LINES) if number % (LINES // IMAGES)]

    async def labeled() -> None:
        stats = (await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")).json()
        assert (stats["labeled"], stats["total"]) == (IMAGES, IMAGES)
        assert {label["name"]: label["count"] for label in stats["labels"]} == {"even": IMAGES}

    await eventually(labeled, within=60)


async def _further(platform: Platform, address: str, at: int) -> dict[str, Any]:
    record: dict[str, Any] = (await platform.client.get(address)).json()
    assert record.get("counts", {}).get("found", 0) > at
    return record


async def _ended(platform: Platform, address: str) -> dict[str, Any]:
    record: dict[str, Any] = (await platform.client.get(address)).json()
    assert record.get("finished_at") is not None
    return record


def _put(platform: Platform, bucket: str, content: bytes) -> None:
    s3 = platform.stack.s3
    client = Minio(urlsplit(s3.endpoint).netloc, s3.access_key, s3.secret_key, secure=False, region="us-east-1")
    client.put_object(bucket, "m.manifest", io.BytesIO(content), len(content))
