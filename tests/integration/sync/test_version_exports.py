"""Exports of versions: every format as others read it, whole or not at all, and never over what is there."""

import asyncio
import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types
import pytest
from tests.integration.sync.exporting import LABELS, export
from tests.integration.sync.importing import imports
from tests.integration.sync.people import SignIn
from tests.integration.sync.versions import Labeling

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from sync_service.domain.version_export import ExportFormat


async def test_strangers_learn_nothing(published: Labeling, stranger: httpx.AsyncClient, somebody: SignIn) -> None:
    body = {"format": "csv", "destination": {"bucket": published.bucket, "prefix": "out"}}
    assert (await stranger.post(f"{published.url}/V1:export", json=body)).status_code == 401
    assert (await somebody().http.post(f"{published.url}/V1:export", json=body)).status_code == 404


async def test_a_manifest_names_every_image_with_its_side_and_labels(published: Labeling) -> None:
    result, files = await export(published, "manifest")
    assert sorted(files) == ["_SUCCESS.json", "part-00000.manifest"]
    lines = [json.loads(line) for line in files["part-00000.manifest"].splitlines()]
    found = {line["source"]: sorted(each["name"] for each in line["annotation"]) for line in lines}
    assert found == {f"s3://{published.bucket}/{path}": labels for path, labels in LABELS.items() if labels}
    assert {line["source"].rpartition("/")[2]: line["hard"] for line in lines}["b.png"] is True
    sides = {row["sample_id"]: row["usage"] for row in await published.rows("V1")}
    assert {line["id"]: line["usage"] for line in lines} == sides
    version = await published.version("V1")
    success = json.loads(files["_SUCCESS.json"])
    told = await published.store.stat(published.bucket, "out/_SUCCESS.json")
    assert told.media_type == "application/json"
    assert (success["count"], success["digest"], success["version"]) == (5, version["digest"], "V1")
    assert (result["count"], result["files"], result["left_out"]) == (5, 1, {"count": 0, "examples": []})


async def test_a_csv_is_one_that_no_spreadsheet_runs(published: Labeling) -> None:
    _, files = await export(published, "csv")
    rows = list(csv.DictReader(io.StringIO(files["part-00000.csv"].decode())))
    assert list(rows[0]) == ["sample_id", "bucket", "path", "usage", "labels", "hard"]
    found = {row["path"]: (row["labels"], row["hard"]) for row in rows}
    assert found["b.png"] == ("cat|dog", "true")
    assert found["'-odd,name.png"] == ("'-minus", "false")
    assert len(rows) == 5


async def test_parquet_is_read_by_others(published: Labeling) -> None:
    _, files = await export(published, "parquet")
    rows = pq.read_table(io.BytesIO(files["part-00000.parquet"])).to_pylist()
    assert {row["path"]: row["labels"] for row in rows} == {path: of for path, of in LABELS.items() if of}
    assert list(rows[0]) == ["sample_id", "bucket", "path", "usage", "labels", "hard"]


async def test_coco_has_a_whole_document_for_each_side(published: Labeling) -> None:
    result, files = await export(published, "coco")
    assert sorted(files) == ["_SUCCESS.json", "part-00000.json", "part-00001.json"]
    sides = {row["path"]: row["usage"] for row in await published.rows("V1")}
    found: dict[str, list[str]] = {}
    for number, usage in enumerate(("train", "validation")):
        document = json.loads(files[f"part-0000{number}.json"])
        names = {each["id"]: each["name"] for each in document["categories"]}
        paths = {each["id"]: each["file_name"] for each in document["images"]}
        assert {sides[path] for path in paths.values()} <= {usage}
        assert len({each["id"] for each in document["annotations"]}) == len(document["annotations"])
        for path in paths.values():
            found[path] = []
        for each in document["annotations"]:
            found[paths[each["image_id"]]].append(names[each["category_id"]])
    assert found == {path: of for path, of in LABELS.items() if of}
    assert result["count"] == 5


@pytest.mark.parametrize("form", [each.value for each in ExportFormat])
async def test_a_version_with_an_empty_side_is_exported(published: Labeling, form: str) -> None:
    await published.publishes("all-train", train_ratio=1.0)
    result, files = await export(published, form, version="all-train")
    assert "_SUCCESS.json" in files
    assert result["count"] == 5
    if form == "coco":
        documents = [json.loads(files[f"part-0000{number}.json"]) for number in (0, 1)]
        assert [len(each["images"]) for each in documents] == [5, 0]


async def test_directories_hold_each_image_once_a_label(published: Labeling) -> None:
    result, files = await export(published, "directories")
    twice = {f"cat/{published.ids[path]}-a.png": path for path in ("a.png", "more/a.png")}
    expected = {
        "cat/b.png": "b.png",
        "dog/b.png": "b.png",
        "猫/é.png": "é.png",
        "-minus/-odd,name.png": "-odd,name.png",
    }
    expected |= twice
    assert files.keys() == {*expected, "_SUCCESS.json"}
    for name, path in expected.items():
        assert files[name] == await published.store.get(published.bucket, path)
    assert (result["count"], result["files"]) == (5, 6)


async def test_yolo_has_train_and_val(published: Labeling) -> None:
    _, files = await export(published, "yolo-cls")
    sides = {row["path"]: row["usage"] for row in await published.rows("V1")}
    side = "train" if sides["é.png"] == "train" else "val"
    assert f"{side}/猫/é.png" in files
    assert {name.partition("/")[0] for name in files} <= {"train", "val", "_SUCCESS.json"}


@pytest.mark.parametrize("form", ["csv", "directories"])
async def test_files_that_are_gone_are_left_out_and_named(published: Labeling, form: str) -> None:
    await published.store.delete_many(published.bucket, ["é.png"])
    await published.owner.synchronizes(published.dataset_id)
    result, files = await export(published, form)
    assert result["left_out"]["count"] == 1
    (left,) = result["left_out"]["examples"]
    assert (left["path"], left["sample_id"]) == ("é.png", published.ids["é.png"])
    assert result["count"] == 4
    assert not any(name.endswith("é.png") for name in files)


async def test_a_file_that_vanished_without_a_trace_is_left_out_of_copies(published: Labeling) -> None:
    await published.store.delete_many(published.bucket, ["é.png"])
    result, _ = await export(published, "directories")
    assert [each["path"] for each in result["left_out"]["examples"]] == ["é.png"]


async def test_a_label_that_is_no_key_is_left_out_and_named(published: Labeling) -> None:
    long = "猫" * 400
    published.stands(10, {"a.png": ["cat"], "b.png": [long]})
    await published.publishes("V2")
    destination = {"bucket": published.bucket, "prefix": "long"}
    answer = await published.owner.http.post(
        f"{published.url}/V2:export", json={"format": "directories", "destination": destination}
    )
    result = (await published.owner.ends(answer))["result"]
    assert [each["path"] for each in result["left_out"]["examples"]] == ["b.png"]


async def test_nothing_is_written_over_what_is_there(published: Labeling) -> None:
    await published.store.put(published.bucket, "taken/x", b"x")
    body = {"format": "csv", "destination": {"bucket": published.bucket, "prefix": "taken"}}
    refused = await published.owner.http.post(f"{published.url}/V1:export", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "destination-not-empty")
    await export(published, "csv", "taken-not")  # begins like it, and is another directory


async def test_only_granted_buckets_are_written_to(published: Labeling, somebody: SignIn) -> None:
    body = {"format": "csv", "destination": {"bucket": "not-there", "prefix": "out"}}
    refused = await published.owner.http.post(f"{published.url}/V1:export", json=body)
    assert (refused.status_code, refused.json()["code"]) == (404, "bucket-not-found")


async def test_nothing_is_added_to_the_data_of_others(published: Labeling, somebody: SignIn) -> None:
    await somebody().makes_dataset(published.bucket, "theirs/")
    for prefix in ("theirs", "theirs/new"):
        body = {"format": "csv", "destination": {"bucket": published.bucket, "prefix": prefix}}
        refused = await published.owner.http.post(f"{published.url}/V1:export", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-destination")
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/destination/prefix"]


async def test_an_image_of_another_store_is_not_copied_from_here(published: Labeling, service: Service) -> None:
    key = f"{published.dataset_id}:{published.ids['a.png']}"
    await service.database["samples"].update_one({"_id": key}, {"$set": {"source_id": "elsewhere"}})
    result, files = await export(published, "directories")
    (left,) = [each for each in result["left_out"]["examples"] if each["path"] == "a.png"]
    assert "another object store" in left["reason"]
    assert [name for name in files if name.endswith(f"{published.ids['a.png']}-a.png")] == []


async def test_a_version_keeps_the_source_of_an_image_of_another_store(published: Labeling, service: Service) -> None:
    sample = {"_id": f"{published.dataset_id}:{published.ids['a.png']}"}
    await service.database["samples"].update_one(sample, {"$set": {"source_id": "elsewhere"}})
    await published.publishes("V2")
    await service.database["samples"].update_one(sample, {"$unset": {"source_id": ""}})
    _, files = await export(published, "manifest", version="V2")
    lines = [json.loads(line) for line in files["part-00000.manifest"].splitlines()]
    sources = {line["id"]: line.get("source-id") for line in lines}
    assert sources == {line["id"]: "elsewhere" if line["source"].endswith("/a.png") else None for line in lines} | {
        published.ids["more/a.png"]: None
    }
    result, _ = await export(published, "directories", "copies", version="V2")
    assert [each["path"] for each in result["left_out"]["examples"] if "store" in each["reason"]] == ["a.png"]


async def test_a_page_of_versions_ends_by_its_size(published: Labeling, monkeypatch: pytest.MonkeyPatch) -> None:
    await published.publishes("V2")
    monkeypatch.setattr("sync_service.application.versions._PAGE_BYTES", 1)
    first = (await published.owner.http.get(published.url)).json()
    second = (await published.owner.http.get(published.url, params={"cursor": first["next_cursor"]})).json()
    assert [[each["name"] for each in page["items"]] for page in (first, second)] == [["V2"], ["V1"]]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"format": "zip", "destination": {"bucket": "images"}}, "/format"),
        ({"format": "csv", "destination": {"bucket": "No Bucket"}}, "/destination/bucket"),
        ({"format": "csv", "destination": {"bucket": "images", "prefix": "../x"}}, "/destination/prefix"),
        ({"format": "csv"}, "/destination"),
    ],
)
async def test_bad_input_is_named(published: Labeling, body: Mapping[str, Any], pointer: str) -> None:
    answer = await published.owner.http.post(f"{published.url}/V1:export", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_fields_of_a_manifest_that_nobody_here_reads_are_given_back(
    published: Labeling, store: ObjectStore
) -> None:
    line = {
        "source": f"s3://{published.bucket}/a.png",
        "hard-coefficient": 0.25,
        "camera": {"id": 7},
        "annotation": [{"name": "cat", "type": "modelarts/image_classification", "seen": "twice"}],
    }
    await store.put(published.bucket, "given.manifest", json.dumps(line).encode())
    source = {"kind": "manifest", "bucket": published.bucket, "key": "given.manifest"}
    await imports(published.owner, published.dataset_id, "manifest", source)
    _, files = await export(published, "manifest")
    lines = {each["id"]: each for each in map(json.loads, files["part-00000.manifest"].splitlines())}
    found = lines[published.ids["a.png"]]
    assert (found["camera"], found["hard-coefficient"]) == ({"id": 7}, 0.25)
    assert found["annotation"] == [{"name": "cat", "type": "modelarts/image_classification", "seen": "twice"}]


async def test_exports_to_different_prefixes_do_not_disturb_each_other(published: Labeling) -> None:
    found = await asyncio.gather(*(export(published, "manifest", f"many/{number}") for number in range(4)))
    assert {files["part-00000.manifest"] for _, files in found} == {found[0][1]["part-00000.manifest"]}
