"""Imports that break off, are cancelled, or are large: nothing is lost, nothing is counted twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.sync.importing import counts, ended, file, imports, labels_of, manifest, named, rejected, start
from tests.integration.sync.people import SignIn, Somebody, image
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore, StorageUnavailable
from labelstream_common.operations import Fence, Operations
from labelstream_common.runtime import Service
from labelstream_contracts import SamplePayload, topics
from sync_service.application.importing import Importing
from sync_service.application.imports import ending
from sync_service.application.ports import ObjectBytes, Ports
from sync_service.domain.dataset import Bucket
from sync_service.domain.imports import (
    Import,
    ImportCounts,
    ImportId,
    ImportMode,
    ImportSettings,
    ImportSource,
    ImportState,
    LabelingStatus,
)


class _Interrupted:
    """Source objects: a file's bytes break off behind some of them, or it cannot be opened, the first time."""

    def __init__(self, objects: Any, size: int = 0, *, away: str = "") -> None:
        self._objects = objects
        self._left = -1 if away else size
        self._away = away
        self.offsets: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._objects, name)

    async def open_file(self, place: Bucket, key: str, offset: int = 0) -> ObjectBytes:
        if key == self._away:
            self._away = ""
            raise StorageUnavailable("away")
        self.offsets.append(offset)
        opened: ObjectBytes = await self._objects.open_file(place, key, offset)
        return opened._replace(chunks=self._broken(opened.chunks))

    async def _broken(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            if 0 <= self._left < len(chunk):
                yield chunk[: self._left]
                self._left = -1
                raise StorageUnavailable("away")
            if self._left >= 0:
                self._left -= len(chunk)
            yield chunk


async def _prepared(
    who: Somebody, dataset_id: str, source: ImportSource, mode: ImportMode, service: Service
) -> tuple[Any, Fence]:
    """An import that nobody carries out but this test."""
    ports: Ports = service.app.state.ports
    operations: Operations = service.app.state.operations
    settings = ImportSettings(source, mode, LabelingStatus.LABELED)
    params = {"dataset_id": dataset_id, "by_admin": False, "by_member": True}
    async with ports.unit_of_work() as work:
        started = await operations.start("import-in-test", params, by=who.id, session=work.session)
        dataset = await ports.datasets.get(dataset_id)
        record = Import(
            id=ImportId(started.id),
            dataset_id=dataset.id,
            settings=settings,
            dry_run=False,
            state=ImportState.QUEUED,
            counts=ImportCounts(),
            rejected=(),
            created_by=dataset.created_by,
            created_at=started.created_at,
        )
        await ports.imports.add(record, work)
    claimed = await operations.claim(["import-in-test"])
    assert claimed is not None
    return claimed


@pytest.mark.parametrize("mode", [ImportMode.MANIFEST, ImportMode.CSV])
async def test_an_import_goes_on_where_it_was_interrupted(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service, mode: ImportMode
) -> None:
    there = [f"{number:04d}.png" for number in range(0, 6_000, 1_000)]
    for key in there:
        await store.put(bucket, key, image())
    keys = [f"{number:04d}.png" for number in range(6_000)]
    if mode is ImportMode.CSV:
        content = ("path,labels\n" + "".join(f"{key},cat\n" for key in keys)).encode()
    else:
        content = manifest(*(named(bucket, key, ["cat"]) for key in keys))
    await store.put(bucket, "file", content)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    source = ImportSource("manifest", bucket, None, "file")
    operation, fence = await _prepared(owner, dataset_id, source, mode, service)
    ports: Ports = service.app.state.ports
    operations: Operations = service.app.state.operations
    objects = _Interrupted(ports.objects, size=len(content) * 3 // 5)
    handler = Importing(replace(ports, objects=objects), operations)
    with pytest.raises(StorageUnavailable):
        await handler.step(operation, fence)
    halfway = await operations.get(operation.id)
    assert 0 < halfway.done < 6_000
    assert await handler.step(halfway, Fence(operation.id, fence.token))
    assert objects.offsets[0] == 0
    assert 0 < objects.offsets[1] < len(content)
    record = await ended(owner, {"id": operation.id, "dataset_id": dataset_id})
    assert record["counts"] == counts(imported=6, rejected=5_994)
    told = await rejected(owner, record)
    first_line = 2 if mode is ImportMode.CSV else 1
    assert [one["line"] for one in told] == [number + first_line for number, key in enumerate(keys) if key not in there]
    assert await labels_of(owner, dataset_id) == {key: ["cat"] for key in there}


@pytest.mark.parametrize("mode", [ImportMode.MANIFEST, ImportMode.CSV])
async def test_an_import_goes_on_where_a_file_has_just_ended(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service, mode: ImportMode
) -> None:
    """A full batch ends at the file's last byte, and sync-service before the next one."""
    ending = mode.value
    keys = [f"{number:04d}.png" for number in range(2_000)]
    content = manifest(*(named(bucket, key, ["cat"]) for key in keys))
    if mode is ImportMode.CSV:
        content = ("path,labels\n" + "".join(f"{key},cat\n" for key in keys)).encode()
    for name in ("a", "b"):
        await store.put(bucket, f"in/{name}.{ending}", content)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "images/")
    operation, fence = await _prepared(owner, dataset_id, ImportSource("bucket", bucket, "in/"), mode, service)
    ports: Ports = service.app.state.ports
    operations: Operations = service.app.state.operations
    objects = _Interrupted(ports.objects, away=f"in/b.{ending}")
    handler = Importing(replace(ports, objects=objects), operations)
    with pytest.raises(StorageUnavailable):
        await handler.step(operation, fence)
    halfway = await operations.get(operation.id)
    assert halfway.done == 2_000
    assert await handler.step(halfway, Fence(operation.id, fence.token))
    assert objects.offsets == [0, len(content), 0]
    record = await ended(owner, {"id": operation.id, "dataset_id": dataset_id})
    assert record["counts"] == counts(rejected=4_000)


async def test_a_file_that_is_replaced_while_it_is_read_ends_the_import(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    content = manifest(*(named(bucket, f"{number}.png") for number in range(3_000)))
    await store.put(bucket, "file", content)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    source = ImportSource("manifest", bucket, None, "file")
    operation, fence = await _prepared(owner, dataset_id, source, ImportMode.MANIFEST, service)
    ports: Ports = service.app.state.ports
    operations: Operations = service.app.state.operations
    handler = Importing(replace(ports, objects=_Interrupted(ports.objects, len(content) * 3 // 5)), operations)
    with pytest.raises(StorageUnavailable):
        await handler.step(operation, fence)
    await store.put(bucket, "file", content + b"\n")
    with pytest.raises(Exception, match="was replaced") as raised:
        await handler.step(await operations.get(operation.id), fence)
    await operations.fail(fence, raised.value, ending(ports))  # type: ignore[arg-type]
    record = await ended(owner, {"id": operation.id, "dataset_id": dataset_id})
    assert (record["state"], record["error"]["code"]) == ("failed", "import-file-changed")


async def test_a_cancelled_import_keeps_what_was_imported_and_its_record(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    content = manifest(*(named(bucket, f"{number}.png") for number in range(20_000)))
    await store.put(bucket, "file.manifest", content)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    body = {"source": {"kind": "manifest", "bucket": bucket, "key": "file.manifest"}, "mode": "manifest"}
    record = await start(owner, dataset_id, body)
    address = f"/datasets/{dataset_id}/imports/{record['id']}:cancel"
    answer = await owner.http.post(address)
    assert answer.status_code == 200, answer.text
    record = await ended(owner, record)
    assert record["state"] == "cancelled"
    assert record["finished_at"] is not None
    assert len(await rejected(owner, record)) == record["counts"]["rejected"] == record["counts"]["found"]
    again = await owner.http.post(address)
    assert (again.status_code, again.json()["code"]) == (409, "import-ended")


async def test_every_label_that_an_image_may_have_arrives_and_one_more_is_rejected(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    for key in ("a.png", "b.png"):
        await store.put(bucket, key, image())
    many = [f"{number:03d}-" + "ä" * 1_020 for number in range(201)]
    await store.put(bucket, "m.manifest", manifest(named(bucket, "a.png", many[:200]), named(bucket, "b.png", many)))
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    source = {"kind": "manifest", "bucket": bucket, "key": "m.manifest"}
    record = await imports(owner, dataset_id, "manifest", source)
    assert record["counts"] == counts(imported=1, rejected=1)
    assert "at most 200" in record["rejected"][0]["reason"]

    async def told() -> None:
        read = await read_whole(service.settings.kafka_bootstrap_servers, [topics.SAMPLE.name])
        found = [
            one.payload
            for one in read
            if isinstance(one.payload, SamplePayload) and one.payload.dataset_id == dataset_id
        ]
        assert [len(one.labels) for one in found] == [200]

    await eventually(told)


async def test_a_page_of_the_history_ends_at_four_megabytes(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    long = [f"{number:03}" + "x" * 1_000 for number in range(950)]
    body = {"source": {"kind": "uploads"}, "mode": "images", "include_labels": long}
    ids = [(await ended(owner, await start(owner, dataset_id, body)))["id"] for _ in range(6)]
    found: list[str] = []
    sizes: list[int] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = (await owner.http.get(f"/datasets/{dataset_id}/imports", params=cursor)).json()
        found += [one["id"] for one in page["items"]]
        sizes.append(len(page["items"]))
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert found == ids[::-1]
    assert sizes == [4, 2]
    too_long = {**body, "exclude_labels": [f"{number:03}" + "y" * 1_000 for number in range(100)]}
    answer = await owner.http.post(f"/datasets/{dataset_id}/imports", json=too_long)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/include_labels")


async def test_a_file_of_nothing_but_the_longest_rejections_is_told_whole(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    key, label = "\N{GRINNING FACE}" * 2_000, "\U000e0001" * 2_000
    await store.put(bucket, "file", manifest(*[named(bucket, key, [label])] * 2_500))
    record = await imports(owner, dataset_id, "manifest", file(bucket, "file"))
    assert record["counts"] == counts(rejected=2_500)
    told = await rejected(owner, record)
    assert [one["line"] for one in told] == list(range(1, 2_501))
    assert {len(one["path"]) for one in told} == {1_024}
    assert {"label" in one["reason"] for one in told} == {True}


async def test_ten_thousand_labels_can_be_filtered_by_and_one_more_is_refused(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    many = [f"label-{number}" for number in range(10_001)]
    record = await imports(owner, dataset_id, "images", {"kind": "uploads"}, include_labels=many[:10_000])
    assert len(record["settings"]["include_labels"]) == 10_000
    body = {"source": {"kind": "uploads"}, "mode": "images", "include_labels": many}
    answer = await owner.http.post(f"/datasets/{dataset_id}/imports", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/include_labels"
