"""Files that name images and their labels: manifests, tables, COCO documents."""

import io

import orjson
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types
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
    start,
    upload,
)
from tests.integration.sync.people import SignIn, image
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service


async def test_one_broken_line_of_a_manifest_is_rejected_and_the_rest_goes_on(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "a.png", "b é.png", "c.png")
    lines = manifest(
        named(bucket, "a.png", ["cat"], hard=True, usage="TRAIN", **{"hard-coefficient": 0.7}),
        "",
        "{broken",
        named(bucket, "b é.png", ["cat", "dog"]),
        named(bucket, "missing.png", ["cat"]),
        named(bucket, "c.png", ["no cat!"]),
        named("somewhere-else-entirely", "x.png"),
        {"source": "http://x/y.png"},
        "[1]",
        named(bucket, "../x.png"),
    )
    await store.put(bucket, "m.manifest", lines)
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "manifest", file(bucket, "m.manifest"))
    assert record["counts"] == counts(imported=2, rejected=7)
    assert {one["line"] for one in record["rejected"]} == {3, 5, 6, 7, 8, 9, 10}
    assert await labels_of(owner, dataset_id) == {"a.png": ["cat"], "b é.png": ["cat", "dog"]}
    everything = await rejected(owner, record)
    assert sorted(one["line"] for one in everything) == [3, 5, 6, 7, 8, 9, 10]
    # Another import gives exactly its labels; what it does not name stays.
    await store.put(bucket, "m2.manifest", manifest(named(bucket, "b é.png", ["bird"])))
    again = await imports(owner, dataset_id, "manifest", file(bucket, "m2.manifest"))
    assert again["counts"] == counts(imported=1)
    assert await labels_of(owner, dataset_id) == {"a.png": ["cat"], "b é.png": ["bird"]}


async def test_a_table_is_imported_from_csv_and_parquet(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, "a.png", "b, c.png", "=d.png", "e.png")
    text = (
        "\ufeffpath,labels,hard\r\n"
        "a.png,cat|dog,true\r\n"
        "\r\n"
        '"b, c.png",'
        "'-1|b,\r\n"
        "'=d.png,cat,maybe\r\n"
        "'=d.png,cat,\r\n"
        "missing.png,cat,\r\n"
        "e.png\r\n"
    )
    await store.put(bucket, "t.csv", text.encode())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "csv", file(bucket, "t.csv"))
    assert record["counts"] == counts(imported=3, rejected=3)
    assert sorted(one["line"] for one in record["rejected"]) == [5, 7, 8]
    assert await labels_of(owner, dataset_id) == {"a.png": ["cat", "dog"], "b, c.png": ["-1", "b"], "=d.png": ["cat"]}
    table = pa.table({"path": ["a.png", "e.png", "nowhere.png"], "labels": [["cat"], None, ["x"]]})
    out = io.BytesIO()
    pq.write_table(table, out)
    await store.put(bucket, "tables/t.parquet", out.getvalue())
    await store.put(bucket, "tables/broken.parquet", b"PAR1 and no more")
    record = await imports(owner, dataset_id, "parquet", below(bucket, "tables/"))
    assert record["counts"] == counts(imported=2, rejected=2)
    assert [(one["path"], one["line"]) for one in record["rejected"]] == [
        ("tables/broken.parquet", None),
        ("nowhere.png", 3),
    ]
    assert (await labels_of(owner, dataset_id))["a.png"] == ["cat"]


async def test_the_classes_of_coco_annotations_are_labels(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, "a.png", "b.png")
    document = {
        "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}, {"id": 3}],
        "annotations": [
            {"image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4]},
            {"image_id": 1, "category_id": 7},
            {"image_id": 1, "category_id": 8},
        ],
        "categories": [{"id": 7, "name": "cat"}, {"id": 8, "name": "dog"}],
    }
    await store.put(bucket, "c.json", orjson.dumps(document))
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "coco", file(bucket, "c.json"))
    assert record["counts"] == counts(imported=2, rejected=1)
    assert await labels_of(owner, dataset_id) == {"a.png": ["cat", "dog"], "b.png": []}


async def test_files_of_labels_that_were_uploaded_are_read_once(somebody: SignIn, bucket: str) -> None:
    """A file that was read again would bring its labels back over those of a later one."""
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    files = {"x.png": image(), "x.txt": b"cat", "y.png": image(shade=9)}
    await upload(owner, dataset_id, files)
    record = await imports(owner, dataset_id, "text_labels", {"kind": "uploads"})
    assert record["counts"] == counts(imported=2)
    await upload(owner, dataset_id, {"1.csv": b"path,labels\nx.png,dog\n", "2.csv": b"path,labels\ny.png,dog\n"})
    record = await imports(owner, dataset_id, "csv", {"kind": "uploads"})
    assert record["counts"] == counts(imported=2)
    await upload(owner, dataset_id, {"0.csv": b"path,labels\nx.png,bird\n"})
    record = await imports(owner, dataset_id, "csv", {"kind": "uploads"})
    assert record["counts"] == counts(imported=1)
    assert await labels_of(owner, dataset_id) == {"x.png": ["bird"], "y.png": ["dog"]}
    await finds_nothing_more(owner, dataset_id, "text_labels")


async def test_an_uploaded_file_of_labels_may_be_larger_than_an_image(
    somebody: SignIn, bucket: str, service: Service
) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    note = "x" * 900_000
    table = "path,labels,note\n" + f"x.png,cat,{note}\n" * 3
    assert len(table) > service.settings.max_image_bytes  # type: ignore[attr-defined]  # sync-service's own setting
    await upload(owner, dataset_id, {"x.png": image(), "large.csv": table.encode()})
    record = await imports(owner, dataset_id, "csv", {"kind": "uploads"})
    assert record["counts"] == counts(imported=1, unchanged=2)
    assert await labels_of(owner, dataset_id) == {"x.png": ["cat"]}


async def test_a_file_that_only_looks_like_parquet_is_rejected(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    broken = b"PAR1" + b"\xff" * 40 + (40).to_bytes(4, "little") + b"PAR1"
    await store.put(bucket, "broken.parquet", broken)
    record = await imports(owner, dataset_id, "parquet", file(bucket, "broken.parquet"))
    assert record["rejected"] == [{"path": "broken.parquet", "line": None, "reason": "It is not a valid Parquet file."}]


async def test_a_file_that_is_not_there_fails_the_import_and_says_so(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    record = await start(owner, dataset_id, {"source": file(bucket, "none.csv"), "mode": "csv"})

    async def failed() -> None:
        found = (await owner.http.get(f"/datasets/{dataset_id}/imports/{record['id']}")).json()
        assert found["state"] == "failed"
        assert found["error"]["code"] == "import-file-missing"

    await eventually(failed)
    cancelled = await owner.http.post(f"/datasets/{dataset_id}/imports/{record['id']}:cancel")
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "import-ended")


async def test_a_dry_run_counts_an_image_that_is_named_twice_as_the_import_does(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    await put(store, bucket, "a.png", "b.png")
    lines = [named(bucket, path, [label]) for label in ("cat", "cat", "dog") for path in ("a.png", "b.png")]
    await store.put(bucket, "m.manifest", manifest(*lines, named(bucket, "b.png", ["dog"])))
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    dry = await imports(owner, dataset_id, "manifest", file(bucket, "m.manifest"), dry_run=True)
    assert await service.database["previews"].count_documents({}) == 0
    wet = await imports(owner, dataset_id, "manifest", file(bucket, "m.manifest"))
    assert dry["counts"] == wet["counts"] == counts(imported=4, unchanged=3)


async def test_images_that_are_named_are_found_wherever_they_lie(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    together = [f"train/{folder}/{number:02}.png" for folder in "ab" for number in range(30)]
    apart = ["train/c/1.png", "a.png", "z/1.png", "train/a-b.png"]
    missing = ["nothing/1.png", "train/a/00.pn", "train/a/10.png", "train/b/00.png", "train/b/99.png", "zz"]
    there = [key for key in (*together, *apart) if key not in missing]
    await put(store, bucket, *there)
    keys = sorted({*together, *apart, *missing}, key=lambda key: key[::-1])
    await store.put(bucket, "labels.csv", "\n".join(["path,labels", *(f"{key},cat" for key in keys)]).encode())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, prefix="elsewhere/")
    record = await imports(owner, dataset_id, "csv", file(bucket, "labels.csv"))
    assert record["counts"] == counts(imported=len(there), rejected=len(missing))
    assert sorted(await labels_of(owner, dataset_id)) == sorted(there)
    lines = {key: line for line, key in enumerate(keys, start=2)}
    assert {one["path"]: one["line"] for one in await rejected(owner, record)} == {key: lines[key] for key in missing}
