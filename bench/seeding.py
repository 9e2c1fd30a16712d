"""Datasets without files: sample events as sync-service publishes them, so that a million samples take a minute.

Reading a bucket is what P7 measures; here only the items matter. The files behind these samples do not exist.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uuid_utils
from aiokafka import AIOKafkaProducer
from motor.motor_asyncio import AsyncIOMotorClient

from bench.running import Running
from bench.worker import Result, Task, measured
from labelstream_contracts import events, topics
from labelstream_contracts.envelope import EnvelopeFrame, event_source

_BATCH_BYTES = 900_000
_NOTED_SECONDS = 10


@dataclass(frozen=True)
class Seeded:
    """A dataset and the file with its samples' ids, one a line."""

    dataset_id: str
    samples: Path
    count: int


async def seed(running: Running, folder: Path, count: int) -> Seeded:
    """A dataset of `count` samples, known to label-service when this returns."""
    dataset_id = str(uuid_utils.uuid7())
    samples = folder / f"samples-{dataset_id}"
    async with running.client() as client:
        account = (await client.accounts.me()).id
    await measured(
        "seeding.publish",
        kafka=running.kafka,
        dataset_id=dataset_id,
        account=account,
        count=count,
        samples=str(samples),
    )
    await _known(running.mongodb, dataset_id, count)
    await _uninspected(running.mongodb, dataset_id)
    return Seeded(dataset_id, samples, count)


async def enlarged(running: Running, folder: Path, dataset_id: str, *, have: int, want: int) -> None:
    """Samples without files are added to a dataset that has some: they come after those in every list."""
    told = {"kafka": running.kafka, "dataset_id": dataset_id, "samples": str(folder / f"more-samples-{dataset_id}")}
    await measured("seeding.enlarge", count=want - have, **told)
    await _known(running.mongodb, dataset_id, want)
    await _uninspected(running.mongodb, dataset_id)


async def _uninspected(mongodb: str, dataset_id: str) -> None:
    """There are no files to inspect: sync-service would look for them for an hour, beside what is measured."""
    of_dataset = {"_id": {"$gt": f"{dataset_id}:", "$lt": f"{dataset_id};"}}
    servers: AsyncIOMotorClient[Any] = AsyncIOMotorClient(mongodb)
    try:
        due = servers["labelstream_sync"]["inspection_due"]
        noted = still = 0
        async with asyncio.timeout(600):
            while (
                noted == 0 or still < _NOTED_SECONDS
            ):  # till sync-service has noted them all: what comes gathers there
                await asyncio.sleep(1)
                before, noted = noted, await due.count_documents(of_dataset)
                still = 0 if noted > before else still + 1
        await due.delete_many(of_dataset)
    finally:
        servers.close()


async def publish(task: Task) -> Result:
    """Worker: publish the dataset, then its samples in large batches over all partitions."""
    now = datetime.now(UTC)
    async with _producer(task) as producer:
        await _publish_dataset(producer, task, now)
        return await _publish_new(producer, task, now)


async def enlarge(task: Task) -> Result:
    """Worker: publish samples alone."""
    async with _producer(task) as producer:
        return await _publish_new(producer, task, datetime.now(UTC))


def _producer(task: Task) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **task["kafka"], acks="all", enable_idempotence=True, max_request_size=8 << 20,
        max_batch_size=1 << 20,
    )  # fmt: skip


async def _publish_new(producer: AIOKafkaProducer, task: Task, now: datetime) -> Result:
    ids = [str(uuid_utils.uuid7()) for _ in range(task["count"])]
    _keep(Path(task["samples"]), ids)
    await _publish_samples(producer, task, ids, now)
    return {"published": len(ids)}


def _keep(path: Path, ids: Sequence[str]) -> None:
    path.write_text("\n".join(ids))


async def _publish_dataset(producer: AIOKafkaProducer, task: Task, now: datetime) -> None:
    created = events.DatasetCreated.model_validate(
        {
            "dataset_id": task["dataset_id"],
            "name": f"bench {task['dataset_id']}",
            "source": {"bucket": "bench", "prefix": ""},
            "auto_sync": False,
            "created_by": task["account"],
            "created_at": now,
            "version": 1,
            "actor": {"kind": "person", "id": task["account"]},
            "at": now,
        }
    )
    frame = _frame(events.DatasetCreated.event_type, now)
    headers = frame.headers(f"{task['dataset_id']}:1", task["dataset_id"], 1)
    key = task["dataset_id"].encode()
    value = created.model_dump_json(by_alias=True).encode()
    await producer.send_and_wait(topics.DATASET.name, value, key=key, headers=headers)


async def _publish_samples(producer: AIOKafkaProducer, task: Task, ids: Sequence[str], now: datetime) -> None:
    frame = _frame(events.SampleAdded.event_type, now)
    partition, batch, waiting = 0, producer.create_batch(), []
    for number, sample_id in enumerate(ids):
        value = msgspec.json.encode(_sample(task, sample_id, number, now))
        headers = frame.headers(f"{task['dataset_id']}:{number + 2}", sample_id, 1)
        if batch.size() > _BATCH_BYTES:
            waiting.append(await _sent(producer, batch, partition))
            partition, batch = (partition + 1) % topics.SAMPLE.partitions, producer.create_batch()
        batch.append(key=sample_id.encode(), value=value, timestamp=None, headers=headers)
    waiting.append(await _sent(producer, batch, partition))
    await asyncio.gather(*waiting)


async def _sent(producer: AIOKafkaProducer, batch: Any, partition: int) -> Any:
    batch.close()
    return await producer.send_batch(batch, topics.SAMPLE.name, partition=partition)


def _sample(task: Task, sample_id: str, number: int, now: datetime) -> dict[str, object]:
    return {
        "sample_id": sample_id,
        "dataset_id": task["dataset_id"],
        "bucket": "bench",
        "path": f"train/{number // 1000:05}/{number:08}.png",
        "name": f"{number:08}.png",
        "size": 20_000,
        "etag": sample_id[-12:],
        "media_type": "image/png",
        "labels": [],
        "added_at": now,
        "version": 1,
        "removed": False,
        "cause": "synchronized",
        "at": now,
    }


def _frame(event_type: str, now: datetime) -> EnvelopeFrame:
    return EnvelopeFrame.of(source=event_source("sync-service"), event_type=event_type, time=now)


async def _known(mongodb: str, dataset_id: str, count: int) -> None:
    """Wait until label-service's own projection holds every sample."""
    client: Any = AsyncIOMotorClient(mongodb)
    projection = client["labelstream_label"]["samples"]
    async with asyncio.timeout(60 + count / 2000):
        while await projection.count_documents({"dataset_id": dataset_id}) < count:  # noqa: ASYNC110  # another process fills it
            await asyncio.sleep(0.2)
    client.close()
