"""How tasks are ended: a cancellation may get lost on the way to one."""

import asyncio
from collections.abc import Iterable
from typing import Any

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
