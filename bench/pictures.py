"""P14: the thumbnails of the labeling page, beside reading the same objects; and those of new photographs."""

import asyncio
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import Any
from uuid import uuid4

import msgspec
from PIL import Image

from bench.buckets import store_client
from bench.http_load import LoadClient
from bench.measuring import Bench
from bench.report import Measurement
from bench.spread import Spread
from bench.worker import Result, Task, measured

_PICTURES, _CONNECTIONS = 100, 6
_SMALL, _PHOTOGRAPH = (640, 480), (4000, 3000)
_LEAST, _SEEN_WITHIN = 0.4, 1.0
_INSPECTED_WITHIN = 300.0


async def p14(bench: Bench) -> Measurement:
    """A page of thumbnails that exist, and a page of photographs that were inspected ahead."""
    floor, ours = [], []
    small = await _inspected(bench, _SMALL, _PICTURES)
    for _ in range(bench.sizes.repeats):
        floor.append((await measured("pictures.read", **small))["rate"])
        ours.append((await measured("pictures.thumbnails", **small))["rate"])
    photographs = await _inspected(bench, _PHOTOGRAPH, _PICTURES)
    seen = (await measured("pictures.thumbnails", **photographs))["seconds"]
    ratio = Spread.of(ours).median / Spread.of(floor).median
    return Measurement(
        id="P14",
        work=f"{_PICTURES} thumbnails that exist, over {_CONNECTIONS} connections",
        unit="images/s",
        ours=Spread.of(ours),
        floor=Spread.of(floor),
        ratio=ratio,
        goal=f"≥ {_LEAST} of reading the objects; new photographs of 12 megapixels ≤ {_SEEN_WITHIN:.0f} s",
        met=ratio >= _LEAST and seen <= _SEEN_WITHIN,
        details={"photographs": f"{seen:.2f} s"},
    )


async def pictured(bench: Bench, size: tuple[int, int], count: int) -> str:
    """A dataset of so many pictures of this size, each of them inspected, with its thumbnail."""
    told = await _inspected(bench, size, count)
    await measured("pictures.thumbnails", **told)
    return str(told["dataset_id"])


async def _inspected(bench: Bench, size: tuple[int, int], count: int) -> dict[str, Any]:
    """What workers are told of a dataset of pictures of this size, each of them inspected."""
    bucket = f"bench-{uuid4().hex[:12]}"
    await asyncio.to_thread(_put, bench.running.status["s3"], bucket, size, count)
    async with bench.running.client() as client:
        dataset = await client.datasets.create(bucket, bucket=bucket, auto_sync=False)
        await client.operations.wait(await client.datasets.synchronize(dataset.id))
    told = {**bench.running.addresses(), "token": bench.token, "s3": bench.running.status["s3"], "bucket": bucket}
    told |= {"dataset_id": dataset.id, "count": count}
    await measured("pictures.inspected", **told)
    return told


def _put(store: dict[str, str], bucket: str, size: tuple[int, int], count: int) -> None:
    client = store_client(store)
    client.make_bucket(bucket)

    def put(number: int) -> None:
        picture = Image.effect_noise((size[0] // 8, size[1] // 8), 40 + number % 20).resize(size).convert("RGB")
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=85)
        client.put_object(bucket, f"{number:04}.jpg", io.BytesIO(content.getvalue()), content.tell())

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(put, range(count)))


async def inspected(task: Task) -> Result:
    """Worker: wait until every sample of the dataset has been inspected."""
    client = await LoadClient.open(task["url"], task["token"], 1)
    began = perf_counter()
    while perf_counter() - began < _INSPECTED_WITHIN:
        if all(sample["state"] == "ok" for sample in await _samples(client, task)):
            client.close()
            return {"seconds": perf_counter() - began}
        await asyncio.sleep(0.2)
    raise RuntimeError("the pictures were not inspected")


async def thumbnails(task: Task) -> Result:
    """Worker: the thumbnails of the dataset as a browser asks for them."""
    client = await LoadClient.open(task["url"], task["token"], _CONNECTIONS)
    base = f"/datasets/{task['dataset_id']}/samples"
    requests = [
        client.request("GET", f"{base}/{sample['id']}/thumbnail?size=256") for sample in await _samples(client, task)
    ]
    began = perf_counter()
    await asyncio.gather(*map(client.send, requests))
    seconds = perf_counter() - began
    client.close()
    return {"seconds": seconds, "rate": len(requests) / seconds}


async def read(task: Task) -> Result:
    """Worker, the floor: the objects themselves, with minio-py, as many at once."""
    client = store_client(task["s3"])
    began = perf_counter()
    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        sizes = list(threads.map(partial(_read, client, task["bucket"]), range(task["count"])))
    seconds = perf_counter() - began
    assert all(sizes)
    return {"seconds": seconds, "rate": len(sizes) / seconds}


def _read(client: Any, bucket: str, number: int) -> int:
    answer = client.get_object(bucket, f"{number:04}.jpg")
    try:
        return len(answer.read())
    finally:
        answer.close()
        answer.release_conn()


async def _samples(client: LoadClient, task: Task) -> Sequence[dict[str, Any]]:
    path = f"/datasets/{task['dataset_id']}/samples?limit={task['count']}"
    found: list[dict[str, Any]] = msgspec.json.decode((await client.send(client.request("GET", path))).body)["items"]
    assert len(found) == task["count"], f"{len(found)} samples"
    return found
