"""Gives memory that large requests have left behind back to the operating system.

glibc keeps what was freed below something that is still in use: a body of 13 MB with 200,000 predictions leaves 100 MB
behind for good. `malloc_trim` gives it back. Where there is no such function, or no `/proc`, nothing is done.

Failed requests leave cycles: an exception refers to its frames, and they to it. Python looks for those by itself only
after many allocations, which a process at rest does not make. So they are collected first, while nobody is there to
wait for it, and again only when the process has grown since.
"""

import asyncio
import ctypes
import gc
import resource
from collections.abc import Callable
from pathlib import Path

from labelstream_common.courtesy import courtesy

_SHORTEST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0
_WORTH_BYTES = 32 * 1024 * 1024
_STATM = Path("/proc/self/statm")


def _trim_of(libc: object) -> Callable[[int], int] | None:
    return getattr(libc, "malloc_trim", None)


def resident_bytes() -> int:
    """The memory of this process that is not swapped out. Raises OSError where there is no `/proc`."""
    return int(_STATM.read_text().split()[1]) * resource.getpagesize()


class MemoryReturn:
    """Trims while the process is 32 MiB larger than it once was, less often where that gives nothing back."""

    def __init__(
        self,
        trim: Callable[[int], int],
        resident: Callable[[], int],
        *,
        collect: Callable[[], object] = gc.collect,
        somebody_is_there: Callable[[], bool] = courtesy.somebody_is_there,
    ) -> None:
        self._trim = trim
        self._resident = resident
        self._collect = collect
        self._somebody_is_there = somebody_is_there
        self._lowest = self._collected_at = resident()
        self.pause = _SHORTEST_PAUSE

    async def look(self) -> None:
        """`pause`: how many seconds later to look again."""
        before = self._resident()
        self._lowest = min(self._lowest, before)
        if before - self._lowest < _WORTH_BYTES:
            return
        collects = before - self._collected_at >= _WORTH_BYTES and not self._somebody_is_there()
        if collects:
            self._collect()
        await asyncio.to_thread(self._trim, 0)
        if collects:
            self._collected_at = self._resident()
        was_worth_it = before - self._resident() >= _WORTH_BYTES
        self.pause = _SHORTEST_PAUSE if was_worth_it else min(2 * self.pause, _LONGEST_PAUSE)


def _of_this_process() -> MemoryReturn | None:
    trim = _trim_of(ctypes.CDLL(None))
    return MemoryReturn(trim, resident_bytes) if trim and _STATM.exists() else None


async def return_memory() -> None:
    """Goes on until it is cancelled."""
    memory = _of_this_process()
    while memory:
        await asyncio.sleep(memory.pause)
        await memory.look()
