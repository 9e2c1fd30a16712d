"""Taking turns: what may be counted only once it is done, one after another.

Attempts are counted before they are made. If many right ones came at the same time, they would use up the limit
together; so those of one person on one device wait for each other.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from team_service.domain.attempts import TooManyAttempts

MOST_WAITING = 64


class Turns:
    """One at a time under each key, in this process; at most 64 wait."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """Raises TooManyAttempts if too many wait."""
        lock, waiting = self._locks.get(key, (None, 0))
        if waiting > MOST_WAITING:
            raise TooManyAttempts(retry_after=1.0)
        lock = lock or asyncio.Lock()
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            self._leave(key)

    def _leave(self, key: str) -> None:
        lock, waiting = self._locks.pop(key)
        if waiting > 1:
            self._locks[key] = (lock, waiting - 1)
