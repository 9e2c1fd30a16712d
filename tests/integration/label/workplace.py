"""What the other services tell label-service in these tests, and the people who label."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import httpx
import orjson
from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_contracts import (
    Actor,
    JobCreated,
    JobDeleted,
    JobPayload,
    JobUpdated,
    MemberAdded,
    MemberPayload,
    MemberRole,
    SampleAdded,
    SamplePayload,
    SampleRemoved,
    SampleTold,
    SampleUpdated,
    topics,
)

Publish: TypeAlias = Callable[..., Awaitable[None]]
NOW = SystemClock().now


def sample(dataset_id: str, path: str, sample_id: str | None = None, version: int = 1, **fields: Any) -> SamplePayload:
    """What sync-service says of a sample; with `removed=True`, of its end."""
    removed = fields.get("removed", False)
    event = SampleRemoved if removed else SampleAdded if version == 1 else SampleUpdated
    labels = [{"name": name} for name in fields.pop("labels", ())]
    state: dict[str, Any] = {
        "sample_id": sample_id or new_id(),
        "dataset_id": dataset_id,
        "bucket": "images",
        "path": path,
        "name": path.rpartition("/")[2],
        "size": 10,
        "etag": "e",
        "media_type": "image/png",
        "labels": labels,
        "added_at": NOW(),
        "version": version,
        "removed": False,
        "cause": "delete" if removed else "synchronized",
    }
    return event(**{**state, **fields})


def job_event(dataset_id: str, owner_id: str, **fields: Any) -> JobPayload:
    version = fields.get("version", 1)
    event = JobDeleted if fields.pop("deleted", False) else JobCreated if version == 1 else JobUpdated
    state: dict[str, Any] = {
        "job_id": new_id(),
        "dataset_id": dataset_id,
        "name": "Job",
        "type": "image_classification",
        "state": "preparing",
        "owner_id": owner_id,
        "is_team": False,
        "created_at": NOW(),
        "updated_at": NOW(),
        "version": 1,
        "actor": Actor(kind="person", id=owner_id),
    }
    return event(**{**state, **fields})


def markers(job: JobPayload, partitions: int = topics.SAMPLE.partitions) -> list[SampleTold]:
    """What sync-service answers a new job with, once for each partition of the sample topic."""
    return [
        SampleTold(dataset_id=job.dataset_id, job_id=job.job_id, partition=partition, partitions=partitions)
        for partition in range(partitions)
    ]


def member(job_id: str, account_id: str, role: MemberRole) -> MemberPayload:
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


def old_id() -> str:
    """An id that nobody waits for: where it is not found, it is said so at once."""
    milliseconds = int(NOW().timestamp() * 1000) - 60_000
    return f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}{new_id()[13:]}"


@dataclass(frozen=True)
class Somebody:
    """An account, and its HTTP client."""

    id: str
    http: httpx.AsyncClient

    def at(self, job: "Job") -> "Desk":
        return Desk(self.http, job.id)


@dataclass(frozen=True)
class Desk:
    """One person's requests in one job. Every method but `call` expects to be served."""

    http: httpx.AsyncClient
    job_id: str

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self.http.request(method, f"/jobs/{self.job_id}/{path}", **options)

    async def get(self, path: str, /, **params: Any) -> dict[str, Any]:
        answer = await self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def post(self, path: str, body: Any, *, status: int = 200, key: str | None = None) -> dict[str, Any]:
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = await self.call("POST", path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def annotate(self, sample_ids: Sequence[str], **edit: Any) -> dict[str, Any]:
        return await self.post("annotations", {"sample_ids": list(sample_ids), **edit})

    async def undo(self, change_id: str) -> dict[str, Any]:
        return await self.post(f"changes/{change_id}:undo", {})

    async def labels(self) -> dict[str, dict[str, Any]]:
        """By name."""
        return {label["name"]: label for label in await self.pages("labels")}

    async def stats(self, **filters: Any) -> dict[str, Any]:
        return await self.get("stats", **filters)

    async def item(self, sample_id: str) -> dict[str, Any]:
        return await self.get(f"items/{sample_id}")

    async def pages(self, path: str, /, limit: int = 1000, **params: Any) -> list[dict[str, Any]]:
        """All of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, limit=limit, **params, **cursor)
            assert len(page["items"]) <= limit
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    async def items(self, limit: int = 1000, **filters: Any) -> list[dict[str, Any]]:
        return await self.pages("items", limit, **filters)

    async def ids(self, **filters: Any) -> list[str]:
        return [item["sample_id"] for item in await self.items(**filters)]

    async def feed(self, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Everything beyond `after`, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.get("changes", after=after, limit=limit)
            if not page["items"]:
                assert page["next_after"] == after
                return found
            assert len(page["items"]) <= limit
            found += page["items"]
            after = page["next_after"]

    async def seq(self) -> int:
        entries = await self.feed()
        return int(entries[-1]["seq"]) if entries else 0

    async def export(self, **params: Any) -> "Export":
        answer = await self.call("GET", "export", params=params)
        assert answer.status_code == 200, answer.text
        *rows, last, end = answer.content.split(b"\n")
        assert end == b""
        return Export(answer.content, rows, orjson.loads(last.removeprefix(b"# ")))

    async def ends(self, answer: httpx.Response) -> dict[str, Any]:
        """The operation of a 202 answer, once it has ended."""
        assert answer.status_code == 202, answer.text

        async def ended() -> dict[str, Any]:
            operation = (await self.http.get(f"/operations/{answer.json()['id']}")).json()
            assert operation["state"] not in {"queued", "running"}
            return dict(operation)

        return await eventually(ended, within=60)

    async def succeeds(self, answer: httpx.Response) -> dict[str, Any]:
        operation = await self.ends(answer)
        assert operation["state"] == "succeeded", operation
        return operation


class Export(NamedTuple):
    content: bytes
    rows: list[bytes]
    last: Mapping[str, Any]

    @property
    def items(self) -> list[dict[str, Any]]:
        return [orjson.loads(row) for row in self.rows]


@dataclass
class Job:
    """A job with what its dataset holds, by path."""

    id: str
    dataset_id: str
    owner: Somebody
    samples: dict[str, SamplePayload] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """In the order of ids."""
        return sorted(sample.sample_id for sample in self.samples.values() if not sample.removed)

    @property
    def desk(self) -> Desk:
        return self.owner.at(self)


class Workplace:
    """Opens jobs and moves their datasets on."""

    def __init__(self, sign_in: Callable[..., Somebody], publish: Publish) -> None:
        self.sign_in = sign_in
        self.publish = publish

    async def job(self, count: int = 0, *, labels: Sequence[str] = (), **fields: Any) -> Job:
        """A job of somebody new, on `count` images `img/00000.png` …, once it is prepared."""
        owner = self.sign_in()
        dataset_id = new_id()
        ids = sorted(new_id() for _ in range(count))
        samples = {
            f"img/{place:05}.png": sample(dataset_id, f"img/{place:05}.png", sample_id)
            for place, sample_id in enumerate(ids)
        }
        event = job_event(dataset_id, owner.id, labels=[{"name": name} for name in labels], **fields)
        job = Job(event.job_id, dataset_id, owner, samples)
        await self.publish(event, *samples.values(), *markers(event))
        await self.follows(job, within=60)
        return job

    async def follows(self, job: Job, within: float = 20) -> None:
        """Waits until the job's items are the dataset's samples, labels included where nobody else labels."""

        async def there() -> None:
            answer = await job.desk.call("GET", "items", params={"limit": 1000})
            assert answer.status_code == 200, answer.text
            total = (await job.desk.stats())["total"]
            assert total == len(job.ids)

        await eventually(there, within=within)

    async def says(self, job: Job, *samples: SamplePayload) -> None:
        """Publishes new states of samples and waits until the job has followed them: a last one is the sign."""
        for one in samples:
            job.samples[one.path] = one
        await self.publish(*samples)

    async def completes(self, job: Job, **fields: Any) -> None:
        """Ends the job's labeling, and waits until label-service has heard of it."""
        await self.publish(
            job_event(job.dataset_id, job.owner.id, job_id=job.id, version=2, state="completed", **fields)
        )

        async def closed() -> None:
            answer = await job.desk.call("POST", "annotations", json={"sample_ids": ["nowhere"], "hard": True})
            assert (answer.status_code, answer.json().get("code")) == (409, "job-state")

        await eventually(closed)

    async def joins(self, job: Job, role: MemberRole) -> Somebody:
        """Somebody new, in the job as `role`."""
        person = self.sign_in()
        await self.publish(member(job.id, person.id, role))

        async def in_it() -> None:
            assert (await person.at(job).call("GET", "labels")).status_code == 200

        await eventually(in_it)
        return person
