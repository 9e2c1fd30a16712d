"""Datasets that synchronize by themselves: each is looked at when its time comes, and synchronized if it differs.

A look only reads. It starts an operation at the first difference, so that what never changes leaves no trace. The time
until the next look grows with how long a look takes: listing never costs more than a twentieth of the time.
"""

import asyncio
import contextlib
import time
from datetime import timedelta

from labelstream_common.errors import DomainError
from labelstream_common.operations import Operations
from labelstream_common.telemetry import get_logger
from sync_service.application.listing import Listing
from sync_service.application.ports import Ports
from sync_service.application.ranges import compare
from sync_service.application.synchronize import Synchronize, start_synchronization
from sync_service.domain.dataset import Dataset, DatasetId, DatasetNotFound

log = get_logger(__name__)

SYSTEM = "system"
_SHARE = 20
_HELD_FOR = timedelta(minutes=10)
_IDLE_SECONDS = 1.0


class AutoSync:
    """The background task. Any number of copies share the datasets among themselves."""

    def __init__(self, ports: Ports, operations: Operations, interval: timedelta) -> None:
        self._ports = ports
        self._operations = operations
        self._interval = interval

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            dataset_id = await self._ports.schedule.claim(_HELD_FOR)
            if dataset_id is not None:
                await self._look(dataset_id)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_SECONDS):
                    await stop.wait()

    async def _look(self, dataset_id: DatasetId) -> None:
        began = time.monotonic()
        try:
            dataset = await self._ports.datasets.get(dataset_id)
            if not await self._is_under_way(dataset_id) and await differs(dataset, ports=self._ports):
                await start_synchronization(
                    Synchronize(dataset_id, SYSTEM), ports=self._ports, operations=self._operations
                )
        except DatasetNotFound:
            return  # it has ended since; its entry went with it
        except DomainError as error:
            log.warning("auto-sync.dataset.not-looked-at", dataset=dataset_id, error=error.code, detail=error.detail)
        took = timedelta(seconds=time.monotonic() - began)
        await self._ports.schedule.again(dataset_id, max(self._interval, took * _SHARE))

    async def _is_under_way(self, dataset_id: DatasetId) -> bool:
        page = await self._operations.list(scope=f"dataset:{dataset_id}", limit=1)
        return any(not operation.state.is_final for operation in page.items)


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
            listing.take(len(keys.listed))
            after = keys.until
    finally:
        await listing.close()
    await ports.datasets.synchronized(dataset.id, began_at)
    return False
