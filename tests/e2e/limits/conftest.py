"""Jobs on large datasets, and a plain HTTP client: the limits of the API are tried as a stranger would try them."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest_asyncio
from minio import Minio
from tests.e2e.conftest import EMAIL, PASSWORD, Door
from tests.support.waiting import eventually

SECONDS = 120.0
"""How long a request or a wait may take here: the point is that it ends well, not how fast."""

DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
"""A PNG of one pixel: what cannot be decoded is not unlabeled."""
# As long as S3 allows, 1,024 bytes in UTF-8; the file system below the embedded object store allows 255 a segment.
LONGEST_KEY = "/".join(["\U00020000" * 63] * 4 + ["x" * 8 + ".png"])


@dataclass(frozen=True)
class Api:
    """The gateway API by its paths, signed in as the administrator."""

    http: httpx.AsyncClient

    async def get(self, path: str, status: int = 200, /, **query: Any) -> Any:
        return self._checked(await self.http.get(path, params=query), status)

    async def post(self, path: str, body: object = None, status: int = 200, **query: Any) -> Any:
        """The answer, or on a busy machine the result of the operation that it became after 10 s."""
        reply = await self.http.post(path, json=body, params=query)
        if (status, reply.status_code) == (200, 202):
            return (await self.ended(reply.json()))["result"]
        return self._checked(reply, status)

    async def patch(self, path: str, body: object, status: int = 200) -> Any:
        return self._checked(await self.http.patch(path, json=body), status)

    async def refused(self, method: str, path: str, body: object = None, **query: Any) -> Mapping[str, Any]:
        """The problem that a call is answered with: 422, in the form that every problem has."""
        reply = await self.http.request(method, path, json=body, params=query)
        assert reply.status_code == 422, f"{method} {path}: {reply.status_code} {reply.text[:500]}"
        assert reply.headers["content-type"] == "application/problem+json"
        problem: Mapping[str, Any] = reply.json()
        assert problem["detail"]
        return problem

    async def all(self, path: str, **query: Any) -> list[Any]:
        """Every element of a list, page by page."""
        found: list[Any] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, 200, limit=1000, **query, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    async def ended(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        """The operation once it has succeeded."""

        async def succeeded() -> Mapping[str, Any]:
            found: Mapping[str, Any] = await self.get(f"/operations/{operation['id']}")
            assert found["state"] == "succeeded", found
            return found

        return await eventually(succeeded, within=SECONDS)

    @staticmethod
    def _checked(reply: httpx.Response, status: int) -> Any:
        assert reply.status_code == status, f"{reply.request.url}: {reply.status_code} {reply.text[:500]}"
        return reply.json() if reply.content else None


@dataclass(frozen=True)
class Dataset:
    """A dataset of `count` objects, and how to open jobs on it."""

    api: Api
    id: str
    bucket: str
    count: int

    async def job(self, **fields: Any) -> "Job":
        """An active job; `fields` are added to the body of `POST /jobs`."""
        body = {"name": f"job-{secrets.token_hex(4)}", "dataset_id": self.id, "type": "image_classification", **fields}
        created = await self.api.post("/jobs", body, 201)

        async def active() -> None:
            assert (await self.api.get(f"/jobs/{created['id']}"))["state"] == "active"

        await eventually(active, within=SECONDS)
        return Job(self.api, created["id"])


@dataclass(frozen=True)
class Job:
    api: Api
    id: str
    sample_ids: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/jobs/{self.id}"

    async def samples(self) -> Sequence[str]:
        """The ids of all samples in the job, read once."""
        if not self.sample_ids:
            self.sample_ids.extend(item["sample_id"] for item in await self.api.all(f"{self.path}/items"))
        return self.sample_ids

    async def annotate(self, status: int = 200, **fields: Any) -> Any:
        return await self.api.post(f"{self.path}/annotations", fields, status)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(door: Door) -> AsyncIterator[Api]:
    async with httpx.AsyncClient(base_url=f"{door.url}/api/v1", timeout=SECONDS) as http:
        reply = await http.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        http.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        yield Api(http)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def few(door: Door, api: Api) -> Dataset:
    return await _dataset(door, api, 12)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def many(door: Door, api: Api) -> Dataset:
    """As many objects as one request may name, and one more."""
    return await _dataset(door, api, 10_001)


async def _dataset(door: Door, api: Api, count: int) -> Dataset:
    bucket = f"limits-{count}"
    await asyncio.to_thread(_make_bucket, door, bucket)
    await asyncio.to_thread(_write, door.data_dir / "s3" / bucket, count)
    body = {"name": bucket, "source": {"bucket": bucket, "prefix": ""}, "auto_sync": False}
    dataset = await api.post("/datasets", body, 201)
    operation = await api.ended(await api.post(f"/datasets/{dataset['id']}:sync", status=202))
    assert operation["result"]["added"] == count
    return Dataset(api, dataset["id"], bucket, count)


def _make_bucket(door: Door, bucket: str) -> None:
    store = door.status["s3"]
    Minio(
        urlsplit(store["endpoint"]).netloc, store["access_key"], store["secret_key"], secure=False, region="us-east-1"
    ).make_bucket(bucket)


def _write(folder: Path, count: int) -> None:
    """The embedded object store serves the files of a folder: much faster than putting them one by one."""
    longest = folder / LONGEST_KEY
    longest.parent.mkdir(parents=True)
    for file in [longest, *(folder / f"{number:06}.png" for number in range(1, count))]:
        file.write_bytes(DOT)
