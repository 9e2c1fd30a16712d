"""Answers kept for a moment, so that a thousand requests a second on one job ask the database twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A bounded cache whose entries end after `seconds`. Callers that miss the same key share one load.

    A failed load is not kept. An answer is as old as the moment its load *began*, so it is never believed for longer
    than `seconds` after somebody could have changed what it was made of.
    """

    def __init__(self, seconds: float, *, most: int = 50_000, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._now = now
        self._kept: dict[K, tuple[float, V]] = {}
        self._loading: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """The kept answer of `key`, or what `load` gives."""
        kept = self._kept.get(key)
        if kept is not None and self._now() - kept[0] < self._seconds:
            return kept[1]
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = asyncio.create_task(self._load(key, load))
        return await asyncio.shield(loading)

    def forget(self, key: K) -> None:
        """The next caller loads anew."""
        self._kept.pop(key, None)

    async def _load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        began = self._now()
        try:
            value = await load()
        finally:
            self._loading.pop(key, None)
        self._kept.pop(key, None)
        if len(self._kept) >= self._most:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = (began, value)
        return value
