import pytest

from sync_service.domain.dataset import Source
from sync_service.domain.directories import MAX_TEXT_BYTES
from sync_service.domain.imports import MOST_FILE_BYTES
from sync_service.domain.uploads import InvalidUpload, Upload, checked_uploads

SOURCE = Source("bucket", "train/")


def refused(*files: Upload) -> list[str]:
    with pytest.raises(InvalidUpload) as raised:
        checked_uploads(files, SOURCE, image_bytes=100)
    return [each.pointer for each in raised.value.errors]


@pytest.mark.parametrize(
    "path",
    [
        "train/../x.png",
        "../x.png",
        "test/x.png",
        "train/x.svg",
        "train/x",
        "train/a\x1f.png",
        "train/",
        "",
        "/train/x.png",
    ],
)
def test_a_path_outside_the_dataset_or_not_an_image_is_named(path: str) -> None:
    assert refused(Upload("train/ok.png", 1, None), Upload(path, 1, None)) == ["/files/1/path"]


def test_sizes_and_media_types_are_named() -> None:
    assert refused(Upload("train/a.png", 101, None), Upload("train/b.png", 1, "image/jpeg")) == [
        "/files/0/size",
        "/files/1/media_type",
    ]


def test_the_same_path_twice_is_named() -> None:
    assert refused(Upload("train/a.png", 1, None), Upload("train/a.png", 1, None)) == ["/files/1/path"]


def test_the_media_type_follows_from_the_ending() -> None:
    assert checked_uploads([Upload("train/A.JPG", 1, None)], SOURCE, image_bytes=1)[0].media_type == "image/jpeg"


@pytest.mark.parametrize("name", ["l.manifest", "l.jsonl", "l.ndjson", "l.csv", "l.parquet", "l.JSON"])
def test_a_file_of_labels_may_be_larger_than_an_image(name: str) -> None:
    largest = Upload(f"train/{name}", MOST_FILE_BYTES, None)
    assert [each.path for each in checked_uploads([largest], SOURCE, image_bytes=100)] == [f"train/{name}"]
    assert refused(largest._replace(size=MOST_FILE_BYTES + 1)) == ["/files/0/size"]
    assert refused(largest._replace(size=0)) == ["/files/0/size"]


def test_a_text_beside_an_image_is_as_large_as_what_is_read_of_it() -> None:
    largest = Upload("train/a.txt", MAX_TEXT_BYTES, None)
    assert len(checked_uploads([largest], SOURCE, image_bytes=100)) == 1
    assert refused(largest._replace(size=MAX_TEXT_BYTES + 1)) == ["/files/0/size"]
