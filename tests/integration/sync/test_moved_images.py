"""A version whose images were renamed, or taken off and lost, since it was published."""

import csv
import io
import json

import pytest
from tests.integration.sync.exporting import LABELS, export
from tests.integration.sync.importing import imports
from tests.integration.sync.people import SignIn, image
from tests.integration.sync.versions import Labeling

MOVED = "elsewhere/renamed.png"
LABELED = {path: of for path, of in LABELS.items() if of}
NOW = {(MOVED if path == "é.png" else path): of for path, of in LABELED.items()}


@pytest.fixture
async def moved(published: Labeling) -> Labeling:
    """`é.png` has another key by now."""
    store, bucket = published.store, published.bucket
    await store.put(bucket, MOVED, await store.get(bucket, "é.png"))
    await store.delete_many(bucket, ["é.png"])
    assert (await published.owner.synchronizes(published.dataset_id))["renamed"] == 1
    return published


async def test_a_list_names_images_where_they_are_now_and_the_version_stays(moved: Labeling) -> None:
    result, files = await export(moved, "csv")
    rows = {row["path"]: row["labels"] for row in csv.DictReader(io.StringIO(files["part-00000.csv"].decode()))}
    assert rows[MOVED] == "猫"
    assert "é.png" not in rows
    assert (result["count"], result["left_out"]["count"], result["moved"]) == (5, 0, 1)
    success = json.loads(files["_SUCCESS.json"])
    version = await moved.version("V1")
    assert (success["moved"], success["digest"]) == (1, version["digest"])
    assert version["missing_files"] == 0
    assert "é.png" in {row["path"] for row in await moved.rows("V1")}


@pytest.mark.parametrize("form", ["manifest", "csv", "parquet", "coco"])
async def test_a_list_of_renamed_images_that_is_imported_again_has_the_same_labels(
    moved: Labeling, somebody: SignIn, form: str
) -> None:
    await export(moved, form)
    again = somebody()
    dataset_id = await again.makes_dataset(moved.bucket, "nothing/is/here/")
    record = await imports(again, dataset_id, form, {"kind": "bucket", "bucket": moved.bucket, "prefix": "out/"})
    assert record["counts"] == {"found": 5, "imported": 5, "unchanged": 0, "rejected": 0}, record
    found = await again.samples(dataset_id)
    assert {each["path"]: sorted(label["name"] for label in each["labels"]) for each in found} == NOW


async def test_a_renamed_image_is_copied_from_where_it_is_under_the_name_that_it_had(moved: Labeling) -> None:
    result, files = await export(moved, "directories")
    assert files["猫/é.png"] == await moved.store.get(moved.bucket, MOVED)
    assert (result["count"], result["left_out"]["count"], result["moved"]) == (5, 0, 1)


async def test_an_image_in_the_trash_is_missing_once_its_file_is_gone(published: Labeling) -> None:
    owner, store, address = published.owner, published.store, f"/datasets/{published.dataset_id}/samples"
    trash = {"sample_ids": [published.ids["é.png"]]}
    await owner.ends(await owner.http.post(f"{address}:delete", json=trash))
    content = await store.get(published.bucket, "é.png")
    await store.delete_many(published.bucket, ["é.png", "b.png"])
    await owner.synchronizes(published.dataset_id)
    assert (await published.version("V1"))["missing_files"] == 2
    result, files = await export(published, "csv")
    assert sorted(each["path"] for each in result["left_out"]["examples"]) == ["b.png", "é.png"]
    assert "é.png" not in files["part-00000.csv"].decode()
    counts = await owner.synchronizes(published.dataset_id)
    assert (counts["added"], counts["removed"]) == (0, 0)

    await store.put(published.bucket, "é.png", content)
    assert (await owner.synchronizes(published.dataset_id))["added"] == 0  # it stays deleted
    assert (await published.version("V1"))["missing_files"] == 1
    listed = (await owner.http.get(address, params={"deleted": "true"})).json()["items"]
    assert [each["path"] for each in listed] == ["é.png"]
    restored = await owner.ends(await owner.http.post(f"{address}:restore", json=trash))
    assert restored["result"]["restored"] == 1
    await store.put(published.bucket, "b.png", image(shade=9))
    await owner.synchronizes(published.dataset_id)
    assert (await published.version("V1"))["missing_files"] == 0
