"""Datasets that synchronize by themselves: each is looked at when its time comes, and synchronized if it differs.

A look only reads. It starts an operation at the first difference, so that what never changes leaves no trace. The time
until the next look grows with how long a look takes: listing never costs more than a twentieth of the time.
"""

import asyncio
import time
from collections.abc import Collection
from datetime import timedelta

from labelstream_common.errors import DomainError
from labelstream_common.operations import Operations
from labelstream_common.tasks import end
from labelstream_common.telemetry import get_logger
from sync_service.application.listing import Listing
from sync_service.application.ports import Claimed, Ports
from sync_service.application.ranges import compare
from sync_service.application.synchronize import Synchronize, is_synchronizing, start_synchronization
from sync_service.domain.dataset import Dataset, DatasetId, DatasetNotFound
from sync_service.domain.store import SourceNotGranted

log = get_logger(__name__)

SYSTEM = "system"
_SHARE = 20
_HELD_FOR = timedelta(minutes=10)
_IDLE_SECONDS = 1.0
_LOOKS_AT_ONCE = 4
_AFTER_A_SYNCHRONIZATION = timedelta(seconds=5)


class AutoSync:
    """The background task. Any number of copies share the datasets among themselves."""

    def __init__(self, ports: Ports, operations: Operations, interval: timedelta) -> None:
        self._ports = ports
        self._operations = operations
        self._interval = interval

    async def run(self, stop: asyncio.Event) -> None:
        """Looks at several datasets at a time, so that a large one does not hold up the others."""
        looks: set[asyncio.Task[None]] = set()
        try:
            while not stop.is_set():
                claimed = await self._ports.schedule.claim(_HELD_FOR) if len(looks) < _LOOKS_AT_ONCE else None
                if claimed is None:
                    await _rest(stop, looks)
                    continue
                look = asyncio.create_task(self._look(claimed))
                looks.add(look)
                look.add_done_callback(looks.discard)
        finally:
            await end(looks)

    async def _look(self, claimed: Claimed) -> None:
        """Whatever is wrong with one dataset is told, and tried again at its next time."""
        began = time.monotonic()
        pause = self._interval
        try:
            if not await self._start_if_different(claimed.dataset_id):
                pause = min(self._interval, _AFTER_A_SYNCHRONIZATION)
        except DatasetNotFound:
            return  # it has ended since; its entry went with it
        except DomainError as error:
            log.warning("auto-sync.dataset.not-looked-at", dataset=claimed.dataset_id, error=error.code)
        except Exception as error:
            log.exception("auto-sync.dataset.failed", dataset=claimed.dataset_id, error=repr(error))
        took = timedelta(seconds=time.monotonic() - began)
        await self._ports.schedule.again(claimed, max(pause, took * _SHARE))

    async def _start_if_different(self, dataset_id: DatasetId) -> bool:
        """False if a synchronization is under way: it may have listed already what a hint was about."""
        dataset = await self._ports.datasets.get(dataset_id)
        if not await self._ports.grants.hold(dataset):
            raise SourceNotGranted
        if await is_synchronizing(dataset_id, ports=self._ports, operations=self._operations):
            return False
        if await differs(dataset, ports=self._ports):
            await start_synchronization(Synchronize(dataset_id, SYSTEM), ports=self._ports, operations=self._operations)
        return True


async def _rest(stop: asyncio.Event, looks: Collection["asyncio.Task[None]"]) -> None:
    """Until a look ends, or for a while; shorter where `stop` comes."""
    stopping = asyncio.create_task(stop.wait())
    full = looks if len(looks) >= _LOOKS_AT_ONCE else ()
    await asyncio.wait({stopping, *full}, timeout=_IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()


async def differs(dataset: Dataset, *, ports: Ports) -> bool:
    """Whether a synchronization would change anything. Stops at the first difference; none is noted with the time."""
    began_at = ports.clock.now()
    listing = Listing(ports.objects.pages(dataset.source, ""), began_at)
    after: str | None = ""
    try:
        while after is not None:
            keys, plan = await compare(dataset, listing, after, ports=ports)
            if not plan.is_empty:
                return True
            listing.take(keys.count)
            after = keys.until
    finally:
        await listing.close()
    await ports.datasets.synchronized(dataset.id, began_at)
    return False
