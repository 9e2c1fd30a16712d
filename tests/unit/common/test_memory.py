"""What large requests leave behind goes back to the operating system."""

import ctypes
from collections.abc import Iterator

import pytest

from labelstream_common.runtime.memory import MemoryReturn, resident_bytes

MEGABYTE = 1024 * 1024


async def test_memory_is_given_back_when_it_has_grown_and_not_again_until_it_grows() -> None:
    resident: Iterator[int] = iter(megabytes * MEGABYTE for megabytes in (200, 210, 210, 240, 240, 205, 230, 230))
    trimmed: list[int] = []

    def trim(pad: int) -> int:
        trimmed.append(pad)
        return 1

    memory = MemoryReturn(trim, lambda: next(resident))
    await memory.look()
    assert trimmed == []
    await memory.look()
    assert trimmed == [0]
    await memory.look()
    assert trimmed == [0]


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc keeps what was freed")
async def test_what_was_freed_between_what_is_still_used_is_given_back() -> None:
    memory = MemoryReturn(ctypes.CDLL(None).malloc_trim, resident_bytes)
    pieces = [bytes(6_000) for _ in range(20_000)]
    still_used = pieces[::100]
    del pieces
    before = resident_bytes()
    await memory.look()
    assert before - resident_bytes() > 60 * MEGABYTE
    assert len(still_used) == 200
