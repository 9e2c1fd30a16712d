"""The wait for young ids: what another service has just created may not have arrived here yet."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from labelstream_common.clock import SystemClock
from labelstream_common.ids import age_seconds

T = TypeVar("T")

YOUNG_SECONDS = 10.0
LONGEST_WAIT = 2.0
MOST_WAITING = 100
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.1


_now = SystemClock().now


class _Waiting:
    count = 0


async def await_young(
    identifier: str,
    probe: Callable[[], Awaitable[T | None]],
    *,
    now: Callable[[], datetime] = _now,
    wait: float = LONGEST_WAIT,
) -> T | None:
    """What `probe` finds; while it finds nothing and the id is younger than 10 s, it is asked again for up to 2 s.

    `identifier` is the id that a caller named; one that is no UUIDv7 is never waited for. At most 100 requests wait
    in a process, so that made-up ids cannot hold it up: a further one gets its None at once. Call it after
    authentication only.
    """
    found = await probe()
    if found is not None or not _is_young(identifier, now()) or _Waiting.count >= MOST_WAITING:
        return found
    _Waiting.count += 1
    try:
        return await _ask_again(probe, time.monotonic() + wait)
    finally:
        _Waiting.count -= 1


async def _ask_again(probe: Callable[[], Awaitable[T | None]], until: float) -> T | None:
    pause = _FIRST_PAUSE
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(pause, left))
        found = await probe()
        if found is not None:
            return found
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return None


def _is_young(identifier: str, now: datetime) -> bool:
    age = age_seconds(identifier, now)
    return age is not None and -YOUNG_SECONDS < age < YOUNG_SECONDS
