from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.sync.importing import imports
from tests.integration.sync.people import Publish, SignIn, Somebody, image, job, member
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore, StorageUnavailable
from labelstream_common.runtime import Service
from sync_service.domain.dataset import Bucket


async def test_what_was_deleted_is_listed_with_the_time_until_which_it_can_be_restored(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    for name in ("b", "a", "c"):
        await store.put(bucket, f"{name}.png", image())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    address = f"/datasets/{dataset_id}/samples"
    ids = [await owner.sample(dataset_id, path) for path in ("c.png", "a.png")]
    await owner.ends(await owner.http.post(f"{address}:delete", json={"sample_ids": ids}))
    listed = (await owner.http.get(address, params={"deleted": "true", "sort": "-path"})).json()["items"]
    assert [one["path"] for one in listed] == ["c.png", "a.png"]
    assert all(one["deleted_at"] < one["restorable_until"] for one in listed)
    page = (await owner.http.get(address, params={"deleted": "true", "sort": "path", "limit": 1})).json()
    assert [one["path"] for one in page["items"]] == ["a.png"]
    rest = await owner.http.get(address, params={"deleted": "true", "sort": "path", "cursor": page["next_cursor"]})
    assert [one["path"] for one in rest.json()["items"]] == ["c.png"]
    assert [one["path"] for one in (await owner.http.get(address, params={"path": "b*"})).json()["items"]] == ["b.png"]
    restored = await owner.ends(await owner.http.post(f"{address}:restore", json={"sample_ids": ids}))
    assert restored["result"]["restored"] == 2
    assert (await owner.http.get(address, params={"deleted": "true"})).json()["items"] == []
    assert len(await owner.samples(dataset_id)) == 3


async def test_a_filter_restores_what_was_deleted_and_names_nothing_else(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    for shade, name in enumerate(("gone", "kept", "there")):
        await store.put(bucket, f"{name}.png", image(shade=shade))
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    address = f"/datasets/{dataset_id}/samples"
    kept = await owner.sample(dataset_id, "kept.png")
    await owner.ends(await owner.http.post(f"{address}:delete", json={"sample_ids": [kept]}))
    await store.delete_many(bucket, ["gone.png"])
    assert (await owner.synchronizes(dataset_id))["removed"] == 1
    restored = await owner.ends(await owner.http.post(f"{address}:restore", json={"filter": {"path": "*"}}))
    nothing = {"count": 0, "examples": []}
    assert restored["result"] == {"restored": 1, "unchanged": 0, "missing": [], "failed": nothing}
    deleted = await owner.ends(await owner.http.post(f"{address}:delete", json={"filter": {}}))
    assert deleted["result"] == {"deleted": 2, "unchanged": 0, "missing": [], "failed": nothing}


async def test_images_in_the_trash_are_shown_to_those_who_may_see_it(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    await store.put(bucket, "a.png", image())
    owner, manager, reviewer, stranger = somebody(), somebody("annotator"), somebody("annotator"), somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    opened = job(dataset_id, owner.id)
    await publish(opened, member(opened.job_id, manager.id, "manager"), member(opened.job_id, reviewer.id, "reviewer"))
    sample = f"/datasets/{dataset_id}/samples/{await owner.sample(dataset_id, 'a.png')}"

    async def shown(who: Somebody) -> set[int]:
        return {(await who.http.get(f"{sample}/{what}")).status_code for what in ("content", "thumbnail")}

    async def may() -> None:
        assert [await shown(each) for each in (manager, reviewer, stranger)] == [{200}, {200}, {404}]

    await eventually(may)
    delete = {"sample_ids": [sample.rpartition("/")[2]]}
    await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json=delete))
    assert [await shown(each) for each in (owner, somebody("admin"), manager)] == [{200}] * 3
    assert [await shown(each) for each in (reviewer, stranger)] == [{404}] * 2
    await store.delete_many(bucket, ["a.png"])
    gone = await owner.http.get(f"{sample}/content")
    assert (gone.status_code, gone.json()["code"]) == (404, "source-object-missing")


async def test_after_the_period_it_is_too_late(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    for name in ("a", "b"):
        await store.put(bucket, f"{name}.png", image())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    address = f"/datasets/{dataset_id}/samples"
    ids = [one["id"] for one in await owner.samples(dataset_id)]
    await owner.ends(await owner.http.post(f"{address}:delete", json={"sample_ids": ids}))
    state = service.app.state
    before = state.ports
    state.ports = replace(before, trash_period=timedelta(0))
    try:
        answer = await owner.http.post(f"{address}:restore", json={"sample_ids": ids})
    finally:
        state.ports = before
    assert (answer.status_code, answer.json()["code"]) == (410, "restore-period-over")


async def test_files_that_were_imported_from_elsewhere_are_deleted_only_by_who_may_use_them(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    await store.put(bucket, "else/a.png", image())
    owner, manager = somebody(), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket, "in/")
    source = {"kind": "bucket", "bucket": bucket, "prefix": "else/"}
    await imports(owner, dataset_id, "images", source)
    opened = job(dataset_id, owner.id)
    await publish(opened, member(opened.job_id, manager.id, "manager"))
    address, body = f"/datasets/{dataset_id}/samples:delete", {"filter": {}, "delete_source": True}

    async def may() -> None:
        assert (await manager.http.post(address, json=body, params={"dry_run": "true"})).status_code == 200

    await eventually(may)
    result = (await manager.ends(await manager.http.post(address, json=body)))["result"]
    assert (result["deleted"], result["failed"]["count"]) == (0, 1)
    assert (await store.stat(bucket, "else/a.png")).size
    result = (await owner.ends(await owner.http.post(address, json=body)))["result"]
    assert result["deleted"] == 1


@pytest.mark.parametrize("named", [True, False])
async def test_images_count_as_deleted_though_a_synchronization_missed_their_files_first(  # noqa: PLR0917 - fixtures
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    for shade in range(3):
        await store.put(bucket, f"{shade}.png", image(shade=shade))
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    ids = [await owner.sample(dataset_id, f"{shade}.png") for shade in range(3)]
    objects = service.app.state.ports.objects
    remove = objects.remove
    removed: list[int] = []

    async def remove_and_fail(place: Bucket, paths: Sequence[str]) -> Sequence[str]:
        """The first time the files go, a synchronization sees it, and the deletion comes no further."""
        failed: Sequence[str] = await remove(place, paths)
        removed.append((await owner.synchronizes(dataset_id))["removed"] if not removed else 0)
        if len(removed) == 1:
            raise StorageUnavailable("It does not answer at the moment.", retry_after=0.1)
        return failed

    monkeypatch.setattr(objects, "remove", remove_and_fail)
    body: dict[str, Any] = {"sample_ids": ids} if named else {"filter": {}}
    body["delete_source"] = True
    ended = await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json=body))
    assert removed == [3, 0]
    expected = {"deleted": 3, "unchanged": 0, "missing": [], "failed": {"count": 0, "examples": []}}
    assert (ended["result"], ended["done"]) == (expected, 3)
    assert await owner.samples(dataset_id) == []
