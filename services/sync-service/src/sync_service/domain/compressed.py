"""Objects that lie compressed with gzip (RFC 1952): decompressed as far as a limit allows, and not a byte further."""

import zlib

from sync_service.domain.image import ImageTooLarge, ImageUnreadable

GZIP = "gzip"
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS


def decompressed(content: bytes, limit: int) -> bytes:
    """The whole content. Raises ImageTooLarge past `limit` bytes, or ImageUnreadable if it is damaged."""
    machine = zlib.decompressobj(_WITH_GZIP_HEADER)
    try:
        whole = machine.decompress(content, limit + 1)
    except zlib.error as error:
        raise ImageUnreadable("it is marked as gzip, but is not gzip") from error
    if len(whole) > limit:
        raise ImageTooLarge(f"it has more than {limit:,} bytes when decompressed")
    if not machine.eof:
        raise ImageUnreadable("its gzip stream ends too early")
    return whole


def beginning(content: bytes, length: int) -> bytes:
    """The first `length` bytes of what begins with `content`; fewer if that does not say more."""
    try:
        return zlib.decompressobj(_WITH_GZIP_HEADER).decompress(content, length)
    except zlib.error:
        return b""
