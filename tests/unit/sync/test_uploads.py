import pytest

from sync_service.domain.dataset import Source
from sync_service.domain.uploads import InvalidUpload, Upload, checked_uploads

SOURCE = Source("bucket", "train/")


def refused(*files: Upload) -> list[str]:
    with pytest.raises(InvalidUpload) as raised:
        checked_uploads(files, SOURCE, max_bytes=100)
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
    assert checked_uploads([Upload("train/A.JPG", 1, None)], SOURCE, max_bytes=1)[0].media_type == "image/jpeg"
