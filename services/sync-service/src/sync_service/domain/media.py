"""Which images are accepted: told by the key's ending when listing, by the object's content type where the ending says
nothing, and by the first bytes when they are served.

NotAnImage             the bytes are none of the accepted formats, whatever the key says
"""

import mimetypes
from collections.abc import Mapping
from types import MappingProxyType

from labelstream_common.errors import Invalid

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "jpe": "image/jpeg",
        "jfif": "image/jpeg",
        "png": "image/png",
        "bmp": "image/bmp",
        "webp": "image/webp",
        "gif": "image/gif",
        "tif": "image/tiff",
        "tiff": "image/tiff",
    }
)

ACCEPTED: frozenset[str] = frozenset(MEDIA_TYPES.values())
_OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "image/jpg": "image/jpeg",
        "image/pjpeg": "image/jpeg",
        "image/x-png": "image/png",
        "image/x-ms-bmp": "image/bmp",
        "image/x-bmp": "image/bmp",
        "image/tif": "image/tiff",
    }
)
# Only what everybody calls data without saying of what kind.
_SAYS_NOTHING = frozenset({"", "bin", "dat", "data", "img", "image", "obj", "raw", "tmp", "blob", "file"})

SNIFFED_BYTES = 16


class NotAnImage(Invalid):
    code = "not-an-image"

    def __init__(self) -> None:
        super().__init__("The object is not a JPEG, PNG, BMP, WebP, GIF or TIFF image, so it is not served.")


def media_type_of(key: str) -> str | None:
    """The media type that the key's ending stands for; None if it is not an accepted image."""
    return MEDIA_TYPES.get(key[key.rfind(".") + 1 :].lower()) if "." in key else None


def says_nothing(key: str) -> bool:
    """Whether the key's ending tells neither that it is an image nor that it is something else."""
    name = key[key.rfind("/") + 1 :]
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or ending.lower() in _SAYS_NOTHING:
        return True
    return mimetypes.guess_type(f"x.{ending}", strict=False) == (None, None)


def media_type_told(content_type: str | None) -> str | None:
    """The accepted media type that a Content-Type header names; None if it names another or none."""
    named = (content_type or "").partition(";")[0].strip().lower()
    named = _OTHER_NAMES.get(named, named)
    return named if named in ACCEPTED else None


def sniffed(head: bytes) -> str:
    """The media type that the first `SNIFFED_BYTES` bytes show. Raises NotAnImage.

    Signatures: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern; TIFF 6.0 section 2, BigTIFF.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return "image/tiff"
    if head.startswith(b"BM"):
        return "image/bmp"
    raise NotAnImage
