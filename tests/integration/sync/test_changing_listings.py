"""A bucket changes while it is listed: what was seen stands, and the next synchronization or import finds the rest."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.sync.importing import below, counts, imports, labels_of, put
from tests.integration.sync.people import SignIn, Somebody, image

from labelstream_common.object_storage import ObjectStore
from labelstream_common.operations import Operations
from labelstream_common.runtime import Service
from sync_service.application.ports import ListedPage, Ports
from sync_service.application.synchronizing import Synchronizing
from sync_service.domain.dataset import Source

KEYS = [f"{number:04d}.png" for number in range(1_250)]  # a page and a quarter


class _Changing:
    """Source objects: something happens in the bucket behind the first page."""

    def __init__(self, objects: Any, change: Callable[[], Awaitable[None]]) -> None:
        self._objects = objects
        self._change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._objects, name)

    async def pages(self, source: Source, after: str) -> AsyncIterator[ListedPage]:
        is_first = True
        async for page in self._objects.pages(source, after):
            yield page
            if is_first:
                await self._change()
            is_first = False


async def _synchronizes(who: Somebody, dataset_id: str, objects: Any, service: Service) -> None:
    ports: Ports = service.app.state.ports
    operations: Operations = service.app.state.operations
    async with ports.unit_of_work() as work:
        params = {"dataset_id": dataset_id, "job_id": None}
        started = await operations.start("synchronize-in-test", params, by=who.id, session=work.session)
    claimed = await operations.claim(["synchronize-in-test"])
    assert claimed is not None
    assert await Synchronizing(replace(ports, objects=objects), operations).step(*claimed)
    assert (await operations.get(started.id)).state == "succeeded"


async def test_a_dataset_equals_a_bucket_that_changed_while_it_was_listed(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    await put(store, bucket, *KEYS)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    ids = {each["path"]: each["id"] for each in await owner.samples(dataset_id)}

    async def change() -> None:
        """In front of where the listing is, and behind it."""
        await store.delete_many(bucket, ["0005.png", "1100.png"])
        await put(store, bucket, "0006-new.png", "1101-new.png", "zz-new.png", shade=50)
        await put(store, bucket, "0007.png", "1200.png", shade=51)
        await store.put(bucket, "moved.png", image(shade=52))
        await store.copy((bucket, "0008.png"), (bucket, "1201-moved.png"))
        await store.delete_many(bucket, ["0008.png"])

    ports: Ports = service.app.state.ports
    await _synchronizes(owner, dataset_id, _Changing(ports.objects, change), service)
    seen = {each["path"] for each in await owner.samples(dataset_id)}
    assert {"1101-new.png", "1201-moved.png", "zz-new.png"} <= seen
    assert "1100.png" not in seen
    result = await owner.synchronizes(dataset_id)
    assert (result["removed"], result["updated"], result["added"]) == (2, 1, 1), result
    there = {each.key: each.etag async for page in store.list(bucket) for each in page}
    found = {each["path"]: each for each in await owner.samples(dataset_id)}
    assert {path: each["etag"] for path, each in found.items()} == there
    assert (await owner.http.get(f"/datasets/{dataset_id}")).json()["sample_count"] == len(there)
    assert all(found[path]["id"] == sample_id for path, sample_id in ids.items() if path in found)


async def test_an_import_takes_what_is_there_when_its_listing_gets_there(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [f"t/{key}" for key in KEYS]
    await put(store, bucket, *keys)
    for name, label in {"0001": b"cat", "1205": b"cat", "1206": b"cat"}.items():
        await store.put(bucket, f"t/{name}.txt", label)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    objects = service.app.state.ports.objects
    pages = objects.pages
    changes = 0

    async def changing(source: Source, after: str) -> AsyncIterator[ListedPage]:
        nonlocal changes
        async for page in pages(source, after):
            yield page
            if source.prefix == "t/" and not changes:
                changes += 1
                await store.delete_many(bucket, ["t/0001.txt", "t/0005.png", "t/1100.png", "t/1206.txt"])
                await put(store, bucket, "t/0006-new.png", "t/1101-new.png", "t/1200.png", shade=50)
                await store.put(bucket, "t/1205.txt", b"dog")

    monkeypatch.setattr(objects, "pages", changing)
    record = await imports(owner, dataset_id, "text_labels", below(bucket, "t/"))
    assert changes == 1
    # Without 1100.png, which went before the listing got there, and with 1101-new.png.
    assert record["counts"] == counts(imported=1_250)
    found = await labels_of(owner, dataset_id)
    assert found.keys() == {*keys, "t/1101-new.png"} - {"t/1100.png"}
    assert {path: labels for path, labels in found.items() if labels} == {"t/0001.png": ["cat"], "t/1205.png": ["dog"]}
    again = await imports(owner, dataset_id, "text_labels", below(bucket, "t/"))
    # 0006-new.png, and 0001.png: it has no text any more, and an import gives what it names exactly its labels.
    assert again["counts"] == counts(imported=2, unchanged=1_248)
    assert {path: labels for path, labels in (await labels_of(owner, dataset_id)).items() if labels} == {
        "t/1205.png": ["dog"]
    }
    there = {each.key: each.etag async for page in store.list(bucket, "t/1") for each in page if ".png" in each.key}
    samples = {each["path"]: each["etag"] for each in await owner.samples(dataset_id)}
    assert {path: etag for path, etag in samples.items() if path.startswith("t/1")} == there
