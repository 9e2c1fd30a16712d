"""What the worker makes of an image, as a function; the process around it is tested for real elsewhere."""

import io

import pytest
from PIL import Image

from sync_service.adapters.thumbnail_worker import MADE, TOO_LARGE, UNREADABLE, answer

PIXELS = 1_000_000


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def made(content: bytes, size: int = 100) -> Image.Image:
    outcome, thumbnail, _, _ = answer(content, size, PIXELS)
    assert outcome == MADE, thumbnail
    opened = Image.open(io.BytesIO(thumbnail))
    opened.load()
    return opened


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "GIF", "TIFF"])
def test_every_accepted_format_becomes_a_small_webp(kind: str) -> None:
    outcome, thumbnail, width, height = answer(encoded(Image.new("RGB", (400, 200), "red"), kind), 100, PIXELS)
    assert (outcome, width, height) == (MADE, 400, 200)
    opened = Image.open(io.BytesIO(thumbnail))
    assert (opened.format, opened.size) == ("WEBP", (100, 50))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_can_be_shown(mode: str) -> None:
    assert made(encoded(Image.new(mode, (40, 30)), "TIFF" if mode in {"CMYK", "I;16"} else "PNG")).size == (40, 30)


def test_a_small_image_is_not_enlarged() -> None:
    assert made(encoded(Image.new("L", (8, 8)), "PNG"), 1024).size == (8, 8)


def test_transparency_stays() -> None:
    assert made(encoded(Image.new("RGBA", (40, 30), (1, 2, 3, 0)), "PNG")).mode == "RGBA"


def test_a_turned_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert made(encoded(Image.new("RGB", (40, 30)), "JPEG", exif=exif)).size == (30, 40)


def test_the_first_frame_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    shown = made(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])).convert("RGB")
    red, _, blue = shown.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]  # three bands
    assert red > blue


def test_sixteen_bits_keep_their_shades() -> None:
    grey = Image.new("I;16", (40, 30), 0x8000)
    level = made(encoded(grey, "PNG")).convert("L").getpixel((5, 5))
    assert isinstance(level, int)
    assert 120 < level < 136


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\x00"]
)
def test_what_does_not_decode_is_unreadable_with_a_reason(content: bytes) -> None:
    outcome, reason, _, _ = answer(content, 100, PIXELS)
    assert outcome == UNREADABLE
    assert reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "GIF", "TIFF"])
def test_a_truncated_image_is_unreadable(kind: str) -> None:
    whole = encoded(Image.effect_noise((400, 300), 90).convert("RGB"), kind)
    outcome, reason, _, _ = answer(whole[: len(whole) // 2], 100, PIXELS)
    assert (outcome, bool(reason)) == (UNREADABLE, True)


def test_more_pixels_than_allowed_are_refused_before_they_are_decoded() -> None:
    content = encoded(Image.new("1", (2_000, 1_000)), "PNG")
    outcome, reason, width, height = answer(content, 100, PIXELS)
    assert (outcome, width, height) == (TOO_LARGE, 2_000, 1_000)
    assert b"2,000" in reason
