"""When a request is sent again: only if nothing was done, or if its idempotency key makes a repeat safe."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from labelstream.errors import ApiError, LabelstreamError, OutcomeUnknown, Refused, Unreachable


class ConnectionLost(Unreachable):
    """The connection broke. `sent` is whether the server may have read the request."""

    def __init__(self, detail: str, *, sent: bool) -> None:
        self.sent = sent
        super().__init__(detail)


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long a client tries.

    Pauses grow from `first` to `ceiling` seconds with full jitter; a server's `Retry-After` is obeyed instead.
    After `attempts`, or when the pauses of one call would pass `patience` seconds in all, the error is raised.
    """

    attempts: int = 8
    first: float = 0.1
    ceiling: float = 5.0
    patience: float = 60.0
    jitter: Callable[[], float] = random.random

    def pause(self, failure: LabelstreamError, *, attempt: int, paused: float, repeatable: bool) -> float | None:
        """Seconds to wait before attempt `attempt + 1`, or None to give up.

        `repeatable`: a repeat finds the first answer (a read, or a write with an idempotency key).
        """
        if attempt >= self.attempts or not _safe(failure, repeatable=repeatable):
            return None
        asked = failure.retry_after if isinstance(failure, ApiError) else None
        grown = min(self.ceiling, self.first * 2 ** (attempt - 1))
        pause = asked if asked is not None else grown * (0.5 + self.jitter() / 2)
        return pause if paused + pause <= self.patience else None


def _safe(failure: LabelstreamError, *, repeatable: bool) -> bool:
    if isinstance(failure, Refused):
        return True
    if isinstance(failure, ConnectionLost):
        return repeatable or not failure.sent
    return isinstance(failure, OutcomeUnknown) and repeatable and failure.code in _PASSING


_PASSING = frozenset({"outcome-unknown", "http-502", "http-504"})
"""A plain 500 is a defect of the server that a repeat meets again; these are moments that pass."""

NEVER = RetryPolicy(attempts=1)
