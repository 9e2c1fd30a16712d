"""Promise 10: dataset, job and counters equal the bucket, whatever happened in it and to sync-service meanwhile.

The seed can be given: `FAULT_PROGRAM_SEED=7`.
"""

import asyncio
import io
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import orjson
from aiokafka import AIOKafkaProducer
from minio import Minio
from minio.commonconfig import CopySource
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import Work, new_work

from labelstream_contracts import topics
from labelstream_gateway.routing import Target

SEED = int(os.environ.get("FAULT_PROGRAM_SEED", "21"))
_OBJECTS, _ROUNDS, _CHANGES = 1_100, 3, 60


@dataclass
class _Bucket:
    """A bucket that is changed at random. Every content is there once, so that renames are clear."""

    minio: Minio
    name: str
    dice: random.Random
    keys: list[str]
    made: int = 0
    touched: list[str] = field(default_factory=list)

    def change(self) -> None:
        for _ in range(self.dice.randint(1, _CHANGES)):
            self.dice.choice((self._create, self._overwrite, self._rename, self._delete))()

    def listed(self) -> dict[str, str]:
        found = self.minio.list_objects(self.name, recursive=True)
        return {str(each.object_name): str(each.etag).strip('"') for each in found}

    def _create(self) -> None:
        key = f"{self.dice.choice('amz')}/{self.made:05}-new.png"
        self._put(key)
        self.keys.append(key)

    def _overwrite(self) -> None:
        self._put(self.dice.choice(self.keys))

    def _rename(self) -> None:
        before, after = self._taken(), f"{self.dice.choice('amz')}/{self.made:05}-moved.png"
        self.made += 1
        self.minio.copy_object(self.name, after, CopySource(self.name, before))
        self.minio.remove_object(self.name, before)
        self.keys.append(after)
        self.touched += [before, after]

    def _delete(self) -> None:
        self.minio.remove_object(self.name, self._taken())

    def _put(self, key: str) -> None:
        self.made += 1
        content = f"content {self.made}".encode()
        self.minio.put_object(self.name, key, io.BytesIO(content), len(content))
        self.touched.append(key)

    def _taken(self) -> str:
        key = self.keys.pop(self.dice.randrange(len(self.keys)))
        self.touched.append(key)
        return key


async def test_dataset_and_job_equal_the_bucket_after_a_random_program(platform: Platform) -> None:
    work = await new_work(platform, _OBJECTS)
    dice = random.Random(SEED)  # noqa: S311 - it shall be the same again
    bucket = _Bucket(_minio(platform), work.bucket, dice, [f"{number:05}.png" for number in range(_OBJECTS)])
    sync_service = platform.processes[Target.SYNC]

    async def asked() -> dict[str, Any]:
        """Asks again while sync-service starts, or publishes first what it has committed (429)."""
        answer = await platform.client.post(f"/api/v1/datasets/{work.dataset_id}:sync")
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    for _ in range(_ROUNDS):
        await asyncio.to_thread(bucket.change)
        await _notify(platform, bucket)
        await eventually(asked, within=60, also=(httpx.TransportError,))
        await asyncio.sleep(dice.random() * 0.6)  # another moment of its work each time
        await sync_service.kill()
        await asyncio.to_thread(bucket.change)
        await sync_service.start()

    await _ended(platform, (await eventually(asked, within=60, also=(httpx.TransportError,)))["id"])
    there = await asyncio.to_thread(bucket.listed)
    assert there.keys() == set(bucket.keys)
    samples = await _all(platform, f"/api/v1/datasets/{work.dataset_id}/samples")
    assert {each["path"]: each["etag"] for each in samples} == there
    assert len({each["id"] for each in samples}) == len(samples) == len(there)
    dataset = (await platform.client.get(f"/api/v1/datasets/{work.dataset_id}")).json()
    assert dataset["sample_count"] == len(there)
    await eventually(partial(_job_has, platform, work, set(there)), within=60)


async def test_images_and_files_are_gone_though_sync_service_was_killed_while_it_deleted_them(
    platform: Platform,
) -> None:
    """A synchronization finds that files are gone before the deletion goes on: each image still counts as deleted."""
    work = await new_work(platform, _OBJECTS)
    body = {"filter": {}, "delete_source": True}
    answer = await platform.client.post(f"/api/v1/datasets/{work.dataset_id}/samples:delete", json=body)
    operation, minio = answer.json()["id"], _minio(platform)

    async def some_files_are_gone() -> None:
        there = await asyncio.to_thread(lambda: sum(1 for _ in minio.list_objects(work.bucket, recursive=True)))
        assert 0 < there < _OBJECTS

    await eventually(some_files_are_gone, every=0.01)
    await platform.processes[Target.SYNC].kill()
    await platform.processes[Target.SYNC].start()
    result = (await _ended(platform, operation))["result"]
    assert (result["deleted"], result["failed"]["count"]) == (_OBJECTS, 0)
    assert list(minio.list_objects(work.bucket, recursive=True)) == []
    assert await _all(platform, f"/api/v1/datasets/{work.dataset_id}/samples") == []
    assert (await platform.client.get(f"/api/v1/datasets/{work.dataset_id}")).json()["sample_count"] == 0
    await eventually(partial(_job_has, platform, work, set()), within=60)


async def _job_has(platform: Platform, work: Work, paths: set[str]) -> None:
    items = await _all(platform, f"/api/v1/jobs/{work.job_id}/items")
    assert {each["path"] for each in items} == paths
    stats = (await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")).json()
    assert (stats["total"], len(items)) == (len(paths), len(paths))


async def _notify(platform: Platform, bucket: _Bucket) -> None:
    """Of what was touched a half is told of, some twice, and in any order."""
    dice, touched = bucket.dice, bucket.touched
    told = [key for key in touched if dice.random() < 0.5]
    told += [key for key in told if dice.random() < 0.3]
    dice.shuffle(told)
    bucket.touched = []
    producer = AIOKafkaProducer(bootstrap_servers=platform.stack.kafka.bootstrap_servers)
    await producer.start()
    try:
        for key in told:
            await producer.send(topics.STORAGE_OBJECT.name, _notification(bucket.name, key))
        await producer.flush()
    finally:
        await producer.stop()


def _notification(bucket: str, key: str) -> bytes:
    record = {"eventName": "s3:ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}
    return orjson.dumps({"EventName": "s3:ObjectCreated:Put", "Key": f"{bucket}/{key}", "Records": [record]})


async def _all(platform: Platform, address: str) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await platform.client.get(address, params={"limit": 1000, **cursor})).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def _ended(platform: Platform, operation_id: str) -> dict[str, Any]:
    async def ended() -> dict[str, Any]:
        found = (await platform.client.get(f"/api/v1/operations/{operation_id}")).json()
        assert found["state"] not in {"queued", "running"}, found
        return dict(found)

    operation = await eventually(ended, within=120, also=(httpx.TransportError,))
    assert operation["state"] == "succeeded", operation
    return operation


def _minio(platform: Platform) -> Minio:
    s3 = platform.stack.s3
    return Minio(s3.endpoint.removeprefix("http://"), s3.access_key, s3.secret_key, secure=False, region="us-east-1")
