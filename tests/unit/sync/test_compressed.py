"""What lies compressed is decompressed as far as it may, and no further."""

import gzip

import pytest

from sync_service.domain.compressed import beginning, decompressed
from sync_service.domain.image import ImageTooLarge, ImageUnreadable


def test_content_at_the_limit_is_decompressed_and_a_byte_more_is_not() -> None:
    assert decompressed(gzip.compress(bytes(1_000)), 1_000) == bytes(1_000)
    with pytest.raises(ImageTooLarge):
        decompressed(gzip.compress(bytes(1_001)), 1_000)


def test_a_bomb_is_not_made_whole() -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    with pytest.raises(ImageTooLarge):
        decompressed(bomb, 25_000_000)


@pytest.mark.parametrize("content", [b"", b"PNG", gzip.compress(bytes(50_000))[:-9]])
def test_damaged_content_is_unreadable(content: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        decompressed(content, 1_000_000)


def test_the_beginning_shows_what_it_is() -> None:
    assert beginning(gzip.compress(b"GIF89a" + bytes(100_000)), 6) == b"GIF89a"
    assert beginning(b"GIF89a", 6) == b""
