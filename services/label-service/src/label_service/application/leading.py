"""Background work that one process of many does: whoever holds the lease."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from labelstream_common.tasks import end, rest

_TRY_EVERY = 1.0


class HoldsLease(Protocol):
    async def acquire(self) -> bool: ...

    async def renew(self) -> bool: ...

    async def release(self) -> None: ...

    @property
    def seconds(self) -> float: ...


async def lead(
    stop: asyncio.Event, new_lease: Callable[[], HoldsLease], work: Callable[[Callable[[], bool]], Awaitable[None]]
) -> None:
    """Calls `work` while this process holds the lease, and waits for the lease otherwise. Ends when told to.

    `work` is given a function that says whether it may go on; it returns soon after that says no.
    """
    while not stop.is_set():
        lease = new_lease()
        if await lease.acquire():
            keeping = asyncio.create_task(_keep(lease))
            try:
                await work(lambda: not stop.is_set() and not keeping.done())  # noqa: B023 - called within this turn
            finally:
                await end((keeping,))
                await lease.release()
        await rest(stop, _TRY_EVERY)


async def _keep(lease: HoldsLease) -> None:
    """Ends when the lease is lost."""
    while await lease.renew():  # noqa: ASYNC110 - it waits for time to pass, not for an event
        await asyncio.sleep(lease.seconds / 3)
