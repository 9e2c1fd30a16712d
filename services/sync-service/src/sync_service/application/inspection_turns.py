"""Whose images inspection reads next: sources and datasets take turns, and one that is slow or away rests."""

from collections import Counter
from collections.abc import Callable

_FIRST_REST, _LONGEST_REST = 5.0, 300.0
# A source whose images take longer than this to read rests as long as each took: it gets half of a reader at most.
_SLOW_SECONDS = 2.0
_MOST_FAILURES = 10


class Turns:
    """What the readers of one process know of the sources. `now` gives seconds that only grow.

    No source has more than `most_of_one` images under way, so that one that hangs leaves a reader to the others.
    """

    def __init__(self, most_of_one: int, now: Callable[[], float]) -> None:
        self._most_of_one = most_of_one
        self._now = now
        self._under_way: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._resting: dict[str, float] = {}
        self.last = ""
        """The queue that was served last: the next one's turn is behind it."""

    def resting(self) -> frozenset[str]:
        """The sources, and the queues of single datasets, that are left alone now."""
        now = self._now()
        self._resting = {source: until for source, until in self._resting.items() if until > now}
        busy = {source for source, count in self._under_way.items() if count >= self._most_of_one}
        return frozenset({*self._resting, *busy})

    def begin(self, source: str, queue: str) -> None:
        self._under_way[source] += 1
        self.last = queue

    def ended(self, source: str, queue: str, seconds: float) -> None:
        """It was read, in so many seconds."""
        self._end(source)
        for whose in (source, queue):
            self._failures.pop(whose, None)
        if seconds > _SLOW_SECONDS:
            self._rest(source, min(seconds, _LONGEST_REST))

    def failed(self, source: str, queue: str, *, is_away: bool) -> float:
        """It could not be read; for how many seconds its queue rests, or its whole source if that `is_away`.

        Twice as long each time.
        """
        self._end(source)
        whose = source if is_away else queue
        self._failures[whose] = min(self._failures[whose] + 1, _MOST_FAILURES)
        rest = min(_FIRST_REST * (1 << (self._failures[whose] - 1)), _LONGEST_REST)
        self._rest(whose, rest)
        return rest

    def _rest(self, whose: str, seconds: float) -> None:
        self._resting[whose] = max(self._resting.get(whose, 0.0), self._now() + seconds)

    def _end(self, source: str) -> None:
        self._under_way[source] -= 1
        if self._under_way[source] <= 0:
            del self._under_way[source]
