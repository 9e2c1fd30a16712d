"""Whose turn it is: few commits at a time in a process, people's before bulk work."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Protocol

COMMITS_AT_ONCE = 3
BULK_COMMITS_AT_ONCE = 2


class Queue(Protocol, Hashable):
    """What waits for a turn. It closes its group when the turn has come: until then more may join."""

    def people_are_next(self) -> bool: ...

    def bulk_is_next(self) -> bool: ...


class Turns:
    """Bulk work never takes the last turn, so nobody waits behind bulk work of other jobs."""

    def __init__(self) -> None:
        self._running = 0
        self._bulk_running = 0
        self._waiting: dict[Queue, asyncio.Future[bool]] = {}

    async def take(self, queue: Queue) -> bool:
        """Waits for a turn; whether it is one for bulk work. Give it back with `end`."""
        granted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[queue] = granted
        self.offer()
        try:
            return await granted
        except asyncio.CancelledError:
            self._waiting.pop(queue, None)
            if granted.done() and not granted.cancelled():
                self.end(bulk=granted.result())
            raise

    def end(self, *, bulk: bool) -> None:
        self._running -= 1
        self._bulk_running -= bulk
        self.offer()

    def offer(self) -> None:
        """Gives free turns to who waits. To be called when something new has queued."""
        self._grant(lambda queue: queue.people_are_next(), bulk=False)
        self._grant(lambda queue: queue.bulk_is_next(), bulk=True)

    def _grant(self, wants: Callable[[Queue], bool], *, bulk: bool) -> None:
        for queue in [queue for queue in self._waiting if wants(queue)]:
            if self._running == COMMITS_AT_ONCE or (bulk and self._bulk_running == BULK_COMMITS_AT_ONCE):
                return
            self._running += 1
            self._bulk_running += bulk
            self._waiting.pop(queue).set_result(bulk)
