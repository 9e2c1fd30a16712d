from typing import Any

import httpx
import pytest
from tests.integration.sync.importing import (
    below,
    counts,
    file,
    finds_nothing_more,
    imports,
    labels_of,
    manifest,
    named,
    put,
    rejected,
    upload,
)
from tests.integration.sync.people import Publish, SignIn, image, job, member
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import ImportFinished, ImportStarted, SamplePayload, topics


async def test_somebody_without_a_right_on_the_data_imports_nothing(
    somebody: SignIn, stranger: httpx.AsyncClient, bucket: str, publish: Publish
) -> None:
    owner, other, labeler = somebody(), somebody(), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket)
    opened = job(dataset_id, owner.id)
    await publish(opened, member(opened.job_id, labeler.id, "labeler"))
    body = {"source": below(bucket), "mode": "images"}
    address = f"/datasets/{dataset_id}/imports"
    assert (await stranger.post(address, json=body)).status_code == 401
    assert (await other.http.post(address, json=body)).status_code == 404

    async def refused() -> None:
        assert (await labeler.http.post(address, json=body)).status_code == 403
        assert (await labeler.http.get(address)).status_code == 403

    await eventually(refused)
    assert (await owner.http.get(address)).json()["items"] == []


async def test_a_manager_of_a_job_imports_and_reads_the_history(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    await put(store, bucket, "in/a.png")
    owner, manager = somebody(), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket, "in/")
    opened = job(dataset_id, owner.id)
    await publish(opened, member(opened.job_id, manager.id, "manager"))

    async def may() -> None:
        assert (await manager.http.get(f"/datasets/{dataset_id}/imports")).status_code == 200

    await eventually(may)
    record = await imports(manager, dataset_id, "images", below(bucket, "in/"))
    assert record["created_by"] == manager.id
    assert record["counts"] == counts(imported=1)
    # They may not make datasets, and so may not read other buckets either.
    answer = await manager.http.post(
        f"/datasets/{dataset_id}/imports", json={"source": below(bucket, "other/"), "mode": "images"}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "bucket-not-found")


async def test_images_of_a_prefix_become_samples_and_stay_when_the_dataset_synchronizes(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    await put(store, bucket, "in/a.png", "else/b.png", "else/c.jpg")
    await store.put(bucket, "else/c.txt", b"text beside an image")
    await store.put(bucket, "else/d.svg", b"<svg/>")
    await store.put(bucket, "else/empty.png", b"")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "images", below(bucket, "else/"))
    assert record["counts"] == counts(imported=2, rejected=2)
    assert record["settings"]["labeling_status"] == "unlabeled"
    assert record["rejected"] == [
        {"path": "else/d.svg", "line": None, "reason": "It is not an accepted image."},
        {"path": "else/empty.png", "line": None, "reason": "It is empty."},
    ]
    assert await rejected(owner, record) == record["rejected"]
    assert await labels_of(owner, dataset_id) == {"else/b.png": [], "else/c.jpg": []}
    await owner.synchronizes(dataset_id)
    assert (await labels_of(owner, dataset_id)).keys() == {"in/a.png", "else/b.png", "else/c.jpg"}
    again = await imports(owner, dataset_id, "images", below(bucket, "else/"))
    assert again["counts"] == counts(unchanged=2, rejected=2)
    assert (await owner.http.get(f"/datasets/{dataset_id}")).json()["sample_count"] == 3
    listed = (await owner.http.get(f"/datasets/{dataset_id}/imports", params={"limit": 1})).json()
    assert [one["id"] for one in listed["items"]] == [again["id"]]
    older = await owner.http.get(f"/datasets/{dataset_id}/imports", params={"cursor": listed["next_cursor"]})
    assert [one["id"] for one in older.json()["items"]] == [record["id"]]

    async def told() -> None:
        read = await read_whole(service.settings.kafka_bootstrap_servers, [topics.DATASET.name])
        payloads = [one.payload for one in read if getattr(one.payload, "import_id", "") == record["id"]]
        assert [type(one) for one in payloads] == [ImportStarted, ImportFinished]
        finished = payloads[-1]
        assert isinstance(finished, ImportFinished)
        assert (finished.state, finished.counts.imported) == ("succeeded", 2)

    await eventually(told)


async def test_labels_come_from_directories_texts_and_yolo_layouts(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "d/cat/1.png", "d/no cats/2.png", "t/1.png", "t/2.png", "t/3.png")
    await store.put(bucket, "t/1.txt", "cat\n\nDöner-1\r\n".encode())
    await store.put(bucket, "t/2.txt", b"fine\nnot fine!")
    await put(store, bucket, "y/train/cat/1.png", "y/val/dog/1.png", "y/test/dog/2.png", "y/1.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "directory_labels", below(bucket, "d/"))
    assert record["counts"] == counts(imported=1, rejected=1)
    assert "'no cats'" in record["rejected"][0]["reason"]
    record = await imports(owner, dataset_id, "text_labels", below(bucket, "t/"))
    assert record["counts"] == counts(imported=2, rejected=1)
    assert (record["rejected"][0]["path"], record["rejected"][0]["line"]) == ("t/2.png", 2)
    record = await imports(owner, dataset_id, "yolo", below(bucket, "y/"))
    assert record["counts"] == counts(imported=3, rejected=1)
    assert await labels_of(owner, dataset_id) == {
        "d/cat/1.png": ["cat"],
        "t/1.png": ["cat", "Döner-1"],
        "t/3.png": [],
        "y/train/cat/1.png": ["cat"],
        "y/val/dog/1.png": ["dog"],
        "y/test/dog/2.png": ["dog"],
    }


async def test_filters_leave_images_and_labels_out(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, *(f"{letter}.png" for letter in "abcd"))
    lines = manifest(
        named(bucket, "a.png", ["cat", "dog"], hard=True),
        named(bucket, "b.png", ["cat", "bad"], hard=True),
        named(bucket, "c.png", ["dog"], hard=True),
        named(bucket, "d.png", ["cat"]),
    )
    await store.put(bucket, "m.manifest", lines)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    filters: dict[str, Any] = {
        "include_labels": ["cat"],
        "exclude_labels": ["bad"],
        "hard_only": True,
        "labeling_status": "to_confirm",
    }
    record = await imports(owner, dataset_id, "manifest", file(bucket, "m.manifest"), **filters)
    assert record["counts"] == counts(imported=1)
    (sample,) = await owner.samples(dataset_id)
    assert [(label["name"], label["to_confirm"]) for label in sample["labels"]] == [("cat", True)]


async def test_a_dry_run_counts_and_rejects_the_same_and_imports_nothing(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    await put(store, bucket, "a.png")
    await store.put(bucket, "x.svg", b"<svg/>")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    dry = await imports(owner, dataset_id, "images", below(bucket), dry_run=True)
    assert dry["dry_run"]
    assert await owner.samples(dataset_id) == []
    wet = await imports(owner, dataset_id, "images", below(bucket))
    assert (dry["counts"], dry["rejected"]) == (wet["counts"], wet["rejected"])
    history = (await owner.http.get(f"/datasets/{dataset_id}/imports")).json()["items"]
    assert [one["dry_run"] for one in history] == [False, True]
    read = await read_whole(service.settings.kafka_bootstrap_servers, [topics.DATASET.name])
    assert dry["id"] not in {getattr(one.payload, "import_id", "") for one in read}


async def test_uploads_are_imported_once(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    contents = {"in/cat/1.png": image(), "in/dog/2.png": image(shade=9), "in/never.png": b""}
    await upload(owner, dataset_id, contents)
    record = await imports(owner, dataset_id, "directory_labels", {"kind": "uploads"})
    assert record["counts"] == counts(imported=2)
    assert await labels_of(owner, dataset_id) == {"in/cat/1.png": ["cat"], "in/dog/2.png": ["dog"]}
    await finds_nothing_more(owner, dataset_id, "directory_labels")


async def test_a_deleted_sample_comes_back_by_an_import_and_not_by_synchronizing(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "a.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    sample_id = await owner.sample(dataset_id, "a.png")
    await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json={"sample_ids": [sample_id]}))
    await owner.synchronizes(dataset_id)
    assert await owner.samples(dataset_id) == []
    record = await imports(owner, dataset_id, "images", below(bucket))
    assert record["counts"] == counts(imported=1)
    assert await owner.sample(dataset_id, "a.png") == sample_id


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"mode": "images"}, "/source"),
        ({"source": {"kind": "uploads"}}, "/mode"),
        ({"source": {"kind": "uploads"}, "mode": "xml"}, "/mode"),
        ({"source": {"kind": "uploads", "bucket": "x"}, "mode": "images"}, "/source"),
        ({"source": {"kind": "bucket"}, "mode": "images"}, "/source"),
        ({"source": {"kind": "bucket", "bucket": "Bad Name"}, "mode": "images"}, "/source/bucket"),
        ({"source": {"kind": "bucket", "bucket": "fine-name", "prefix": "../"}, "mode": "images"}, "/source/prefix"),
        ({"source": {"kind": "manifest", "bucket": "fine-name"}, "mode": "csv"}, "/source/key"),
        ({"source": {"kind": "manifest", "bucket": "fine-name", "key": "x"}, "mode": "images"}, "/source/kind"),
        ({"source": {"kind": "uploads"}, "mode": "images", "source_id": "other"}, "/source_id"),
        ({"source": {"kind": "uploads"}, "mode": "images", "include_labels": ["no!"]}, "/include_labels/0"),
        ({"source": {"kind": "uploads"}, "mode": "images", "colour": "red"}, "/colour"),
    ],
)
async def test_what_is_wrong_with_an_import_is_named(
    somebody: SignIn, bucket: str, body: dict[str, Any], pointer: str
) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    answer = await owner.http.post(f"/datasets/{dataset_id}/imports", json=body)
    assert answer.status_code == 422, answer.text
    assert pointer in [one["pointer"] for one in answer.json()["errors"]]
    assert (await owner.http.get(f"/datasets/{dataset_id}/imports")).json()["items"] == []


async def test_labels_travel_in_the_events_of_samples(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    await put(store, bucket, "cat/1.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    await imports(owner, dataset_id, "directory_labels", below(bucket), labeling_status="to_confirm")

    async def told() -> None:
        read = await read_whole(service.settings.kafka_bootstrap_servers, [topics.SAMPLE.name])
        (sample,) = [
            one.payload
            for one in read
            if isinstance(one.payload, SamplePayload) and one.payload.dataset_id == dataset_id
        ]
        assert sample.cause == "import"
        assert [(label.name, label.to_confirm) for label in sample.labels] == [("cat", True)]

    await eventually(told)
