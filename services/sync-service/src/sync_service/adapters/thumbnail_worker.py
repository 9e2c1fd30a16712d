"""The process that decodes images: whatever an image does, it does it here, within limits, and can be killed.

It writes `READY` once, then reads requests from standard input and writes answers to standard output, one at a time. A
request is a header `<length, size, pixels>` of three 32-bit numbers and the image; an answer is
`<outcome, format, length, width, height, look>` and the thumbnail, or the reason in UTF-8; `format` is a place in
`FORMATS`. It ends when its input does.
"""

import io
import math
import os
import resource
import struct
import sys
import warnings
from array import array
from typing import BinaryIO, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

REQUEST = struct.Struct("<III")
ANSWER = struct.Struct("<BBIIIQ")
READY = b"ready"
MADE, UNREADABLE, TOO_LARGE = 0, 1, 2
FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "GIF", "TIFF")

_ORIENTATION, _ON_ITS_SIDE = 0x0112, {5, 6, 7, 8}
_SMALL = 256  # below this many pixels a side, exact colours cost nothing


def main() -> None:
    memory, niceness = int(sys.argv[1]), int(sys.argv[2])
    os.nice(niceness)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    Image.init()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    answer_all(sys.stdin.buffer, sys.stdout.buffer)


class Answer(NamedTuple):
    """The outcome, the thumbnail or the reason, and of the original its format, its upright width and height, and its
    perceptual hash."""

    outcome: int
    content: bytes
    format: int = 0
    width: int = 0
    height: int = 0
    look: int = 0


def answer_all(requests: BinaryIO, answers: BinaryIO) -> None:
    while len(header := requests.read(REQUEST.size)) == REQUEST.size:
        length, size, pixels = REQUEST.unpack(header)
        made = answer(requests.read(length), size, pixels)
        head = (made.outcome, made.format, len(made.content), made.width, made.height, made.look)
        answers.write(ANSWER.pack(*head) + made.content)
        answers.flush()


def answer(image: bytes, size: int, pixels: int) -> Answer:
    Image.MAX_IMAGE_PIXELS = None  # the limit below is ours, and holds before anything is decoded
    try:
        with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > pixels:
                reason = f"{width:,} × {height:,} pixels are more than {pixels:,}"
                return Answer(TOO_LARGE, reason.encode(), 0, width, height)
            # A JPEG with several pictures in it (of phones and stereo cameras) calls itself MPO.
            kind = FORMATS.index(opened.format) if opened.format in FORMATS else FORMATS.index("JPEG")
            # Of a TIFF Pillow says the upright size by itself.
            if opened.format != "TIFF" and opened.getexif().get(_ORIENTATION) in _ON_ITS_SIDE:
                width, height = height, width
            small = upright(opened, size)
            return Answer(MADE, as_webp(small), kind, width, height, look_of(small))
    except MemoryError:
        return Answer(TOO_LARGE, b"decoding it takes too much memory")
    except Exception as error:
        return Answer(UNREADABLE, _reason(error).encode())


def upright(image: Image.Image, size: int) -> Image.Image:
    """The first frame, upright, at most `size` pixels a side and never enlarged."""
    image.draft("RGB", (size, size))
    image.seek(0)
    turned = ImageOps.exif_transpose(_shown(image, size))
    plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    plain.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return plain


def as_webp(plain: Image.Image) -> bytes:
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=82, method=2, lossless=max(plain.size) <= _SMALL // 4)
    return out.getvalue()


def look_of(plain: Image.Image) -> int:
    """A difference hash (dHash): of 9 × 8 shades, whether each is brighter than the one to its right.

    Source: Neal Krawetz, "Kind of Like That". `imagehash` computes the same, and brings SciPy and PyWavelets along.
    """
    shades = plain.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    look = 0
    for row in range(8):
        for column in range(8):
            look = look << 1 | (shades[9 * row + column] > shades[9 * row + column + 1])
    return look


def _shown(image: Image.Image, size: int) -> Image.Image:
    """The image in a mode that converts to what a screen shows, with what it says of its orientation."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        image.load()  # which turns a TIFF upright
        exif = image.getexif()
        shown = _stretched(image, size)
        shown.info["exif"] = exif.tobytes()
        return shown
    return image.getchannel("L") if image.mode == "LAB" else image


def _stretched(image: Image.Image, size: int) -> Image.Image:
    """Wide shades (microscopes, scanners, depth, floats) from the darkest to the brightest that there is.

    Whatever the numbers mean, what differs can be seen. What is no number (NaN, infinite) is black.
    """
    wide = image.convert("I").convert("F") if image.mode.startswith("I;16") else image.convert("F")
    sharp = wide.copy()
    sharp.thumbnail((size, size), Image.Resampling.NEAREST)
    values = _floats(sharp)
    if all(map(math.isfinite, values)):  # smoothing would spread what is no number
        wide.thumbnail((size, size), Image.Resampling.BOX)
        values, sharp = _floats(wide), wide
    numbers = [value for value in values if math.isfinite(value)]
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    if low == high:
        return Image.new("L", sharp.size, 128)
    scale = 255 / (high - low)
    levels = bytes(round((value - low) * scale) if math.isfinite(value) else 0 for value in values)
    return Image.frombytes("L", sharp.size, levels)


def _floats(image: Image.Image) -> "array[float]":
    return array("f", image.tobytes())


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "it is none of the accepted formats, or its beginning is damaged"
    text = str(error).strip().rstrip(".")
    return text[:200] or type(error).__name__


if __name__ == "__main__":
    main()
