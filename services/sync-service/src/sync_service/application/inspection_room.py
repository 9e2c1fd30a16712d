"""While data comes in, inspection goes on at a tenth of its pace: whoever waits for the data does not wait for it.

It never stops: however long imports and synchronizations last, broken images are found meanwhile.
"""

import time
from collections.abc import Awaitable, Callable

_LOOK_EVERY = 1.0
_TIMES_AS_LONG = 9
_LONGEST_REST = 30.0
_FOLLOWER_RESTS = 4.0


class InspectionRoom:
    """`is_coming_in` asks whether an import or a synchronization is running, in whatever process; it is asked once a
    second."""

    def __init__(self, is_coming_in: Callable[[], Awaitable[bool]], now: Callable[[], float] = time.monotonic) -> None:
        self._is_coming_in = is_coming_in
        self._now = now
        self._known = False
        self._looked_at = -_LOOK_EVERY

    async def rest_after(self, seconds: float) -> float:
        """How long a reader rests after an image that took so long."""
        return min(_TIMES_AS_LONG * seconds, _LONGEST_REST) if await self._comes_in() else 0.0

    async def rest_of_follower(self) -> float:
        """How long what notes new images rests after some of them: what comes gathers."""
        return _FOLLOWER_RESTS if await self._comes_in() else 0.0

    async def _comes_in(self) -> bool:
        if self._now() - self._looked_at >= _LOOK_EVERY:
            self._looked_at = self._now()
            self._known = await self._is_coming_in()
        return self._known
