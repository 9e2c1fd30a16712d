"""Who uses sync-service in these tests, what the other services would tell it, and images."""

import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
from PIL import Image
from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_contracts import Actor, JobCreated, JobDeleted, JobPayload, MemberAdded, MemberPayload, MemberRole

Publish: TypeAlias = Callable[..., Awaitable[None]]
NOW = SystemClock().now


@dataclass(frozen=True)
class Somebody:
    """An account, and its HTTP client."""

    id: str
    http: httpx.AsyncClient

    async def makes_dataset(self, bucket: str, prefix: str = "", **fields: Any) -> str:
        """The id of a new dataset, which does not synchronize by itself unless asked to."""
        body = {"name": "Images", "source": {"bucket": bucket, "prefix": prefix}, "auto_sync": False, **fields}
        answer = await self.http.post("/datasets", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def ends(self, answer: httpx.Response) -> dict[str, Any]:
        """The operation of a 202 answer, once it has succeeded."""
        assert answer.status_code == 202, answer.text

        async def ended() -> dict[str, Any]:
            operation = (await self.http.get(f"/operations/{answer.json()['id']}")).json()
            assert operation["state"] not in {"queued", "running"}
            return dict(operation)

        operation = await eventually(ended, within=60)
        assert operation["state"] == "succeeded", operation
        return operation

    async def synchronizes(self, dataset_id: str) -> Mapping[str, int]:
        """The counts of a synchronization, without what it left out, and without renames where there are none."""
        result = await self.synchronizes_telling(dataset_id)
        return {name: n for name, n in result.items() if name != "skipped" and (name != "renamed" or n)}

    async def synchronizes_telling(self, dataset_id: str) -> Mapping[str, Any]:
        result = (await self.ends(await self.http.post(f"/datasets/{dataset_id}:sync")))["result"]
        assert result.keys() == {"added", "updated", "removed", "unchanged", "renamed", "skipped"}
        return dict(result)

    async def samples(self, dataset_id: str, limit: int = 1000) -> list[dict[str, Any]]:
        """All samples, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await self.http.get(f"/datasets/{dataset_id}/samples", params={"limit": limit, **cursor})).json()
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    async def sample(self, dataset_id: str, path: str) -> str:
        """The id of the sample at `path`."""
        return next(str(each["id"]) for each in await self.samples(dataset_id) if each["path"] == path)


SignIn: TypeAlias = Callable[..., Somebody]


def job(dataset_id: str, owner_id: str, **fields: Any) -> JobPayload:
    """What job-service says of a new job; with `deleted=True`, of its end."""
    event = JobDeleted if fields.pop("deleted", False) else JobCreated
    state: dict[str, Any] = {
        "job_id": new_id(),
        "dataset_id": dataset_id,
        "name": "Job",
        "type": "image_classification",
        "state": "active",
        "owner_id": owner_id,
        "is_team": False,
        "created_at": NOW(),
        "updated_at": NOW(),
        "version": 1,
        "actor": Actor(kind="person", id=owner_id),
    }
    return event(**{**state, **fields})


def member(job_id: str, account_id: str, role: MemberRole) -> MemberPayload:
    """What team-service says of an annotator of a job."""
    return MemberAdded(
        scope="job",
        job_id=job_id,
        member_id=new_id(),
        account_id=account_id,
        email="somebody@example.com",
        name="Somebody",
        role=role,
        state="active",
        version=1,
        actor=Actor(kind="person", id=account_id),
    )


def image(kind: str = "PNG", size: tuple[int, int] = (40, 30), shade: int = 7) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 200, 100)).save(out, kind)
    return out.getvalue()
