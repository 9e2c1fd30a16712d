"""Giving way: background work to whoever is at work now, and those who ask for much to the others.

A process knows only its own requests. Where services run apart, the scheduler shares out the processors.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

STAY_SECONDS = 2.0
"""How long after a request its sender is still thought to be at work."""
SHARE = 0.25
"""The part of the time that all workers of one kind together take while somebody is there."""
_LONGEST_PAUSE = 2.0


class Courtesy:
    """Who is there, and how long a background worker rests for them. `now` gives seconds that only grow."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._came_at: OrderedDict[str, float] = OrderedDict()

    def came(self, account_id: str) -> None:
        """The account has sent a request."""
        now = self._now()
        self._came_at[account_id] = now
        self._came_at.move_to_end(account_id)
        longest = next(iter(self._came_at))
        if now - self._came_at[longest] >= STAY_SECONDS:
            del self._came_at[longest]

    def somebody_is_there(self) -> bool:
        return self._were_there(1)

    def others_are_there(self) -> bool:
        """Whether more than one account is at work."""
        return self._were_there(2)

    def _were_there(self, accounts: int) -> bool:
        came_at = next(islice(reversed(self._came_at.values()), accounts - 1, None), None)
        return came_at is not None and self._now() - came_at < STAY_SECONDS

    def pause_after(self, seconds: float, *, workers: int = 1) -> float:
        """How long one of so many workers rests after a piece that took `seconds`; nothing when nobody is there."""
        if not self.somebody_is_there():
            return 0.0
        return min(seconds * (workers / SHARE - 1), _LONGEST_PAUSE)


courtesy = Courtesy()
"""This process's."""
