"""The process that decodes images: whatever an image does, it does it here, within limits, and can be killed.

It reads requests from standard input and writes answers to standard output, one at a time. A request is a header
`<length, size, pixels>` of three 32-bit numbers and the image; an answer is `<outcome, length, width, height>` and the
thumbnail, or the reason in UTF-8. It ends when its input does.
"""

import io
import resource
import struct
import sys
import warnings
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

REQUEST = struct.Struct("<III")
ANSWER = struct.Struct("<BIII")
MADE, UNREADABLE, TOO_LARGE = 0, 1, 2
FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "GIF", "TIFF")

_SMALL = 256  # below this many pixels a side, exact colours cost nothing


def main() -> None:
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    Image.init()
    answer_all(sys.stdin.buffer, sys.stdout.buffer)


def answer_all(requests: BinaryIO, answers: BinaryIO) -> None:
    while len(header := requests.read(REQUEST.size)) == REQUEST.size:
        length, size, pixels = REQUEST.unpack(header)
        outcome, content, width, height = answer(requests.read(length), size, pixels)
        answers.write(ANSWER.pack(outcome, len(content), width, height) + content)
        answers.flush()


def answer(image: bytes, size: int, pixels: int) -> tuple[int, bytes, int, int]:
    """The outcome, the thumbnail or the reason, and the original's width and height."""
    Image.MAX_IMAGE_PIXELS = None  # the limit below is ours, and holds before anything is decoded
    try:
        with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > pixels:
                reason = f"{width:,} × {height:,} pixels are more than {pixels:,}"
                return TOO_LARGE, reason.encode(), width, height
            return MADE, thumbnail(opened, size), width, height
    except MemoryError:
        return TOO_LARGE, b"decoding it takes too much memory", 0, 0
    except Exception as error:
        return UNREADABLE, _reason(error).encode(), 0, 0


def thumbnail(image: Image.Image, size: int) -> bytes:
    """The first frame, upright, at most `size` pixels a side and never enlarged, as WebP."""
    image.draft("RGB", (size, size))
    image.seek(0)
    upright = ImageOps.exif_transpose(_eight_bits(image))
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=82, method=2, lossless=max(plain.size) <= _SMALL // 4)
    return out.getvalue()


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits a pixel (microscopes, scanners) scaled down; converting alone would turn most of it white."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "it is none of the accepted formats, or its beginning is damaged"
    text = str(error).strip().rstrip(".")
    return text[:200] or type(error).__name__


if __name__ == "__main__":
    main()
