"""Objects that lie compressed with gzip (RFC 1952): decompressed as far as a limit allows, and not a byte further."""

import zlib

from sync_service.domain.image import ImageTooLarge, ImageUnreadable

GZIP = "gzip"
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS
_PIECE = 256 * 1024


def decompressed(content: bytes, limit: int) -> bytes:
    """The whole content. Raises ImageTooLarge past `limit` bytes, or ImageUnreadable if it is damaged."""
    size = _size_of(content, limit)
    return zlib.decompressobj(_WITH_GZIP_HEADER).decompress(content, size) if size else b""


def _size_of(content: bytes, limit: int) -> int:
    """Counts first and keeps nothing: a bomb takes no memory, however many come at once."""
    machine, size, left = zlib.decompressobj(_WITH_GZIP_HEADER), 0, content
    try:
        while not machine.eof:
            piece = machine.decompress(left, _PIECE)
            size, left = size + len(piece), machine.unconsumed_tail
            if size > limit:
                raise ImageTooLarge(f"it has more than {limit:,} bytes when decompressed")
            if not piece and not left and not machine.eof:
                raise ImageUnreadable("its gzip stream ends too early")
    except zlib.error as error:
        raise ImageUnreadable("it is marked as gzip, but is not gzip") from error
    return size


def beginning(content: bytes, length: int) -> bytes:
    """The first `length` bytes of what begins with `content`; fewer if that does not say more."""
    try:
        return zlib.decompressobj(_WITH_GZIP_HEADER).decompress(content, length)
    except zlib.error:
        return b""  # not gzip, or damaged: it says nothing
