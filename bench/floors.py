"""The floors: the bare driver doing the same work on the same servers, nothing of ours. Each runs as a worker.

The floor's collection is a copy of label-service's own items with its own indexes, made by the server (`prepare`), and
what it writes are the very fields that a labeling changes, so a floor can never be of another shape than the work.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import WriteConcern

from bench.spread import percentiles
from bench.worker import Result, Task
from labelstream_contracts import topics

Document = dict[str, Any]
Collection = AsyncIOMotorCollection[Document]
Client = AsyncIOMotorClient[Document]

FLOOR_DATABASE = "bench_floor"
_TOPIC = "bench.floor"
_OWN = frozenset({"_id", "job", "path", "hash", "added_seq"})


async def prepare(task: Task) -> Result:
    """Copy the items of a job into the floor's collection, with every index that the original has."""
    client = _client(task)
    source, target = _source(client), client[FLOOR_DATABASE]["items"]
    copy: list[Document] = [{"$match": {"job": _job(task)}}, {"$out": {"db": FLOOR_DATABASE, "coll": "items"}}]
    await source.aggregate(copy).to_list(1)
    await same_indexes(source, target)
    return {"copied": await target.count_documents({}), "indexes": len(await target.index_information())}


async def update_many(task: Task) -> Result:
    """P1: `update_many` of `chunk` ids a call, `w: majority`, as many calls at once as the load has connections."""
    items = _items(task)
    ids = await _ids(items, task["count"])
    change = await _change(task)
    chunks = [ids[start : start + task["chunk"]] for start in range(0, len(ids), task["chunk"])]

    async def one(chunk: list[Any]) -> None:
        await items.update_many({"_id": {"$in": chunk}}, change)

    seconds, times = await _at_once([partial(one, chunk) for chunk in chunks], task["connections"])
    return {"seconds": seconds, "rate": len(ids) / seconds, **percentiles(times)}


async def find_one_and_update(task: Task) -> Result:
    """P2: one item a call, `connections` tasks."""
    items = _items(task)
    ids = await _ids(items, task["count"])
    change = await _change(task)

    async def one(item: Any) -> None:
        await items.find_one_and_update({"_id": item}, change)

    seconds, times = await _at_once([partial(one, item) for item in ids], task["connections"])
    return {"seconds": seconds, "rate": len(ids) / seconds, **percentiles(times)}


async def transaction(task: Task) -> Result:
    """P13: what a single label stores, in one bare transaction after the other: head, item, label and change record."""
    client = _client(task)
    own, floor = client["labelstream_label"], client[FLOOR_DATABASE]
    job = task["job_id"]
    head = await own["jobs"].find_one({"_id": job})
    label = await own["labels"].find_one({"job_id": job}, sort=[("_id", -1)])
    record = await own["changes"].find_one({"stream": job}, sort=[("seq", -1)])
    assert head is not None
    assert label is not None
    assert record is not None
    collections = {name: floor[f"single_{name}"] for name in ("jobs", "labels", "changes")}
    for name, document in (("jobs", head), ("labels", label), ("changes", record)):
        await collections[name].drop()
        await same_indexes(own[name], collections[name])
        if name != "changes":
            await collections[name].insert_one(document)
    items, change = floor["items"], await _change(task)
    times = []
    for number, item in enumerate(await _ids(items, task["count"])):
        began = perf_counter()
        async with (
            await client.start_session() as session,
            session.start_transaction(write_concern=WriteConcern("majority")),
        ):
            await collections["jobs"].find_one_and_update(
                {"_id": job}, {"$inc": {"seq": 1, "commits": 1, "totals.labeled": 1}}, session=session
            )
            await items.update_one({"_id": item}, change, session=session)
            await collections["labels"].update_one({"_id": label["_id"]}, {"$inc": {"count": 1}}, session=session)
            written = {**record, "_id": f"{number}", "seq": number, "last": number}
            await collections["changes"].insert_one(written, session=session)
        times.append(perf_counter() - began)
    for collection in collections.values():
        await collection.drop()
    return dict(percentiles(times))


async def insert_many(task: Task) -> Result:
    """P8: `insert_many` of the same items, 1,000 a call; reading them is not on the clock."""
    client = _client(task)
    source = _source(client)
    target = client[FLOOR_DATABASE]["inserted"].with_options(write_concern=WriteConcern("majority"))
    await target.drop()
    await same_indexes(source, target)
    seconds, count = 0.0, 0
    cursor = source.find({"job": _job(task)}, batch_size=1000)
    while documents := await cursor.to_list(1000):
        began = perf_counter()
        await target.insert_many(documents, ordered=False)
        seconds += perf_counter() - began
        count += len(documents)
    await target.drop()
    return {"seconds": seconds, "rate": count / seconds, "count": count}


async def read_all(task: Task) -> Result:
    """P9: every document of a job, read in the order of the export."""
    source = _source(_client(task))
    began, count = perf_counter(), 0
    cursor = source.find({"job": _job(task)}, batch_size=1000).sort("_id", 1)
    while documents := await cursor.to_list(1000):
        count += len(documents)
    seconds = perf_counter() - began
    return {"seconds": seconds, "rate": count / seconds, "count": count}


async def produce_and_consume(task: Task) -> Result:
    """P3: a message at a steady rate through bare aiokafka, acknowledged by all, to a bare consumer."""
    consumer = AIOKafkaConsumer(_TOPIC, **task["kafka"], auto_offset_reset="latest", enable_auto_commit=False)
    producer = AIOKafkaProducer(**task["kafka"], acks="all", enable_idempotence=True)
    await _topic(task["kafka"])
    await producer.start()
    await producer.send_and_wait(_TOPIC, b"first")
    await consumer.start()
    await consumer.seek_to_end()
    late: list[float] = []
    value = b"x" * 700

    async def consume() -> None:
        while True:
            for messages in (await consumer.getmany(timeout_ms=500)).values():
                now = perf_counter()
                late.extend(now - float(message.key) for message in messages)

    consuming = asyncio.create_task(consume())
    began = perf_counter()
    for number in range(task["count"]):
        if (early := began + number / task["rate"] - perf_counter()) > 0:
            await asyncio.sleep(early)
        await producer.send(_TOPIC, value, key=str(perf_counter()).encode())
    async with asyncio.timeout(60):
        while len(late) < task["count"]:  # noqa: ASYNC110  # the consumer does no waking
            await asyncio.sleep(0.01)
    consuming.cancel()
    with suppress(asyncio.CancelledError):  # we cancelled it
        await consuming
    await producer.stop()
    await consumer.stop()
    return percentiles(late)


async def _topic(kafka: dict[str, Any]) -> None:
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    with suppress(TopicAlreadyExistsError):  # an earlier run made it
        await admin.create_topics([NewTopic(_TOPIC, topics.ANNOTATION.partitions, 1)])
    await admin.close()


async def keep_change(task: Task) -> Result:
    """Remember, under the name `change`, what distinguishes a labeled item now from an unlabeled one."""
    client = _client(task)
    labeled = await _source(client).find_one({"_id": _key(task, task["labeled"])})
    plain = await _source(client).find_one({"_id": _key(task, task["plain"])})
    assert labeled is not None
    assert plain is not None
    changed = {name: value for name, value in labeled.items() if name not in _OWN and plain.get(name) != value}
    assert changed, "the two items do not differ"
    document = {"_id": task["change"], "set": changed}
    await client[FLOOR_DATABASE]["changes"].replace_one({"_id": task["change"]}, document, upsert=True)
    return {"fields": sorted(changed)}


async def _change(task: Task) -> Document:
    """The update that a labeling makes: labels, status, times, version, what the filters need, all of it."""
    kept = await _client(task)[FLOOR_DATABASE]["changes"].find_one({"_id": task["change"]})
    assert kept is not None, "keep_change comes first"
    return {"$set": kept["set"]}


def _client(task: Task) -> Client:
    return AsyncIOMotorClient(task["mongodb"], tz_aware=True, maxPoolSize=100)


def _source(client: Client) -> Collection:
    return client["labelstream_label"]["items"]


def _job(task: Task) -> bytes:
    return UUID(task["job_id"]).bytes


def _key(task: Task, sample_id: str) -> bytes:
    """An item's `_id`: the job's bytes, then the sample's."""
    return _job(task) + UUID(sample_id).bytes


async def same_indexes(source: Collection, target: Collection) -> None:
    for name, index in (await source.index_information()).items():
        if name != "_id_":
            options = {key: value for key, value in index.items() if key not in {"v", "key", "ns"}}
            await target.create_index(index["key"], name=name, **options)


def _items(task: Task) -> Collection:
    return _client(task)[FLOOR_DATABASE]["items"].with_options(write_concern=WriteConcern("majority"))


async def _ids(items: Collection, count: int) -> list[Any]:
    return [document["_id"] async for document in items.find({}, {"_id": 1}).sort("_id", 1).limit(count)]


async def _at_once(calls: Sequence[Callable[[], Awaitable[None]]], connections: int) -> tuple[float, list[float]]:
    waiting: Iterator[Callable[[], Awaitable[None]]] = iter(calls)
    times: list[float] = []

    async def hand() -> None:
        for call in waiting:
            sent = perf_counter()
            await call()
            times.append(perf_counter() - sent)

    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(hand())
    return perf_counter() - began, times
