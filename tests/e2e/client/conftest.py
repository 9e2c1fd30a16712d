"""A few small images in the platform's bucket, and people at command lines."""

import asyncio
import io
import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from minio import Minio
from PIL import Image
from tests.e2e.client.seats import Seat, address
from tests.e2e.conftest import EMAIL, PASSWORD, Door

from labelstream.demo.bucket import ObjectStoreAddress


@dataclass(frozen=True)
class Cats:
    """`count` images under a prefix of this test alone."""

    name: str
    bucket: str
    prefix: str
    count: int

    async def job(self, door: Door) -> tuple[str, list[str]]:
        """A prepared job on them, and the ids of its samples."""
        async with door.client() as client:
            dataset = await client.datasets.create(self.name, bucket=self.bucket, prefix=self.prefix)
            await client.operations.wait(await client.datasets.synchronize(dataset.id))
            job = await client.jobs.create(self.name, dataset_id=dataset.id)
            await client.jobs.wait_until_prepared(job.id, timeout=30)
            return job.id, [item.sample_id async for item in client.items.list(job.id)]


@pytest_asyncio.fixture(loop_scope="session")
async def cats(door: Door) -> Cats:
    name = f"cats-{secrets.token_hex(4)}"
    made = Cats(name, "e2e-cats", f"{name}/", 5)
    store = door.status["s3"]
    await asyncio.to_thread(_put, ObjectStoreAddress(store["endpoint"], store["access_key"], store["secret_key"]), made)
    return made


@pytest.fixture
def admin(door: Door, tmp_path: Path) -> Seat:
    return Seat(door, EMAIL, tmp_path).sign_in()


@pytest.fixture
def owner(admin: Seat) -> Seat:
    seat = Seat(admin.door, address("olive"), admin.folder)
    account = ("accounts", "create", seat.email, "--name", "Olive Ng", "--role", "member", "--password-stdin")
    assert admin.one(*account, stdin=f"{PASSWORD}\n")["role"] == "member"
    return seat.sign_in()


def _put(address: ObjectStoreAddress, cats: Cats) -> None:
    endpoint = address.endpoint.removeprefix("http://")
    store = Minio(
        endpoint, access_key=address.access_key, secret_key=address.secret_key, secure=False, region="us-east-1"
    )
    if not store.bucket_exists(cats.bucket):
        store.make_bucket(cats.bucket)
    for number in range(cats.count):
        image = io.BytesIO()
        Image.new("RGB", (8, 8), (number * 40, 0, 0)).save(image, "PNG")
        store.put_object(cats.bucket, f"{cats.prefix}{number}.png", io.BytesIO(image.getvalue()), len(image.getvalue()))
