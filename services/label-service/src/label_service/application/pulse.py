"""Tells streams that a job has changed. All streams of a job in a process share one look a tenth of a second."""

import asyncio
from collections.abc import Awaitable, Callable

_LOOK_EVERY = 0.1


class Pulse:
    """`latest` gives a job's last `seq`."""

    def __init__(self, latest: Callable[[str], Awaitable[int]]) -> None:
        self._latest = latest
        self._beats: dict[str, asyncio.Task[int]] = {}

    async def beyond(self, job_id: str, seq: int, seconds: float) -> bool:
        """Waits until the job has gone beyond `seq`; False if it has not within `seconds`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until:
            if await self._beat(job_id) > seq:
                return True
        return False

    async def _beat(self, job_id: str) -> int:
        beat = self._beats.get(job_id)
        if beat is None:
            beat = self._beats[job_id] = asyncio.create_task(self._look(job_id))
        return await asyncio.shield(beat)

    async def _look(self, job_id: str) -> int:
        try:
            await asyncio.sleep(_LOOK_EVERY)
            return await self._latest(job_id)
        finally:
            del self._beats[job_id]
