"""Waiting for the end of operations: announced within the process, and looked for where another one runs them."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from labelstream_common.tasks import rest

_SHORTEST_LOOK, _LONGEST_LOOK = 0.05, 1.0


class Ends:
    """Who waits in this process for which operation."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def announce(self, operation_id: str) -> None:
        """Wakes those who wait for the operation."""
        for waiting in self._waiting.get(operation_id, ()):
            waiting.set()

    async def wait(self, operation_id: str, has_ended: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Returns once `has_ended`, or after `seconds`. An unannounced end is noticed within a second."""
        announced = asyncio.Event()
        self._waiting.setdefault(operation_id, set()).add(announced)
        try:
            await _look(has_ended, announced, time.monotonic() + seconds)
        finally:
            self._waiting[operation_id].discard(announced)
            if not self._waiting[operation_id]:
                del self._waiting[operation_id]


async def _look(has_ended: Callable[[], Awaitable[bool]], announced: asyncio.Event, until: float) -> None:
    pause = _SHORTEST_LOOK
    while not await has_ended() and (left := until - time.monotonic()) > 0:
        await rest(announced, min(pause, left))
        announced.clear()
        pause = min(pause * 2, _LONGEST_LOOK)
