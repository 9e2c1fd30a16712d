"""Who sends requests to this process now, so that background work can slow down for them.

A process knows only its own requests. Services that run apart share the processors through the operating system.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

STAY_SECONDS = 2.0
"""How long after its last request an account counts as present."""
SHARE = 0.25
"""The share of the time that all background workers of one kind use together while somebody is present."""
_TIMES_AS_LONG_BESIDE_OTHERS = 2
_LONGEST_PAUSE, _LONGEST_PAUSE_BESIDE_OTHERS = 2.0, 1.0


class Courtesy:
    """The accounts that are present, and how long a background worker pauses for them. `now` is a monotonic clock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._came_at: OrderedDict[str, float] = OrderedDict()
        self._labeled_at: float | None = None

    def labeled(self) -> None:
        """Somebody has changed items or labels of a job, and may be about to change more."""
        self._labeled_at = self._now()

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
        """Whether more than one account is present."""
        return self._were_there(2)

    def others_wait(self) -> bool:
        """Whether requested work keeps somebody waiting: others are present, or somebody labels."""
        return self.others_are_there() or self._somebody_labels()

    def _somebody_labels(self) -> bool:
        return self._labeled_at is not None and self._now() - self._labeled_at < STAY_SECONDS

    def _were_there(self, accounts: int) -> bool:
        came_at = next(islice(reversed(self._came_at.values()), accounts - 1, None), None)
        return came_at is not None and self._now() - came_at < STAY_SECONDS

    def pause_after(self, seconds: float, *, workers: int = 1) -> float:
        """How long one of `workers` pauses after a piece of `seconds`, in seconds; 0 while nobody is present."""
        if not self.somebody_is_there():
            return 0.0
        return min(seconds * (workers / SHARE - 1), _LONGEST_PAUSE)

    def pause_beside_others(self, seconds: float, *, workers: int = 1) -> float:
        """How long requested work pauses after a piece of `seconds`, in seconds.

        0 unless others are present, or somebody labels: perhaps the one who asked for the work. `workers` is how many
        pieces go on at once for the same account: together they take as much time as one would.
        """
        if not self.others_wait():
            return 0.0
        times_as_long = (1 + _TIMES_AS_LONG_BESIDE_OTHERS) * workers - 1
        return min(times_as_long * seconds, workers * _LONGEST_PAUSE_BESIDE_OTHERS)


courtesy = Courtesy()
"""This process's."""
