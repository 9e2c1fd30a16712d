"""What is exported is read by others, and imported again it has the same labels."""

import io
import json
from pathlib import Path
from typing import Any

import pandas
import pytest
from pycocotools.coco import COCO
from sklearn.datasets import load_files
from tests.integration.sync.exporting import LABELS, export
from tests.integration.sync.importing import imports
from tests.integration.sync.people import SignIn, image
from tests.integration.sync.versions import Labeling

LABELED = {path: of for path, of in LABELS.items() if of}
CONTENTS = {path: image(shade=shade) for shade, path in enumerate(LABELS)}


@pytest.mark.parametrize("form", ["manifest", "csv", "parquet", "coco"])
async def test_what_is_exported_and_imported_again_has_the_same_labels(
    published: Labeling, somebody: SignIn, form: str
) -> None:
    await export(published, form)
    again = somebody()
    dataset_id = await again.makes_dataset(published.bucket, "nothing/is/here/")
    source = {"kind": "bucket", "bucket": published.bucket, "prefix": "out/"}
    record = await imports(again, dataset_id, form, source)
    assert record["counts"] == {"found": 5, "imported": 5, "unchanged": 0, "rejected": 0}, record
    found = await again.samples(dataset_id)
    assert {each["path"]: sorted(label["name"] for label in each["labels"]) for each in found} == {
        path: of for path, of in LABELS.items() if of
    }
    if form != "coco":
        assert {each["path"]: each["hard"] for each in found}["b.png"] is True


@pytest.mark.parametrize(("form", "mode"), [("directories", "directory_labels"), ("yolo-cls", "yolo")])
async def test_copied_images_that_are_imported_again_have_the_label_that_they_lie_under(
    published: Labeling, somebody: SignIn, form: str, mode: str
) -> None:
    """Once a label: an image with two of them becomes two."""
    _, files = await export(published, form)
    again = somebody()
    dataset_id = await again.makes_dataset(published.bucket, "nothing/is/here/")
    source = {"kind": "bucket", "bucket": published.bucket, "prefix": "out/"}
    record = await imports(again, dataset_id, mode, source)
    images = sum(map(len, LABELED.values()))
    assert record["counts"] == {"found": images, "imported": images, "unchanged": 0, "rejected": 0}, record
    found = {(label["name"], one["path"]) for one in await again.samples(dataset_id) for label in one["labels"]}
    labels = {(label, files[path.removeprefix("out/")]) for label, path in found}
    assert labels == {(label, CONTENTS[path]) for path, of in LABELED.items() for label in of}


async def test_directories_are_read_by_scikit_learn(published: Labeling, tmp_path: Path) -> None:
    _, files = await export(published, "directories")
    _unpack(files, tmp_path)
    read = load_files(tmp_path, shuffle=False)
    found = {(read.target_names[number], bytes(data)) for number, data in zip(read.target, read.data, strict=True)}
    assert found == {(label, CONTENTS[path]) for path, of in LABELED.items() for label in of}


async def test_coco_documents_are_read_by_pycocotools(published: Labeling, tmp_path: Path) -> None:
    _, files = await export(published, "coco")
    _unpack(files, tmp_path)
    found: dict[str, list[str]] = {}
    for number in (0, 1):
        read = COCO(str(tmp_path / f"part-0000{number}.json"))
        for one in read.loadImgs(read.getImgIds()):
            annotations = read.loadAnns(read.getAnnIds(imgIds=[one["id"]]))
            names = read.loadCats([each["category_id"] for each in annotations])
            found[one["file_name"]] = sorted(each["name"] for each in names)
    assert found == LABELED


async def test_tables_are_read_by_pandas(published: Labeling) -> None:
    _, files = await export(published, "parquet", "parquet")
    table = pandas.read_parquet(io.BytesIO(files["part-00000.parquet"]))
    assert {path: list(of) for path, of in zip(table["path"], table["labels"], strict=True)} == LABELED
    assert table["hard"].tolist().count(True) == 1
    _, files = await export(published, "csv", "csv")
    table = pandas.read_csv(io.BytesIO(files["part-00000.csv"]))
    marked = {path.removeprefix("'"): sorted(of.replace("'", "").split("|")) for path, of in _pairs(table)}
    assert marked == LABELED
    _, files = await export(published, "manifest", "manifest")
    lines = pandas.read_json(io.BytesIO(files["part-00000.manifest"]), lines=True)
    assert {source.removeprefix(f"s3://{published.bucket}/") for source in lines["source"]} == LABELED.keys()
    success = json.loads(files["_SUCCESS.json"])
    assert success["count"] == len(lines) == 5


def _pairs(table: Any) -> list[tuple[str, str]]:
    return list(zip(table["path"], table["labels"], strict=True))


def _unpack(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
