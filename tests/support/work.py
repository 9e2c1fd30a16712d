"""Something to work on: a dataset of small objects, a job on it, and clients that label without a pause."""

import asyncio
import base64
import io
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import urllib3
from bench.seeding import publish
from minio import Minio
from tests.support.ledger import Ledger
from tests.support.platform import Platform
from tests.support.waiting import eventually

from labelstream_common.ids import new_id


@dataclass(frozen=True)
class Work:
    """A job whose items are there, and the ledger of what is done to it."""

    dataset_id: str
    bucket: str
    sample_ids: Sequence[str]
    ledger: Ledger
    published: bool = False
    """Whether its samples were only published (`published_work`), so that sync-service does not know them."""

    @property
    def job_id(self) -> str:
        return self.ledger.job_id


async def new_work(platform: Platform, items: int) -> Work:
    """A new bucket, dataset and job with that many items."""
    bucket = f"b-{secrets.token_hex(6)}"
    await put_objects(platform, bucket, range(items))
    dataset = await _post(platform.client, "/datasets", {"name": bucket, "source": {"bucket": bucket, "prefix": ""}})
    job = await _post(
        platform.client,
        "/jobs",
        {"name": bucket, "dataset_id": dataset["id"], "type": "image_classification"},
    )
    await synchronize(platform, dataset["id"])

    async def all_there() -> list[str]:
        reply = await platform.client.get(f"/api/v1/jobs/{job['id']}/items?limit=1000")
        assert reply.status_code == 200, reply.text
        found = [item["sample_id"] for item in reply.json()["items"]]
        assert len(found) == min(items, 1000)
        return found

    return Work(dataset["id"], bucket, await eventually(all_there, within=60), Ledger(job["id"]))


async def published_work(platform: Platform, items: int, folder: Path) -> Work:
    """A job on samples that were published as sync-service does, and have no files: 200,000 take half a minute."""
    dataset_id = new_id()
    samples = folder / "samples"
    account = (await platform.client.get("/api/v1/me")).json()["id"]
    bootstrap = platform.stack.kafka.bootstrap_servers
    task = {
        "kafka": {"bootstrap_servers": bootstrap},
        "dataset_id": dataset_id,
        "account": account,
        "count": items,
        "samples": str(samples),
    }
    await publish(task)
    fields = {"name": dataset_id, "dataset_id": dataset_id, "type": "image_classification"}
    job = await _post(platform.client, "/jobs", fields)

    async def all_there() -> None:
        reply = await platform.client.get(f"/api/v1/jobs/{job['id']}/stats")
        assert reply.status_code == 200, reply.text
        assert reply.json()["total"] == items

    await eventually(all_there, within=60 + items / 1000)
    return Work(dataset_id, "", samples.read_text().split(), Ledger(job["id"]), published=True)


DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")


async def put_objects(platform: Platform, bucket: str, numbers: Sequence[int]) -> None:
    """Images of one pixel, each of other bytes: inspection reads them, and what it cannot read is not unlabeled."""
    s3 = platform.stack.s3

    def put() -> None:
        with urllib3.PoolManager(maxsize=4) as connections:
            client = Minio(
                urlsplit(s3.endpoint).netloc,
                s3.access_key,
                s3.secret_key,
                secure=False,
                region="us-east-1",  # named, so that it is not asked for: rclone's answer to that cannot be read
                http_client=connections,
            )
            if not client.bucket_exists(bucket):
                client.make_bucket(bucket)
            for number in numbers:
                content = DOT + f"image {number}".encode()
                client.put_object(bucket, f"{number:05}.png", io.BytesIO(content), len(content))

    await asyncio.to_thread(put)


async def synchronize(platform: Platform, dataset_id: str) -> None:
    """Synchronize, and wait until the operation has ended well."""
    operation = await _post(platform.client, f"/datasets/{dataset_id}:sync", None)

    async def ended() -> None:
        reply = await platform.client.get(f"/api/v1/operations/{operation['id']}")
        assert reply.json()["state"] == "succeeded", reply.text

    await eventually(ended, within=120)


@asynccontextmanager
async def labeling(platform: Platform, work: Work, *, clients: int = 8) -> AsyncIterator[None]:
    """Clients that label one to five items a request, one request after the other, for as long as the block runs."""
    stop = asyncio.Event()

    async def one() -> None:
        while not stop.is_set():
            chosen = random.sample(work.sample_ids, random.randint(1, 5))  # noqa: S311 - a choice, no secret
            attempt = await work.ledger.label(platform.client, chosen)
            if attempt.outcome != "ok":
                await asyncio.sleep(0.1)  # as a client does that was refused

    tasks = [asyncio.create_task(one()) for _ in range(clients)]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _post(client: httpx.AsyncClient, path: str, body: object) -> dict[str, str]:
    """Post until it is taken: a service that has just started may not know yet what another one says."""

    async def taken() -> dict[str, str]:
        reply = await client.post(f"/api/v1{path}", json=body)
        assert reply.is_success, f"POST {path}: {reply.status_code} {reply.text[:300]}"
        answer: dict[str, str] = reply.json()
        return answer

    return await eventually(taken)
