import orjson
import pytest
from tests.integration.sync.people import SignIn, image
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import SamplePayload, topics
from sync_service.adapters.mongo import histories


async def put(store: ObjectStore, bucket: str, **shades: int) -> None:
    for name, shade in shades.items():
        await store.put(bucket, f"{name}.png", image(shade=shade))


@pytest.mark.parametrize("keys", [("a", "z"), ("z", "a")])
async def test_a_renamed_object_keeps_its_sample(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service, keys: tuple[str, str]
) -> None:
    before, after = keys
    await put(store, bucket, **{before: 1}, m=2)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    sample_id = await owner.sample(dataset_id, f"{before}.png")
    await store.delete_many(bucket, [f"{before}.png"])
    await put(store, bucket, **{after: 1}, new=3)
    counts = await owner.synchronizes(dataset_id)
    assert counts == {"added": 1, "updated": 0, "removed": 0, "unchanged": 1, "renamed": 1}
    assert await owner.sample(dataset_id, f"{after}.png") == sample_id
    assert (await owner.http.get(f"/datasets/{dataset_id}")).json()["sample_count"] == 3

    async def told() -> None:
        read = await read_whole(service.settings.kafka_bootstrap_servers, [topics.SAMPLE.name], key_prefix=sample_id)
        told = [one.payload for one in read if isinstance(one.payload, SamplePayload)]
        assert [(one.path, one.version, one.removed) for one in told] == [
            (f"{before}.png", 1, False),
            (f"{after}.png", 2, False),
        ]

    await eventually(told)
    assert await owner.synchronizes(dataset_id) == {"added": 0, "updated": 0, "removed": 0, "unchanged": 3}


async def test_an_unclear_rename_is_removed_and_added(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, a=1, b=1)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await store.delete_many(bucket, ["a.png", "b.png"])
    await put(store, bucket, c=1)
    assert await owner.synchronizes(dataset_id) == {"added": 1, "updated": 0, "removed": 2, "unchanged": 0}
    assert [one["path"] for one in await owner.samples(dataset_id)] == ["c.png"]


async def test_a_renamed_object_whose_etag_tells_nothing_is_known_by_its_bytes(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    """As an object that came in parts, and was put again under another key in other parts."""
    await put(store, bucket, a=1, b=2, c=3)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    ids = {one["path"]: one["id"] for one in await owner.samples(dataset_id)}

    async def inspected() -> None:
        assert {one["state"] for one in await owner.samples(dataset_id)} == {"ok"}

    await eventually(inspected, within=30)
    for path in ("a.png", "b.png"):
        key = {"_id": f"{dataset_id}:{ids[path]}"}
        for collection in ("samples", "inspections"):
            await service.database[collection].update_one(key, {"$set": {"etag": f"parts of {path}-2"}})
    await store.delete_many(bucket, ["a.png", "b.png", "c.png"])
    await put(store, bucket, a2=1, other=4)
    counts = await owner.synchronizes(dataset_id)
    assert counts == {"added": 1, "updated": 0, "removed": 2, "unchanged": 0, "renamed": 1}
    (moved, new) = await owner.samples(dataset_id)
    assert (moved["path"], moved["id"], moved["content_changed"]) == ("a2.png", ids["a.png"], False)
    assert new["path"] == "other.png"
    assert await owner.synchronizes(dataset_id) == {"added": 0, "updated": 0, "removed": 0, "unchanged": 2}


async def test_an_overwritten_object_is_marked_and_equal_bytes_are_not(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, a=1, b=1)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await put(store, bucket, a=2, b=1)
    assert (await owner.synchronizes(dataset_id))["updated"] == 1

    async def marked() -> None:
        found = {one["path"]: one["content_changed"] for one in await owner.samples(dataset_id)}
        assert found == {"a.png": True, "b.png": False}

    await eventually(marked, within=30)


@pytest.mark.parametrize("before", ["1234567890abcdef1234567890abcdef", "a form of parts-2"])
async def test_bytes_tell_whether_an_object_was_overwritten_with_others_where_etags_do_not(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service, before: str
) -> None:
    """As in a store that encrypts, where equal bytes get another etag, or of objects that came in parts."""
    for path, shade in (("other.png", 1), ("same.png", 2)):
        await store.put(bucket, path, image("BMP", shade=shade))  # as many bytes whatever the shade
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)

    async def inspected() -> dict[str, bool]:
        found = await owner.samples(dataset_id)
        assert {one["state"] for one in found} == {"ok"}
        return {one["path"]: one["content_changed"] for one in found}

    assert await eventually(inspected, within=30) == {"other.png": False, "same.png": False}
    for one in await owner.samples(dataset_id):
        key = {"_id": f"{dataset_id}:{one['id']}"}
        for collection in ("samples", "inspections"):
            await service.database[collection].update_one(key, {"$set": {"etag": before}})
    await store.put(bucket, "other.png", image("BMP", shade=3))
    assert (await owner.synchronizes(dataset_id))["updated"] == 2
    assert await eventually(inspected, within=30) == {"other.png": True, "same.png": False}
    sample_id = await owner.sample(dataset_id, "other.png")

    async def told() -> None:
        read = await read_whole(service.settings.kafka_bootstrap_servers, [topics.SAMPLE.name], key_prefix=sample_id)
        states = [one.payload for one in read if isinstance(one.payload, SamplePayload)]
        assert [(one.cause, one.content_changed, one.overwritten) for one in states] == [
            ("synchronized", False, 0),
            ("inspected", False, 0),
            ("synchronized", False, 0),
            ("inspected", True, 1),
        ]

    await eventually(told)


async def test_synchronizations_leave_a_record(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, a=1)
    await store.put(bucket, "x.svg", b"<svg/>")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await owner.synchronizes(dataset_id)
    page = (await owner.http.get(f"/datasets/{dataset_id}/synchronizations", params={"limit": 1})).json()
    (newest,) = page["items"]
    assert newest["counts"] == {
        "added": 0,
        "updated": 0,
        "removed": 0,
        "unchanged": 1,
        "renamed": 0,
        "skipped": 1,
    }
    rest = await owner.http.get(f"/datasets/{dataset_id}/synchronizations", params={"cursor": page["next_cursor"]})
    (first,) = rest.json()["items"]
    assert first["counts"]["added"] == 1
    assert first["started_by"] == {"kind": "person", "id": owner.id}
    assert first["state"] == "succeeded"
    assert first["started_at"] <= first["finished_at"] <= newest["started_at"]
    assert first["problems"] == [{"path": "x.svg", "reason": "It is not an accepted image."}]


async def test_all_that_the_newest_synchronizations_left_out_can_be_downloaded(
    somebody: SignIn, bucket: str, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number:04}.svg" for number in range(150)]
    for name in names:
        await store.put(bucket, name, b"<svg/>")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    history = f"/datasets/{dataset_id}/synchronizations"

    async def left_out(record_id: str) -> list[str]:
        answer = await owner.http.get(f"{history}/{record_id}/rejected")
        assert answer.status_code == 200
        return [orjson.loads(line)["path"] for line in answer.content.splitlines()]

    await owner.synchronizes(dataset_id)
    (first,) = (await owner.http.get(history)).json()["items"]
    assert (len(first["problems"]), first["counts"]["skipped"]) == (100, 150)
    assert await left_out(first["id"]) == names
    await owner.synchronizes(dataset_id)
    newest = (await owner.http.get(history)).json()["items"][0]
    assert await left_out(newest["id"]) == names
    assert await left_out(first["id"]) == names
    for limit, number in (("MOST_EARLIER", 1), ("MOST_OF_EARLIER", 149)):
        monkeypatch.setattr(histories, limit, number)
        await owner.synchronizes(dataset_id)
        kept = [names, names, []] if limit == "MOST_EARLIER" else [names, [], [], []]

        async def forgotten(kept: list[list[str]] = kept) -> None:
            records = (await owner.http.get(history)).json()["items"]
            assert [await left_out(one["id"]) for one in records] == kept

        await eventually(forgotten)
    assert (await owner.http.get(f"{history}/sync-nobody/rejected")).status_code == 404
