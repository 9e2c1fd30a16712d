"""Ending tasks for certain, resting until told to stop, and long computations that let others in between."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from labelstream_common.courtesy import courtesy

T = TypeVar("T")
U = TypeVar("U")

SLICE_SECONDS = 0.001
"""How long work of many pieces keeps the event loop at a time."""
_OTHERS_SECONDS = 0.0005
_REST_SECONDS = 0.003
_AGAIN_AFTER = 3.0  # longer than what tasks do at their end usually takes


async def end(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    """Cancels tasks and waits until each has ended, whatever it ended with.

    A task that goes on is cancelled again: up to Python 3.11, `asyncio.wait_for`, which drivers use, swallows a
    cancellation that comes at the moment its own wait ends (python/cpython#86296). After a pause of the whole
    process, many waits end at that moment.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        done, left = await asyncio.wait(left, timeout=_AGAIN_AFTER)
        for task in done:
            if not task.cancelled():
                task.exception()  # seen: it does not count any more


async def rest(event: asyncio.Event, seconds: float) -> None:
    """Waits for `event`, at most so long: a loop that rests like this between its turns still ends at once."""
    with contextlib.suppress(TimeoutError):  # either end of the wait is as good: the caller looks at the event itself
        async with asyncio.timeout(seconds):
            await event.wait()


async def in_slices(make: Callable[[T], U], values: Iterable[T]) -> list[U]:
    """What `make` makes of each value, a millisecond at a time: others are served in between.

    For pure Python: a thread would keep the interpreter from them just as long.
    """
    made: list[U] = []
    until = time.perf_counter() + SLICE_SECONDS
    for value in values:
        made.append(make(value))
        if time.perf_counter() > until:
            await let_others_in()
            until = time.perf_counter() + SLICE_SECONDS
    return made


async def let_others_in() -> None:
    """Pauses long work between two slices: for 3 ms if others wait, or tasks were ready, else for one turn of the loop.

    A request has about a dozen short steps, and each waits for the slice that is running. Only one piece of long work
    leaves its pause at a time, so all of them together use about a quarter of the time.
    """
    async with _turn():
        began = time.perf_counter()
        await asyncio.sleep(0)
        if courtesy.others_wait() or time.perf_counter() - began > _OTHERS_SECONDS:
            await asyncio.sleep(_REST_SECONDS)


def _turn() -> asyncio.Lock:
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
