"""Waiting for what will be true soon, instead of sleeping."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    check: Callable[[], Awaitable[T]],
    *,
    within: float = 15.0,
    every: float = 0.05,
    also: tuple[type[Exception], ...] = (),
) -> T:
    """What `check` returns, once it raises no AssertionError any more (nor one of `also`).

    The last error is raised when `within` seconds have passed; whatever else `check` raises comes at once.
    """
    awaited: tuple[type[Exception], ...] = (AssertionError, *also)
    deadline = time.monotonic() + within
    while True:
        try:
            return await check()
        except awaited:
            if time.monotonic() >= deadline:
                raise
        await asyncio.sleep(every)
