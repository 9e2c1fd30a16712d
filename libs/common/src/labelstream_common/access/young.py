"""The wait for young ids: what another service has just created may not have arrived here yet."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from labelstream_common.account_turns import step_aside
from labelstream_common.clock import SystemClock
from labelstream_common.ids import age_seconds
from labelstream_common.messaging.audit import current_requester

T = TypeVar("T")

YOUNG_SECONDS = 10.0
LONGEST_WAIT = 2.0
MOST_WAITING, OPEN_TO_ALL, ALWAYS_OF_ONE = 100, 50, 10
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.1


_now = SystemClock().now


_waiting: Counter[str] = Counter()
"""How many requests of each account wait in this process."""


async def await_young(
    identifier: str,
    probe: Callable[[], Awaitable[T | None]],
    *,
    now: Callable[[], datetime] = _now,
    wait: float = LONGEST_WAIT,
) -> T | None:
    """What `probe` finds; while it finds nothing and the id is younger than 10 s, it is asked again for up to 2 s.

    `identifier` is the id that a caller named; one that is no UUIDv7 is never waited for. At most 100 requests wait
    in a process, and when 50 do, those of an account with fewer than 10 alone: made-up ids hold up neither the process
    nor others. A further one gets its None at once. Call it after authentication only.
    """
    found = await probe()
    if found is not None or not _is_young(identifier, now()):
        return found
    requester = current_requester.get()
    account = requester.caller.account_id if requester and requester.caller else ""
    if not _has_room(account):
        return found
    _waiting[account] += 1
    step_aside()
    try:
        return await _ask_again(probe, time.monotonic() + wait)
    finally:
        _waiting[account] -= 1
        if not _waiting[account]:
            del _waiting[account]


def _has_room(account: str) -> bool:
    waiting = _waiting.total()
    return waiting < OPEN_TO_ALL or (waiting < MOST_WAITING and _waiting[account] < ALWAYS_OF_ONE)


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
