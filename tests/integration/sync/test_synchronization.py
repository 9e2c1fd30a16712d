import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.integration.sync.people import Publish, SignIn, image, job, member
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore, StorageUnavailable
from labelstream_common.operations import Fence, Operations
from labelstream_common.runtime import Service
from labelstream_contracts import DatasetSynchronized, SamplePayload, topics
from sync_service.application.ports import ListedPage, Ports
from sync_service.application.synchronizing import Synchronizing
from sync_service.domain.dataset import Source


async def put(store: ObjectStore, bucket: str, *keys: str, shade: int = 7) -> None:
    await asyncio.gather(*(store.put(bucket, key, image(shade=shade)) for key in keys))


async def test_objects_become_samples_in_listing_order(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    keys = ["in/a.png", "in/b/é 😀.JPG", "in/b/x.webp", "in/b.gif", "in/c.tiff", "in/d.bmp", "in/e.jpeg"]
    await put(store, bucket, *keys, "in/readme.txt", "in/x.svg", "outside.png", "in2.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    assert await owner.synchronizes(dataset_id) == {"added": 7, "updated": 0, "removed": 0, "unchanged": 0}
    samples = await owner.samples(dataset_id, limit=2)
    assert [each["path"] for each in samples] == sorted(keys)
    assert [each["id"] for each in samples] == sorted(each["id"] for each in samples)
    assert samples[0] | {"id": "", "added_at": "", "etag": ""} == {
        "id": "",
        "path": "in/a.png",
        "name": "a.png",
        "size": len(image()),
        "etag": "",
        "media_type": "image/png",
        "width": None,
        "height": None,
        "labels": [],
        "hard": None,
        "content_changed": False,
        "added_at": "",
        "version": 1,
        "state": "new",
        "reason": None,
        "deleted_at": None,
        "restorable_until": None,
    }
    dataset = (await owner.http.get(f"/datasets/{dataset_id}")).json()
    assert dataset["sample_count"] == 7
    assert dataset["last_synced_at"] is not None


async def test_what_changed_is_updated_what_went_is_removed_and_the_rest_is_left(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "a.png", "b.png", "c.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await put(store, bucket, "b.png", shade=99)
    await store.delete_many(bucket, ["c.png"])
    await put(store, bucket, "d.png", shade=50)
    assert await owner.synchronizes(dataset_id) == {"added": 1, "updated": 1, "removed": 1, "unchanged": 1}
    assert {each["path"]: each["version"] for each in await owner.samples(dataset_id)} == {
        "a.png": 1,
        "b.png": 2,
        "d.png": 1,
    }
    assert await owner.synchronizes(dataset_id) == {"added": 0, "updated": 0, "removed": 0, "unchanged": 3}


async def test_a_sample_that_returns_keeps_its_id_and_goes_on_counting(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "a.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    before = (await owner.samples(dataset_id))[0]
    await store.delete_many(bucket, ["a.png"])
    assert (await owner.synchronizes(dataset_id))["removed"] == 1
    assert await owner.samples(dataset_id) == []
    await put(store, bucket, "a.png")
    assert (await owner.synchronizes(dataset_id))["added"] == 1
    after = (await owner.samples(dataset_id))[0]
    assert (after["id"], after["version"]) == (before["id"], 3)


async def test_a_deleted_sample_stays_deleted_until_it_is_restored(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "a.png", "b.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    sample_id = await owner.sample(dataset_id, "a.png")
    body = {"sample_ids": [sample_id, "nobody"]}
    deleted = await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json=body))
    assert deleted["result"] == {
        "deleted": 1,
        "unchanged": 0,
        "missing": ["nobody"],
        "failed": {"count": 0, "examples": []},
    }
    await put(store, bucket, "a.png", shade=50)
    assert await owner.synchronizes(dataset_id) == {"added": 0, "updated": 0, "removed": 0, "unchanged": 1}
    assert (await owner.http.get(f"/datasets/{dataset_id}/samples/{sample_id}")).status_code == 404
    restored = await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:restore", json=body))
    assert restored["result"]["restored"] == 1
    assert await owner.sample(dataset_id, "a.png") == sample_id
    assert (await owner.http.get(f"/datasets/{dataset_id}")).json()["sample_count"] == 2


async def test_deleting_with_the_source_deletes_the_objects(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, "x/a.png", "x/b.png", "y/c.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    body = {"filter": {"path": "x/*"}, "delete_source": True}
    delete = f"/datasets/{dataset_id}/samples:delete"
    dry = await owner.http.post(delete, json=body, params={"dry_run": True})
    assert (dry.status_code, dry.json()) == (
        200,
        {
            "dry_run": True,
            "samples": 2,
            "jobs": 0,
            "datasets": [],
            "more_datasets": 0,
            "versions": [],
            "other_versions": [],
            "more_versions": False,
        },
    )
    some = {"sample_ids": [await owner.sample(dataset_id, "x/a.png"), "nobody"]}
    assert (await owner.http.post(delete, json=some, params={"dry_run": True})).json()["samples"] == 1
    deleted = await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json=body))
    assert deleted["result"]["deleted"] == 2
    assert (await owner.http.get(f"/operations/{deleted['id']}")).headers["etag"] == '"succeeded-2"'
    assert [each.key async for page in store.list(bucket) for each in page] == ["y/c.png"]
    assert await owner.synchronizes(dataset_id) == {"added": 0, "updated": 0, "removed": 0, "unchanged": 1}


async def test_every_change_is_an_event_in_order_without_holes(
    somebody: SignIn, bucket: str, store: ObjectStore, kafka_bootstrap: str
) -> None:
    await put(store, bucket, "a.png", "b.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await put(store, bucket, "a.png", shade=99)
    await owner.synchronizes(dataset_id)
    await store.delete_many(bucket, ["a.png"])
    await owner.synchronizes(dataset_id)

    async def told() -> list[SamplePayload]:
        messages = await read_whole(kafka_bootstrap, [topics.SAMPLE.name, topics.DATASET.name])
        payloads = [each.payload for each in messages]
        rounds = [each for each in payloads if isinstance(each, DatasetSynchronized) and each.dataset_id == dataset_id]
        assert [(each.added, each.updated, each.removed) for each in rounds] == [(2, 0, 0), (0, 1, 0), (0, 0, 1)]
        own = [each for each in payloads if isinstance(each, SamplePayload) and each.dataset_id == dataset_id]
        kinds = Counter(each.event_type.split(".")[2] for each in own)
        assert (kinds["added"], kinds["removed"]) == (2, 1)
        return own

    events = [each for each in await eventually(told) if each.path == "a.png"]
    assert [each.version for each in events] == list(range(1, len(events) + 1))
    first, *between, last = [(each.event_type.split(".")[2], each.removed) for each in events]
    # What inspection finds out meanwhile is told as well.
    assert (first, set(between), last) == (("added", False), {("updated", False)}, ("removed", True))
    assert len({each.etag for each in events[:-1]}) == 2


async def test_a_missing_bucket_fails_the_operation_and_removes_nothing(
    somebody: SignIn, bucket: str, service: Service
) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await service.database["datasets"].update_one({"_id": dataset_id}, {"$set": {"bucket": "gone-meanwhile"}})
    started = await owner.http.post(f"/datasets/{dataset_id}:sync")

    async def failed() -> None:
        operation = (await owner.http.get(f"/operations/{started.json()['id']}")).json()
        assert operation["state"] == "failed"
        assert operation["error"]["code"] == "bucket-missing"

    await eventually(failed)


@pytest.mark.parametrize("by_its_job", [True, False])
async def test_roles_of_a_job_decide_who_may_synchronize_its_dataset(
    by_its_job: bool, somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    await put(store, bucket, "a.png")
    owner, manager, labeler = somebody(), somebody("annotator"), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket)
    opened = job(dataset_id, owner.id)
    await publish(opened, member(opened.job_id, manager.id, "manager"), member(opened.job_id, labeler.id, "labeler"))
    path = f"/jobs/{opened.job_id}:sync" if by_its_job else f"/datasets/{dataset_id}:sync"

    async def known() -> None:
        assert (await labeler.http.post(path)).status_code == 403

    await eventually(known)
    assert (await somebody().http.post(path)).status_code == 404
    operation = await manager.ends(await manager.http.post(path))
    assert (operation["result"]["added"], operation["result"]["skipped"]["count"]) == (1, 0)
    seen = f"/operations/{operation['id']}"
    assert (await somebody("admin").http.get(seen)).status_code == 200
    assert (await labeler.http.get(seen)).status_code == (200 if by_its_job else 404)
    assert (await somebody().http.get(seen)).status_code == 404
    assert (await manager.http.get(f"/datasets/{dataset_id}")).status_code == 404
    deletion: dict[str, object] = {"filter": {}}
    assert (await labeler.http.post(f"/datasets/{dataset_id}/samples:delete", json=deletion)).status_code == 403
    assert (await manager.http.post(f"/datasets/{dataset_id}/samples:delete", json=deletion)).status_code == 202


async def test_operations_come_oldest_first_unless_asked_otherwise(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    datasets = [await owner.makes_dataset(bucket) for _ in range(3)]  # of one dataset they would be joined
    started = [(await owner.http.post(f"/datasets/{each}:sync")).json()["id"] for each in datasets]
    for sort, expected in (({}, started), ({"sort": "-added"}, started[::-1]), ({"sort": "added"}, started)):
        listed = (await owner.http.get("/operations", params=sort)).json()
        assert [each["id"] for each in listed["items"]] == expected
    refused = await owner.http.get("/operations", params={"sort": "kind"})
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, ["/sort"])


async def test_an_operation_of_others_is_404_before_the_body_is_looked_at(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    operation_id = (await owner.http.post(f"/datasets/{dataset_id}:sync")).json()["id"]
    for who, named, status in ((somebody(), operation_id, 404), (owner, "sync-x", 404), (owner, operation_id, 422)):
        answer = await who.http.post(f"/operations/{named}:cancel", json={"zz": 1})
        assert answer.status_code == status, answer.text
        looked = await who.http.get(f"/operations/{named}", params={"zz": 1})
        assert looked.status_code == status, looked.text


async def test_a_dataset_that_synchronizes_by_itself_finds_new_objects(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "a.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    assert (await owner.http.patch(f"/datasets/{dataset_id}", json={"auto_sync": True})).status_code == 200

    async def count(expected: int) -> None:
        dataset = (await owner.http.get(f"/datasets/{dataset_id}")).json()
        assert (dataset["sample_count"], dataset["last_synced_at"] is not None) == (expected, True)

    await eventually(lambda: count(1))
    await put(store, bucket, "b.png")
    await eventually(lambda: count(2))
    assert (await owner.http.patch(f"/datasets/{dataset_id}", json={"auto_sync": False})).status_code == 200


class _Interrupted:
    """Source objects whose listing breaks off after some pages, the first time."""

    def __init__(self, objects: object, pages: int) -> None:
        self._objects = objects
        self._left = pages
        self.asked_after: list[str] = []

    async def pages(self, source: Source, after: str) -> AsyncIterator[ListedPage]:
        self.asked_after.append(after)
        async for page in self._objects.pages(source, after):  # type: ignore[attr-defined]
            if self._left == 0:
                self._left = -1
                raise StorageUnavailable("away")
            self._left -= 1
            yield page


async def test_a_synchronization_goes_on_where_it_was_interrupted(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    keys = [f"{number:04d}.png" for number in range(1_250)]
    await put(store, bucket, *keys)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    ports: Ports = service.app.state.ports
    operations: Operations = service.app.state.operations
    objects = _Interrupted(ports.objects, pages=1)
    handler = Synchronizing(replace(ports, objects=objects), operations)  # type: ignore[arg-type]
    async with ports.unit_of_work() as work:
        started = await operations.start(
            "synchronize-in-test", {"dataset_id": dataset_id, "job_id": None}, by=owner.id, session=work.session
        )
    claimed = await operations.claim(["synchronize-in-test"])
    assert claimed is not None
    operation, fence = claimed
    with pytest.raises(StorageUnavailable):
        await handler.step(operation, fence)
    halfway = await operations.get(started.id)
    assert 0 < halfway.done < 1_250
    assert await handler.step(halfway, Fence(started.id, fence.token))
    assert objects.asked_after == ["", halfway.cursor["after"]]
    finished = await operations.get(started.id)
    nothing = {"count": 0, "examples": []}
    assert finished.result == {
        "added": 1_250,
        "updated": 0,
        "removed": 0,
        "unchanged": 0,
        "renamed": 0,
        "skipped": nothing,
    }
    assert [each["path"] for each in await owner.samples(dataset_id)] == keys
    await store.delete_many(bucket, keys[10:])
    assert await owner.synchronizes(dataset_id) == {"added": 0, "updated": 0, "removed": 1_240, "unchanged": 10}
