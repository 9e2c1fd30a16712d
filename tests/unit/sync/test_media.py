import io

import pytest
from PIL import Image

from sync_service.domain.media import SNIFFED_BYTES, NotAnImage, media_type_of, media_type_told, says_nothing, sniffed


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("BMP", "image/bmp"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
    ],
)
def test_every_accepted_format_is_known_by_its_first_bytes(kind: str, media_type: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    assert sniffed(out.getvalue()[:SNIFFED_BYTES]) == media_type


@pytest.mark.parametrize("head", [b"", b"<svg xmlns=", b"<!DOCTYPE html>", b"%PDF-1.7", b"RIFF\x00\x00\x00\x00WAVE"])
def test_anything_else_is_not_served(head: bytes) -> None:
    with pytest.raises(NotAnImage):
        sniffed(head)


@pytest.mark.parametrize(
    ("key", "media_type"),
    [
        ("a/B.JPeG", "image/jpeg"),
        ("x.tif", "image/tiff"),
        ("x.jfif", "image/jpeg"),
        ("x.JPE", "image/jpeg"),
        ("x.svg", None),
        ("png", None),
        ("x.png/", None),
        ("x.png.txt", None),
    ],
)
def test_the_ending_tells_whether_an_object_is_a_sample(key: str, media_type: str | None) -> None:
    assert media_type_of(key) == media_type


@pytest.mark.parametrize(
    ("key", "nothing"),
    [
        ("a/photo", True),
        ("a.b/photo", True),
        ("a/.hidden", True),
        ("x.dat", True),
        ("x.BIN", True),
        ("0199c1a0.v2", True),
        ("x.txt", False),
        ("x.svg", False),
        ("x.json", False),
        ("x.mp4", False),
        ("x.heic", False),
    ],
)
def test_an_ending_says_nothing_if_it_names_no_kind_of_file(key: str, nothing: bool) -> None:
    assert says_nothing(key) is nothing


@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [
        ("image/png", "image/png"),
        ("IMAGE/JPG; charset=binary", "image/jpeg"),
        ("image/svg+xml", None),
        ("application/octet-stream", None),
        ("", None),
        (None, None),
    ],
)
def test_a_content_type_tells_an_accepted_image(content_type: str | None, media_type: str | None) -> None:
    assert media_type_told(content_type) == media_type
