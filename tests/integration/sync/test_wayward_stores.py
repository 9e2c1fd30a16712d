"""Object stores that answer 503, are slow, break off, or refuse single objects: what is read of them is whole."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest_asyncio
from tests.integration.sync.importing import below, counts, file, imports, labels_of, manifest, named, put, rejected
from tests.integration.sync.people import SignIn, Somebody, image
from tests.support.object_stores import ObjectStoreAddress
from tests.support.waiting import eventually
from tests.support.wayward_store import ARCHIVED, SLOW_DOWN, Refusal, WaywardStore

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service

IMAGES = 1_050  # more than a page of a listing


class Lab(NamedTuple):
    """Somebody whose dataset lies on a wayward store, below `in/`."""

    owner: Somebody
    dataset_id: str
    bucket: str
    wayward: WaywardStore


@pytest_asyncio.fixture(loop_scope="session")
async def lab(somebody: SignIn, every_object_store: ObjectStoreAddress, bucket: str) -> AsyncIterator[Lab]:
    owner = somebody()
    keys = {"access_key": every_object_store.access_key, "secret_key": every_object_store.secret_key}
    async with WaywardStore(every_object_store.endpoint).serving() as wayward:
        body = {"name": "Wayward", "endpoint": wayward.endpoint, **keys, "granted_to": [owner.id]}
        added = await somebody("admin").http.post("/sources", json=body)
        assert added.status_code == 201, added.text
        source = {"bucket": bucket, "prefix": "in/", "source_id": added.json()["id"]}
        made = await owner.http.post("/datasets", json={"name": "Images", "source": source, "auto_sync": False})
        assert made.status_code == 201, made.text
        yield Lab(owner, made.json()["id"], bucket, wayward)
        wayward.good()
        await owner.ends(await owner.http.delete(f"/datasets/{made.json()['id']}"))


def _now_and_then(seed: int) -> Callable[[str, str], Refusal | None]:
    """Refuses one request in three, and now and then so many in a row that no client's patience lasts."""
    dice, left = random.Random(seed), [20]  # noqa: S311 - it shall be the same again

    def refuses(method: str, path: str) -> Refusal | None:
        if left[0] == 0 and dice.random() < 0.02:
            left[0] = 20
        left[0] = max(0, left[0] - 1)
        return SLOW_DOWN if left[0] or dice.random() < 0.3 else None

    return refuses


async def test_nothing_is_missed_and_nothing_counted_twice_while_the_store_answers_503(
    lab: Lab, store: ObjectStore
) -> None:
    owner, dataset_id, bucket, wayward = lab
    keys = [f"in/{number:04}.png" for number in range(IMAGES)]
    await put(store, bucket, *keys)
    lines = manifest(*(named(bucket, key, ["cat"]) for key in keys), "{broken", named(bucket, "in/none.png"))
    await store.put(bucket, "m.manifest", lines)
    wayward.refuses = _now_and_then(3)
    result = await owner.synchronizes(dataset_id)
    assert result == {"added": IMAGES, "updated": 0, "removed": 0, "unchanged": 0}
    wayward.cuts = {f"/{bucket}/m.manifest": len(lines) // 2}
    record = await imports(owner, dataset_id, "manifest", file(bucket, "m.manifest"))
    assert wayward.cuts == {}, "it was not broken off"
    assert record["counts"] == counts(imported=IMAGES, rejected=2)
    assert [one["line"] for one in await rejected(owner, record)] == [IMAGES + 1, IMAGES + 2]
    assert await labels_of(owner, dataset_id) == {key: ["cat"] for key in keys}


async def test_a_slow_store_is_waited_for(lab: Lab, store: ObjectStore) -> None:
    owner, dataset_id, bucket, wayward = lab
    keys = [f"in/{number:02}.png" for number in range(40)]
    await put(store, bucket, *keys)
    for key in keys[::2]:
        await store.put(bucket, key.replace(".png", ".txt"), b"cat")
    wayward.delay = 0.4
    assert (await owner.synchronizes(dataset_id))["added"] == len(keys)
    record = await imports(owner, dataset_id, "text_labels", below(bucket, "in/"))
    assert record["counts"] == counts(imported=20, unchanged=20)
    found = await labels_of(owner, dataset_id)
    assert [key for key in keys if found[key]] == keys[::2]


async def test_an_archived_object_is_listed_and_comes_back_when_it_is_restored(
    lab: Lab, store: ObjectStore, service: Service
) -> None:
    owner, dataset_id, bucket, wayward = lab
    keys = ["in/archived.png", *(f"in/{number}.png" for number in range(8))]
    for shade, key in enumerate(keys):
        await store.put(bucket, key, image(shade=shade))
    wayward.refuses = lambda method, path: ARCHIVED if method == "GET" and "archived" in path else None
    await owner.synchronizes(dataset_id)

    async def states() -> dict[str, str]:
        found = {each["path"]: each for each in await owner.samples(dataset_id)}
        assert "new" not in {each["state"] for each in found.values()}
        assert "archived" in (found["in/archived.png"]["reason"] or "archived")
        return {path: each["state"] for path, each in found.items()}

    found = await eventually(states, within=30)
    assert [path for path, state in found.items() if state != "ok"] == ["in/archived.png"]
    sample = f"/datasets/{dataset_id}/samples/{await owner.sample(dataset_id, 'in/archived.png')}"
    for what in ("content", "thumbnail"):
        refused = await owner.http.get(f"{sample}/{what}")
        assert (refused.status_code, refused.json()["code"]) == (422, "image-unreadable"), refused.text
        assert "restore it" in refused.json()["detail"]
    wayward.good()
    tomorrow_is_today = {"$set": {"due_at": datetime.now(UTC)}}
    due = service.database["inspection_due"]
    assert (await due.update_many({"dataset_id": dataset_id}, tomorrow_is_today)).matched_count == 1

    async def is_read() -> None:
        assert set((await states()).values()) == {"ok"}
        assert await due.count_documents({"dataset_id": dataset_id}) == 0

    await eventually(is_read, within=30)


async def test_what_the_store_does_not_give_out_is_rejected_and_the_rest_imported(lab: Lab, store: ObjectStore) -> None:
    owner, dataset_id, bucket, wayward = lab
    await put(store, bucket, "in/a.png", "in/b.png", "in/c.png")
    for name in ("a", "b"):
        await store.put(bucket, f"in/{name}.txt", b"cat")
        await store.put(bucket, f"in/{name}.csv", f"path,labels\nin/{name}.png,dog\n".encode())
    wayward.refuses = lambda method, path: ARCHIVED if method == "GET" and path.endswith(("a.txt", "a.csv")) else None
    record = await imports(owner, dataset_id, "text_labels", below(bucket, "in/"))
    refused = [one for one in record["rejected"] if not one["path"].endswith(".csv")]
    assert [one["path"] for one in refused] == ["in/a.png"]
    assert refused[0]["reason"].startswith("The text beside it cannot be read. The object store refuses")
    assert await labels_of(owner, dataset_id) == {"in/b.png": ["cat"], "in/c.png": []}
    record = await imports(owner, dataset_id, "csv", below(bucket, "in/"))
    assert record["counts"] == counts(imported=1, rejected=1)
    assert [one["path"] for one in record["rejected"]] == ["in/a.csv"]
    assert "archived" in record["rejected"][0]["reason"]
    assert (await labels_of(owner, dataset_id))["in/b.png"] == ["dog"]
