"""What large requests leave behind goes back to the operating system."""

import ctypes
import subprocess
import sys

import pytest

from labelstream_common.runtime.memory import MemoryReturn

MEGABYTE = 1024 * 1024


class Process:
    """One that gives back what it does not use when it is trimmed."""

    def __init__(self) -> None:
        self.resident = self.used = 200 * MEGABYTE
        self.trims = 0

    def trim(self, pad: int) -> int:
        self.trims += 1
        self.resident = self.used
        return 1


async def test_memory_is_given_back_when_it_is_worth_it() -> None:
    process = Process()
    memory = MemoryReturn(process.trim, lambda: process.resident)
    process.resident += 20 * MEGABYTE
    await memory.look()
    assert process.trims == 0
    process.resident += 20 * MEGABYTE
    await memory.look()
    assert (process.trims, process.resident) == (1, process.used)


async def test_memory_that_was_in_use_is_given_back_when_it_is_not_any_more() -> None:
    process = Process()
    memory = MemoryReturn(process.trim, lambda: process.resident)
    process.used = process.resident = 300 * MEGABYTE
    first = memory.pause
    for looks in range(1, 10):
        await memory.look()
        assert memory.pause == min(first * 2**looks, 60)
    process.used = 210 * MEGABYTE
    await memory.look()
    assert (process.resident, memory.pause) == (process.used, first)


@pytest.mark.parametrize("somebody_is_there", [False, True])
async def test_cycles_are_collected_first_while_nobody_waits(somebody_is_there: bool) -> None:
    process = Process()
    process.used = 230 * MEGABYTE

    def collect() -> None:
        process.used = 200 * MEGABYTE

    memory = MemoryReturn(
        process.trim, lambda: process.resident, collect=collect, somebody_is_there=lambda: somebody_is_there
    )
    process.resident += 100 * MEGABYTE
    await memory.look()
    assert process.resident == (230 if somebody_is_there else 200) * MEGABYTE


async def test_cycles_are_collected_again_only_when_the_process_has_grown() -> None:
    process, collections = Process(), 0

    def collect() -> None:
        nonlocal collections
        collections += 1

    memory = MemoryReturn(process.trim, lambda: process.resident, collect=collect, somebody_is_there=lambda: False)
    process.used = process.resident = 300 * MEGABYTE
    for _ in range(3):
        await memory.look()
    assert collections == 1
    process.used = process.resident = 340 * MEGABYTE
    await memory.look()
    assert collections == 2


_FREED = """
import asyncio, ctypes
from labelstream_common.runtime.memory import MemoryReturn, resident_bytes

memory = MemoryReturn(ctypes.CDLL(None).malloc_trim, resident_bytes)
pieces = [bytes(6_000) for _ in range(20_000)]
still_used = pieces[::100]
del pieces
before = resident_bytes()
asyncio.run(memory.look())
print(before - resident_bytes())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc keeps what was freed")
def test_what_was_freed_between_what_is_still_used_is_given_back() -> None:
    """In a process of its own: this one has room for more before it grows."""
    returned = subprocess.run([sys.executable, "-c", _FREED], check=True, capture_output=True, text=True).stdout
    assert int(returned) > 60 * MEGABYTE
