"""Reads all that the checker needs about one job: the public doors, whole topics and label-service's database."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import httpx
from pymongo import AsyncMongoClient
from tests.support.checker import Evidence, StoredItem
from tests.support.topics import read_whole

from labelstream_contracts.topics import ANNOTATION, LABEL, PROGRESS

_STATUSES = ("total", "labeled", "unlabeled", "to_confirm", "unreadable")


async def gather(
    client: httpx.AsyncClient,
    job_id: str,
    *,
    kafka_bootstrap: str,
    mongodb_url: str,
    samples: frozenset[str] | None = None,
) -> Evidence:
    """The evidence as it stands now; what is still on its way is missing, so ask `eventually`.

    `samples` of a dataset that sync-service does not know are given.
    """
    job = await _get(client, f"/jobs/{job_id}")
    stats = await _get(client, f"/jobs/{job_id}/stats")
    if samples is None:
        pages = _pages(client, f"/datasets/{job['dataset_id']}/samples")
        samples = frozenset([sample["id"] async for sample in pages])
    return Evidence(
        messages=await read_whole(kafka_bootstrap, [ANNOTATION.name, LABEL.name, PROGRESS.name], key_prefix=job_id),
        feed=[entry async for entry in _feed(client, job_id)],
        items=await _items(mongodb_url, job_id),
        totals={name: stats[name] for name in _STATUSES},
        label_counts={label["id"]: label["count"] async for label in _pages(client, f"/jobs/{job_id}/labels")},
        job_progress={name: job["progress"][name] for name in _STATUSES},
        samples=samples,
    )


async def _items(mongodb_url: str, job_id: str) -> Mapping[str, StoredItem]:
    # Read as it lies there, not through label-service's own code, which is what is being checked.
    async with AsyncMongoClient[dict[str, Any]](mongodb_url, readConcernLevel="majority") as client:
        found = client["labelstream_label"]["items"].find({"job": UUID(job_id).bytes})
        return {str(UUID(bytes=bytes(document["_id"])[16:])): _item(document) async for document in found}


def _item(document: Mapping[str, Any]) -> StoredItem:
    labels = frozenset((entry["label_id"], entry["source"]) for entry in document["labels"])
    readable = document.get("state") != "unreadable"
    return StoredItem(document["version"], document["status"], document["hard"], labels, readable)


async def _feed(client: httpx.AsyncClient, job_id: str) -> AsyncIterator[Mapping[str, Any]]:
    after = 0
    while True:
        page = await _get(client, f"/jobs/{job_id}/changes?after={after}&limit=1000")
        for entry in page["items"]:
            yield entry
        if not page["items"]:
            return
        after = page["next_after"]


async def _pages(client: httpx.AsyncClient, path: str) -> AsyncIterator[Mapping[str, Any]]:
    cursor = ""
    while True:
        page = await _get(client, f"{path}?limit=1000{cursor}")
        for entry in page["items"]:
            yield entry
        if page["next_cursor"] is None:
            return
        cursor = f"&cursor={page['next_cursor']}"


async def _get(client: httpx.AsyncClient, path: str) -> Any:
    reply = await client.get(f"/api/v1{path}")
    assert reply.status_code == 200, f"GET {path}: {reply.status_code} {reply.text[:300]}"
    return reply.json()
