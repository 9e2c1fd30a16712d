"""Starts imports and waits for their ends."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import orjson
from tests.integration.sync.people import Somebody, image
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore

FINAL = {"succeeded", "failed", "cancelled"}


async def start(who: Somebody, dataset_id: str, body: Mapping[str, Any], **query: Any) -> dict[str, Any]:
    answer = await who.http.post(f"/datasets/{dataset_id}/imports", json=body, params=query)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def ended(who: Somebody, record: Mapping[str, Any]) -> dict[str, Any]:
    address = f"/datasets/{record['dataset_id']}/imports/{record['id']}"

    async def look() -> dict[str, Any]:
        found = (await who.http.get(address)).json()
        assert found["state"] in FINAL
        return dict(found)

    return await eventually(look, within=60)


async def imports(
    who: Somebody, dataset_id: str, mode: str, source: Mapping[str, Any], *, dry_run: bool = False, **fields: Any
) -> dict[str, Any]:
    """The record of an import that has succeeded."""
    query = {"dry_run": "true"} if dry_run else {}
    record = await ended(who, await start(who, dataset_id, {"source": source, "mode": mode, **fields}, **query))
    assert record["state"] == "succeeded", record
    counts = record["counts"]
    assert counts["found"] == counts["imported"] + counts["unchanged"] + counts["rejected"]
    return record


async def labels_of(who: Somebody, dataset_id: str) -> dict[str, list[str]]:
    return {one["path"]: [label["name"] for label in one["labels"]] for one in await who.samples(dataset_id)}


async def rejected(who: Somebody, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = await who.http.get(f"/datasets/{record['dataset_id']}/imports/{record['id']}/rejected")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [orjson.loads(line) for line in answer.content.splitlines()]


def counts(imported: int = 0, unchanged: int = 0, rejected: int = 0) -> dict[str, int]:
    found = imported + unchanged + rejected
    return {"found": found, "imported": imported, "unchanged": unchanged, "rejected": rejected}


def manifest(*entries: Mapping[str, Any] | str) -> bytes:
    lines = [entry.encode() if isinstance(entry, str) else orjson.dumps(entry) for entry in entries]
    return b"".join(line + b"\n" for line in lines)


def named(bucket: str, key: str, labels: Sequence[str] = (), **fields: Any) -> dict[str, Any]:
    annotation = [{"name": label, "type": "modelarts/image_classification"} for label in labels]
    return {"source": f"s3://{bucket}/{key}", "annotation": annotation, **fields}


async def put(store: ObjectStore, bucket: str, *keys: str, shade: int = 7) -> None:
    await asyncio.gather(*(store.put(bucket, key, image(shade=shade)) for key in keys))


def below(bucket: str, prefix: str = "") -> dict[str, Any]:
    return {"kind": "bucket", "bucket": bucket, "prefix": prefix}


def file(bucket: str, key: str) -> dict[str, Any]:
    return {"kind": "manifest", "bucket": bucket, "key": key}


async def upload(owner: Somebody, dataset_id: str, contents: dict[str, bytes]) -> None:
    """What is empty gets a ticket and is never put."""
    files = [{"path": path, "size": len(content) or 1} for path, content in contents.items()]
    tickets = (await owner.http.post(f"/datasets/{dataset_id}/uploads", json={"files": files})).json()["items"]
    async with httpx.AsyncClient() as anybody:
        for ticket in tickets:
            if content := contents[ticket["path"]]:
                put_ = await anybody.put(ticket["url"], content=content, headers=ticket["headers"])
                assert put_.status_code == 200


async def finds_nothing_more(owner: Somebody, dataset_id: str, mode: str) -> None:
    """What was uploaded has all been imported."""
    again = await imports(owner, dataset_id, mode, {"kind": "uploads"})
    assert again["counts"] == counts()
