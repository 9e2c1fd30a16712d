"""Synchronizations of one dataset: one at a time, joined by whoever asks; and hints that are not lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.integration.sync.people import Publish, SignIn, image, job, member
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.object_storage import ObjectStore
from labelstream_common.operations import Operations
from labelstream_common.runtime import Service
from labelstream_contracts import DatasetSynchronized, topics
from sync_service.adapters.mongo.schedule import MongoSchedule
from sync_service.application.auto_sync import AutoSync
from sync_service.application.ports import Claimed, ListedPage, Ports
from sync_service.application.synchronize import is_synchronizing
from sync_service.domain.dataset import DatasetId, JobId, Source


class Gate:
    """Holds every listing back until it is opened; `listings` is how many have begun."""

    def __init__(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = asyncio.Event()
        self.listings = 0
        objects = service.app.state.ports.objects
        pages = objects.pages

        async def held(source: Source, after: str) -> AsyncIterator[ListedPage]:
            self.listings += 1
            await self.open.wait()
            async for page in pages(source, after):
                yield page

        monkeypatch.setattr(objects, "pages", held)

    async def has_listings(self, count: int) -> None:
        async def begun() -> None:
            assert self.listings == count

        await eventually(begun)


async def test_who_asks_while_one_waits_joins_it_through_the_job_or_the_dataset(  # noqa: PLR0917 - fixtures
    somebody: SignIn,
    bucket: str,
    store: ObjectStore,
    publish: Publish,
    service: Service,
    kafka_bootstrap: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await store.put(bucket, "a.png", image())
    owner, manager = somebody(), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket)
    first, second = job(dataset_id, owner.id), job(dataset_id, owner.id)
    await publish(first, second, member(second.job_id, manager.id, "manager"))

    async def may() -> None:
        assert (await manager.http.get(f"/jobs/{second.job_id}:sync")).status_code in {405, 200}
        assert await service.app.state.ports.jobs.dataset_of(second.job_id)

    await eventually(may)
    gate = Gate(service, monkeypatch)
    under_way = (await owner.http.post(f"/datasets/{dataset_id}:sync")).json()
    await gate.has_listings(1)
    await store.put(bucket, "b.png", image())

    async def waits() -> str:
        answer = await owner.http.post(f"/jobs/{first.job_id}:sync")
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    waiting = await eventually(waits)
    assert waiting != under_way["id"]  # its listing had begun before b.png was there
    joined = [await owner.http.post(f"/datasets/{dataset_id}:sync") for _ in range(3)]

    async def joins() -> str:
        answer = await manager.http.post(f"/jobs/{second.job_id}:sync")
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    ids = {answer.json()["id"] for answer in joined} | {await eventually(joins)}
    assert ids == {waiting}
    assert (await manager.http.get(f"/operations/{waiting}")).status_code == 200
    ports: Ports = service.app.state.ports
    operations: Operations = service.app.state.operations
    assert await is_synchronizing(DatasetId(dataset_id), ports=ports, operations=operations)
    await asyncio.sleep(1.0)
    assert gate.listings == 1  # one at a time
    gate.open.set()

    async def ended() -> dict[str, int]:
        operation = (await owner.http.get(f"/operations/{waiting}")).json()
        assert operation["state"] == "succeeded"
        return dict(operation["result"])

    result = await eventually(ended)
    assert result["added"] + result["unchanged"] == 2
    assert not await is_synchronizing(DatasetId(dataset_id), ports=ports, operations=operations)

    async def told() -> DatasetSynchronized:
        payloads = [each.payload for each in await read_whole(kafka_bootstrap, [topics.DATASET.name])]
        return next(each for each in payloads if isinstance(each, DatasetSynchronized) and each.operation_id == waiting)

    event = await eventually(told, also=(StopIteration, RuntimeError))
    assert set(event.job_ids) == {first.job_id, second.job_id}
    assert event.job_id == event.job_ids[0]


async def test_a_cancelled_one_that_waited_holds_up_nobody(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.put(bucket, "a.png", image())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    gate = Gate(service, monkeypatch)
    first = await owner.http.post(f"/datasets/{dataset_id}:sync")
    await gate.has_listings(1)
    waiting = (await owner.http.post(f"/datasets/{dataset_id}:sync")).json()["id"]
    assert (await owner.http.post(f"/operations/{waiting}:cancel")).status_code == 200
    next_one = await owner.http.post(f"/datasets/{dataset_id}:sync")
    assert next_one.json()["id"] != waiting
    gate.open.set()
    await owner.ends(first)
    assert (await owner.ends(next_one))["result"]["unchanged"] == 1


async def test_a_hint_that_comes_while_its_dataset_is_looked_at_is_not_lost(
    service: Service, somebody: SignIn, bucket: str
) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/", auto_sync=False)
    schedule = MongoSchedule(service.database, SystemClock())
    ports: Ports = service.app.state.ports
    dataset = await ports.datasets.get(dataset_id)
    try:
        async with ports.unit_of_work() as work:
            # In the far future, so that the service's own loop leaves it to this test.
            await schedule.put(dataset, timedelta(days=1), work)

        async def due() -> bool:
            entry = await service.database["schedule"].find_one({"_id": dataset_id}) or {}
            return bool(entry["due_at"] <= SystemClock().now())

        looked_at = await _claimed(service, dataset_id)
        await schedule.again(looked_at, timedelta(days=1))
        assert not await due()
        looked_at = await _claimed(service, dataset_id)
        hints = await service.database["schedule"].update_one({"_id": dataset_id}, {"$inc": {"hints": 1}})
        assert hints.modified_count == 1  # what `hint` does, without waking the service's own loop
        await schedule.again(looked_at, timedelta(days=1))
        entry = await service.database["schedule"].find_one({"_id": dataset_id}) or {}
        assert entry["due_at"] < SystemClock().now() + timedelta(minutes=20)
    finally:
        await service.database["schedule"].delete_one({"_id": dataset_id})


async def _claimed(service: Service, dataset_id: str) -> Claimed:
    """As a look that begins now would have claimed it."""
    entry = await service.database["schedule"].find_one({"_id": dataset_id}) or {}
    return Claimed(DatasetId(dataset_id), entry.get("hints", 0))


async def test_a_dataset_that_cannot_be_looked_at_holds_up_no_other(
    service: Service, somebody: SignIn, bucket: str, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = somebody()
    await store.put(bucket, "bad/a.png", image())
    await store.put(bucket, "hung/a.png", image())
    await store.put(bucket, "good/a.png", image())
    ports: Ports = service.app.state.ports
    pages = ports.objects.pages

    async def troubled(source: Source, after: str) -> AsyncIterator[ListedPage]:
        if source.prefix == "bad/":
            raise RuntimeError("a bug")
        if source.prefix == "hung/":
            await asyncio.Event().wait()
        async for page in pages(source, after):
            yield page

    monkeypatch.setattr(ports.objects, "pages", troubled)
    for prefix in ("bad/", "hung/", "good/"):
        dataset_id = await owner.makes_dataset(bucket, prefix, auto_sync=False)
        await service.database["schedule"].insert_one(
            {"_id": dataset_id, "bucket": bucket, "prefix": prefix, "due_at": SystemClock().now()}
        )
    stop = asyncio.Event()
    own = replace(ports, schedule=MongoSchedule(service.database, SystemClock()))
    running = asyncio.create_task(AutoSync(own, service.app.state.operations, timedelta(seconds=30)).run(stop))

    async def synchronized() -> None:
        assert (await owner.http.get(f"/datasets/{dataset_id}")).json()["sample_count"] == 1

    try:
        await eventually(synchronized)
    finally:
        stop.set()
        await running
        await service.database["schedule"].delete_many({"bucket": bucket})


async def test_what_an_earlier_release_has_queued_is_on_behalf_of_its_job(service: Service) -> None:
    """Nothing is noted of it but the operation itself."""
    ports: Ports = service.app.state.ports
    dataset_id, job_id = DatasetId(new_id()), JobId(new_id())
    async with ports.unit_of_work() as work:
        await ports.synchronizations.begin(dataset_id, "sync-queued", job_id, work)
    async with ports.unit_of_work() as work:
        assert await ports.synchronizations.end(dataset_id, "sync-queued", work) == [job_id]
