"""A queue between one reader and one writer that is bounded by bytes, so that memory does not depend on what comes."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class ByteQueue(Generic[T]):
    """First in, first out. One that alone is larger than `most_bytes` is taken when nothing else waits."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._waiting: deque[tuple[T, int]] = deque()
        self._bytes = 0
        self._there, self._room = asyncio.Event(), asyncio.Event()

    async def put(self, item: T, size: int) -> None:
        """Waits for room."""
        while self._waiting and self._bytes + size > self._most:
            self._room.clear()
            await self._room.wait()
        self._waiting.append((item, size))
        self._bytes += size
        self._there.set()

    async def get(self) -> T:
        """Waits for something to be there."""
        while not self._waiting:
            self._there.clear()
            await self._there.wait()
        return self.get_nowait()

    def get_nowait(self) -> T:
        item, size = self._waiting.popleft()
        self._bytes -= size
        self._room.set()
        return item

    def __len__(self) -> int:
        return len(self._waiting)

    def head(self) -> T:
        """What `get_nowait` would give."""
        return self._waiting[0][0]
