"""What failed is tried again later, at intervals of its own that grow with each failure."""

import time
from collections.abc import Callable, Collection

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 60.0


class Retries:
    """Remembers what fails. `now` gives seconds that only go forward."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failing: dict[str, tuple[float, float]] = {}

    @property
    def count(self) -> int:
        """How many fail at present."""
        return len(self._failing)

    def is_due(self, key: str) -> bool:
        return self._now() >= self._failing.get(key, (0.0, 0.0))[0]

    def postponed(self) -> list[str]:
        """What is not due yet."""
        return [key for key in self._failing if not self.is_due(key)]

    def failed(self, key: str) -> float:
        """Notes a failure; the seconds until the next try."""
        _, before = self._failing.get(key, (0.0, 0.0))
        pause = min(before * 2, _LONGEST_PAUSE) or _FIRST_PAUSE
        self._failing[key] = (self._now() + pause, pause)
        return pause

    def succeeded(self, key: str) -> None:
        self._failing.pop(key, None)

    def only(self, group: str, keys: Collection[str]) -> None:
        """Of the keys that begin with `group`, only these are still tried."""
        for key in [key for key in self._failing if key.startswith(group) and key not in keys]:
            del self._failing[key]
