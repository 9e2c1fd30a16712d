"""Objects in a bucket: put there before the clock starts, listed bare, and the floor of P7."""

import asyncio
import base64
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from minio import Minio

from bench.running import Running
from bench.worker import Result, Task
from labelstream import ApiError, AsyncClient

_FOLDERS_OF = 1000
_THREADS = 8
_JOB_IS_GONE_WITHIN = 300.0
# A PNG of one pixel: inspection reads it, and what it cannot read is not unlabeled.
_CONTENT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


async def make(running: Running, data: Path, bucket: str, count: int) -> None:
    """A new bucket of `count` objects under `train/`. `data` is the platform's folder."""
    store = running.status["s3"]
    await asyncio.to_thread(store_client(store).make_bucket, bucket)
    if store["kind"] == "rclone":  # it serves files: writing them is a hundred times faster than putting them
        await asyncio.to_thread(_write, data / "s3" / bucket, [key_of(number) for number in range(count)])
    else:
        await put(running, bucket, range(count))


async def put(running: Running, bucket: str, numbers: range) -> None:
    """More objects in a bucket; through the server, which may remember what it has listed."""
    await asyncio.to_thread(_put, running.status["s3"], bucket, [key_of(number) for number in numbers])


async def forget(client: AsyncClient, dataset_id: str, job_id: str) -> None:
    """Deletes the job and the dataset: inspection would read the objects beside what is measured next."""
    await client.jobs.delete(job_id)
    async with asyncio.timeout(_JOB_IS_GONE_WITHIN):
        while True:
            try:
                deletion = await client.datasets.delete(dataset_id)
            except ApiError as error:
                if error.code != "dataset-in-use":  # sync-service has not heard of the job's end yet
                    raise
                await asyncio.sleep(1)
            else:
                await client.operations.wait(deletion)
                return


def _write(root: Path, keys: list[str]) -> None:
    for folder in sorted({(root / key).parent for key in keys}):
        folder.mkdir(parents=True)
    for key in keys:
        (root / key).write_bytes(_CONTENT)


def _put(store: dict[str, str], bucket: str, keys: list[str]) -> None:
    client = store_client(store)
    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(lambda key: client.put_object(bucket, key, io.BytesIO(_CONTENT), len(_CONTENT)), keys))


def key_of(number: int) -> str:
    return f"train/{number // _FOLDERS_OF:05}/{number:08}.png"


async def listed(task: Task) -> Result:
    """Worker: every object of the bucket with minio-py, nothing kept."""
    client = store_client(task["s3"])
    began = perf_counter()
    count = sum(1 for _ in client.list_objects(task["bucket"], recursive=True))
    seconds = perf_counter() - began
    assert count == task["count"], f"{count} objects are listed"
    return {"seconds": seconds, "rate": count / seconds}


def store_client(store: dict[str, str]) -> Minio:
    return Minio(
        urlsplit(store["endpoint"]).netloc,
        store["access_key"],
        store["secret_key"],
        secure=False,
        region="us-east-1",
    )
