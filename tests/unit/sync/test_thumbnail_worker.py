"""What the worker makes of an image, as a function; the process around it is tested for real elsewhere."""

import io

import pytest
from PIL import Image

from sync_service.adapters.thumbnail_worker import FORMATS, MADE, TOO_LARGE, UNREADABLE, answer

PIXELS = 1_000_000


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def made(content: bytes, size: int = 100) -> Image.Image:
    found = answer(content, size, PIXELS)
    assert found.outcome == MADE, found.content
    opened = Image.open(io.BytesIO(found.content))
    opened.load()
    return opened


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "GIF", "TIFF"])
def test_every_accepted_format_becomes_a_small_webp(kind: str) -> None:
    found = answer(encoded(Image.new("RGB", (400, 200), "red"), kind), 100, PIXELS)
    assert (found.outcome, FORMATS[found.format], found.width, found.height) == (MADE, kind, 400, 200)
    opened = Image.open(io.BytesIO(found.content))
    assert (opened.format, opened.size) == ("WEBP", (100, 50))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "F", "I;16"])
def test_every_kind_of_pixel_can_be_shown(mode: str) -> None:
    assert made(
        encoded(Image.new(mode, (40, 30)), "PNG" if mode in {"1", "L", "LA", "P", "RGB", "RGBA"} else "TIFF")
    ).size == (40, 30)


def test_a_small_image_is_not_enlarged() -> None:
    assert made(encoded(Image.new("L", (8, 8)), "PNG"), 1024).size == (8, 8)


def test_transparency_stays() -> None:
    assert made(encoded(Image.new("RGBA", (40, 30), (1, 2, 3, 0)), "PNG")).mode == "RGBA"


def test_a_turned_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encoded(Image.new("RGB", (40, 30)), "JPEG", exif=exif)
    assert made(content).size == (30, 40)
    found = answer(content, 100, PIXELS)
    assert (found.width, found.height) == (30, 40)


def test_the_first_frame_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    shown = made(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])).convert("RGB")
    red, _, blue = shown.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]  # three bands
    assert red > blue


def ramp(mode: str, low: float, high: float) -> Image.Image:
    """An image that goes from `low` on its left to `high` on its right."""
    wide = Image.new("F", (64, 32))
    wide.putdata([low + (high - low) * (place % 64) / 63 for place in range(64 * 32)])
    return wide if mode == "F" else wide.convert("I").convert(mode)


@pytest.mark.parametrize(
    ("mode", "low", "high"),
    [
        ("F", 0.0, 1.0),
        ("F", -1e30, 1e30),
        ("F", 0.0001, 0.0002),
        ("I", 0, 70_000),
        ("I", -5, 900_000_000),
        ("I;16", 0, 4_095),
        ("I;16", 30_000, 30_500),
    ],
)
def test_wide_shades_are_stretched_to_what_can_be_seen(mode: str, low: float, high: float) -> None:
    shown = made(encoded(ramp(mode, low, high), "TIFF")).convert("L")
    levels = [shown.getpixel((column, 16)) for column in (1, 32, 62)]
    assert [round(level / 64) if isinstance(level, int) else level for level in levels] == [0, 2, 4]


def test_what_is_no_number_is_black_and_hides_nothing_else() -> None:
    broken = ramp("F", 0.0, 10.0)
    for row in range(8):
        broken.putpixel((0, row), float("nan"))
        broken.putpixel((1, row), float("inf"))
    shown = made(encoded(broken, "TIFF")).convert("L")
    assert shown.getextrema() == pytest.approx((0, 255), abs=6)
    assert made(encoded(Image.new("F", (40, 30), float("nan")), "TIFF")).size == (40, 30)


def test_a_turned_image_of_wide_shades_stands_upright() -> None:
    content = encoded(ramp("F", 0.0, 1.0), "TIFF", tiffinfo={0x0112: 6})
    found = answer(content, 100, PIXELS)
    assert (found.width, found.height) == (32, 64)
    assert made(content).size == (32, 64)


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\x00"]
)
def test_what_does_not_decode_is_unreadable_with_a_reason(content: bytes) -> None:
    found = answer(content, 100, PIXELS)
    assert found.outcome == UNREADABLE
    assert found.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "GIF", "TIFF"])
def test_a_truncated_image_is_unreadable(kind: str) -> None:
    whole = encoded(Image.effect_noise((400, 300), 90).convert("RGB"), kind)
    found = answer(whole[: len(whole) // 2], 100, PIXELS)
    assert (found.outcome, bool(found.content)) == (UNREADABLE, True)


def test_more_pixels_than_allowed_are_refused_before_they_are_decoded() -> None:
    content = encoded(Image.new("1", (2_000, 1_000)), "PNG")
    found = answer(content, 100, PIXELS)
    assert (found.outcome, found.width, found.height) == (TOO_LARGE, 2_000, 1_000)
    assert b"2,000" in found.content
