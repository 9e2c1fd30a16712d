"""Inspection: every object is read once in the background; what cannot be read, and what is there twice, is known."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from PIL import Image, ImageDraw
from tests.integration.sync.people import SignIn, Somebody, image
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from sync_service.adapters.mongo.upgrades import put_into_queues, tell_what_was_found


def photograph(shift: int = 0, *, size: tuple[int, int] = (320, 240), quality: int = 90) -> bytes:
    """Shapes that a perceptual hash can tell apart, as JPEG with its orientation."""
    drawn = Image.new("RGB", (320, 240), (40 + shift, 80, 120))
    pen = ImageDraw.Draw(drawn)
    for number in range(8):
        pen.ellipse(
            (number * 37 - shift, (number * 53 + shift) % 200, number * 37 + 60, 230), (number * 30, 200, shift)
        )
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn.resize(size).save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


async def _inspected(owner: Somebody, dataset_id: str) -> Mapping[str, Mapping[str, Any]]:
    async def nothing_is_new() -> dict[str, dict[str, Any]]:
        found = {each["path"]: each for each in await owner.samples(dataset_id)}
        assert "new" not in {each["state"] for each in found.values()}
        return found

    return await eventually(nothing_is_new, within=60)


async def _in_state(owner: Somebody, dataset_id: str, state: str, **more: Any) -> list[str]:
    answer = await owner.http.get(f"/datasets/{dataset_id}/samples", params={"state": state, **more})
    assert answer.status_code == 200, answer.text
    return [each["path"] for each in answer.json()["items"]]


async def test_an_object_that_has_its_former_bytes_again_is_known_whole_again(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    """It had others for a moment, which nobody has read."""
    await store.put(bucket, "a.jpg", photograph())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    before = (await _inspected(owner, dataset_id))["a.jpg"]
    key = {"_id": f"{dataset_id}:{before['id']}"}
    await service.database["samples"].update_one(key, {"$unset": {"state": "", "width": "", "height": ""}})
    inspections, client = service.app.state.inspections, service.client
    async with client.start_session() as session:
        await inspections.expect([(dataset_id, before["id"], before["etag"])], session)

    async def whole() -> None:
        stored = await service.database["samples"].find_one(key)
        assert stored is not None
        assert (stored.get("state"), stored.get("width"), stored.get("height")) == ("ok", 240, 320)

    await eventually(whole, within=30)


async def test_strangers_learn_nothing_of_duplicates(
    somebody: SignIn, stranger: httpx.AsyncClient, bucket: str
) -> None:
    dataset_id = await somebody().makes_dataset(bucket)
    assert (await stranger.get(f"/datasets/{dataset_id}/duplicates")).status_code == 401
    assert (await somebody().http.get(f"/datasets/{dataset_id}/duplicates")).status_code == 404


async def test_broken_images_are_known_with_their_reason_and_come_back_mended(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    whole = photograph()
    broken = {"cut.jpg": whole[: len(whole) // 3], "text.png": b"no image at all", "huge.png": image(size=(3000, 2000))}
    for path, content in {**broken, "good.jpg": whole}.items():
        await store.put(bucket, path, content)
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    found = await _inspected(owner, dataset_id)
    assert {path for path, each in found.items() if each["state"] == "unreadable"} == broken.keys()
    assert "accepted formats" in found["text.png"]["reason"]
    assert "pixels" in found["huge.png"]["reason"]
    good = found["good.jpg"]
    assert (good["state"], good["reason"], good["width"], good["height"]) == ("ok", None, 240, 320)
    assert sorted(await _in_state(owner, dataset_id, "unreadable")) == sorted(broken)
    newest_first = await _in_state(owner, dataset_id, "unreadable", sort="-added", limit=2)
    assert newest_first == sorted(broken, key=lambda path: str(found[path]["id"]), reverse=True)[:2]
    assert await _in_state(owner, dataset_id, "ok") == ["good.jpg"]
    assert await _in_state(owner, dataset_id, "new") == []

    await store.put(bucket, "cut.jpg", whole)
    await owner.synchronizes(dataset_id)
    found = await _inspected(owner, dataset_id)
    assert (found["cut.jpg"]["state"], found["cut.jpg"]["reason"]) == ("ok", None)
    assert "cut.jpg" not in await _in_state(owner, dataset_id, "unreadable")


async def test_equal_bytes_and_images_that_look_alike_are_groups(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    objects = {
        "a.jpg": photograph(),
        "copy/a.jpg": photograph(),
        "smaller.jpg": photograph(size=(160, 120), quality=70),
        "other.jpg": photograph(90),
        "other-copy.jpg": photograph(90),
        "plain-1.png": image(shade=1),
        "plain-2.png": image(shade=2),
    }
    for path, content in objects.items():
        await store.put(bucket, path, content)
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await _inspected(owner, dataset_id)

    async def groups(kind: str, **more: Any) -> list[set[str]]:
        answer = await owner.http.get(f"/datasets/{dataset_id}/duplicates", params={"kind": kind, **more})
        assert answer.status_code == 200, answer.text
        assert {each["kind"] for each in answer.json()["items"]} <= {kind}
        return [{each["path"] for each in group["samples"]} for group in answer.json()["items"]]

    exact = await groups("exact")
    assert sorted(map(sorted, exact)) == [["a.jpg", "copy/a.jpg"], ["other-copy.jpg", "other.jpg"]]
    assert await groups("near") == [{"a.jpg", "copy/a.jpg", "smaller.jpg"}]
    assert len(await groups("exact", limit=1)) == 1

    await store.delete_many(bucket, ["copy/a.jpg"])
    await owner.synchronizes(dataset_id)
    assert await groups("exact") == [{"other-copy.jpg", "other.jpg"}]
    assert await groups("near") == [{"a.jpg", "smaller.jpg"}]


async def test_all_but_one_of_equal_images_are_deleted_and_can_be_restored(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        await store.put(bucket, name, photograph())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    ids = {path: each["id"] for path, each in (await _inspected(owner, dataset_id)).items()}
    address = f"/datasets/{dataset_id}/duplicates:merge"
    body = {"keep": ids["b.jpg"], "remove": [ids["a.jpg"], ids["c.jpg"]]}
    for wrong, status, code in (
        ({"remove": [ids["b.jpg"]]}, 422, "kept-is-removed"),
        ({"keep": "nobody"}, 404, "sample-not-found"),
        ({"remove": []}, 422, "invalid-request"),
    ):
        refused = await owner.http.post(address, json={**body, **wrong})
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    touched = await owner.http.post(address, json=body, params={"dry_run": "true"})
    assert (touched.status_code, touched.json()["samples"]) == (200, 2)
    assert (await owner.ends(await owner.http.post(address, json=body)))["result"]["deleted"] == 2
    assert [each["path"] for each in await owner.samples(dataset_id)] == ["b.jpg"]
    restored = await owner.http.post(f"/datasets/{dataset_id}/samples:restore", json={"sample_ids": [ids["a.jpg"]]})
    assert (await owner.ends(restored))["result"]["restored"] == 1


async def test_thumbnails_are_there_before_anybody_asks(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    owner = somebody()
    await store.put(bucket, "x.jpg", photograph())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    sample = (await _inspected(owner, dataset_id))["x.jpg"]
    await store.delete_many(bucket, ["x.jpg"])  # only the kept one can be shown now
    path = f"/datasets/{dataset_id}/samples/{sample['id']}/thumbnail"
    answer = await owner.http.get(path, params={"size": 256})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")


async def test_what_is_inspected_is_forgotten_with_its_dataset(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    await store.put(bucket, "x.jpg", photograph())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await _inspected(owner, dataset_id)
    await owner.ends(await owner.http.delete(f"/datasets/{dataset_id}"))
    assert (await owner.http.get(f"/datasets/{dataset_id}/duplicates")).status_code == 404


async def test_what_an_earlier_release_has_found_is_told_without_reading_the_objects_again(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    owner = somebody()
    await store.put(bucket, "x.jpg", photograph())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    sample = (await _inspected(owner, dataset_id))["x.jpg"]
    key = {"_id": f"{dataset_id}:{sample['id']}"}
    samples, due = service.database["samples"], service.database["inspection_due"]
    before = await service.database["inspections"].find_one(key)
    await samples.update_one(key, {"$unset": {"state": "", "sha256": ""}})
    await tell_what_was_found(service.database)

    async def told() -> None:
        found = await samples.find_one(key) or {}
        assert (found.get("state"), found["width"]) == ("ok", 240)
        assert await due.find_one(key) is None

    await eventually(told, within=30)
    assert await service.database["inspections"].find_one(key) == before
    later = {"dataset_id": dataset_id, "mark": "e", "due_at": datetime(2999, 1, 1, tzinfo=UTC)}
    await due.insert_one({**key, **later})
    await put_into_queues(service.database)
    queued = await due.find_one_and_delete(key)
    assert queued is not None
    assert queued["queue"] == f"platform:{dataset_id}"
