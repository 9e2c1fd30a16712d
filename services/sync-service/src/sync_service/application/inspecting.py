"""Inspection: each new or changed object is read once, in the background, behind what people ask for.

What is due lies in the database, put there by the samples' own events; it is done when its facts are kept. A process
that dies leaves it due. Nothing here writes samples but their size in pixels, so labeling never waits for it.
"""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from labelstream_common.errors import DomainError, Kind
from labelstream_common.telemetry import get_logger
from sync_service.application.ports import Ports, Thumbnail
from sync_service.application.thumbnails import thumbnail_key
from sync_service.domain.dataset import DatasetId
from sync_service.domain.image import ImageTooLarge, ImageUnreadable
from sync_service.domain.inspection import Inspection
from sync_service.domain.sample import Sample, SampleId, SourceObjectMissing

log = get_logger(__name__)

THUMBNAIL = 256
_HELD_FOR = timedelta(minutes=5)
_IDLE_SECONDS = 2.0
_SLOW_DOWN_SECONDS = 5.0


class Due(NamedTuple):
    """An object that was not inspected yet."""

    dataset_id: DatasetId
    sample_id: SampleId
    mark: str
    """Another text when the object changed again meanwhile."""


class Inspections(Protocol):
    """What is due, and what was found."""

    async def claim(self, hold: timedelta) -> Due | None:
        """The next that is due, kept from others for `hold`."""
        ...

    async def done(self, due: Due, found: Inspection | None) -> None:
        """Keeps what was found, if anything was; the object is due no more unless it has changed meanwhile."""

    async def of(self, dataset_id: str, ids: Collection[SampleId]) -> dict[SampleId, Inspection]: ...

    async def unreadable(
        self, dataset_id: DatasetId, after: str | None, limit: int, *, newest_first: bool = False
    ) -> Sequence[SampleId]:
        """Those that could not be read, beyond the sample `after`."""
        ...

    async def forget(self, dataset_id: DatasetId) -> None: ...


class Inspector(Protocol):
    async def look(self, image: bytes, size: int) -> tuple[Thumbnail, int]:
        """The thumbnail and the perceptual hash. Raises ImageUnreadable or ImageTooLarge."""
        ...


class Busy(Protocol):
    @property
    def waiting(self) -> int:
        """How many thumbnails people wait for."""
        ...


class Inspecting:
    """The background task. Any number of copies share what is due among themselves."""

    def __init__(
        self, ports: Ports, inspections: Inspections, inspector: Inspector, busy: Busy, *, at_once: int
    ) -> None:
        self._ports = ports
        self._inspections = inspections
        self._inspector = inspector
        self._busy = busy
        self._at_once = at_once

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(self._at_once):
                group.create_task(self._work(stop))

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            pause = _IDLE_SECONDS
            if not self._busy.waiting:
                due = await self._inspections.claim(_HELD_FOR)
                if due is not None:
                    pause = await self._inspect(due)
            if pause:
                await _sleep(stop, pause)

    async def _inspect(self, due: Due) -> float:
        """How long to rest: one image that fails never holds up the others."""
        try:
            found = await self._ports.samples.load(due.dataset_id, [due.sample_id])
            sample = found.get(due.sample_id)
            facts = await self.facts(sample) if sample is not None and sample.is_present else None
            await self._inspections.done(due, facts)
        except DomainError as error:
            log.info("inspection.image.postponed", sample=due.sample_id, error=error.code)
            return _SLOW_DOWN_SECONDS if error.kind in {Kind.UNAVAILABLE, Kind.TOO_MANY} else 0.0
        except Exception as error:
            log.exception("inspection.image.failed", sample=due.sample_id, error=repr(error))
            return _SLOW_DOWN_SECONDS
        return 0.0

    async def facts(self, sample: Sample) -> Inspection | None:
        """What its bytes tell, and its thumbnail kept.

        None if the object is gone or has other bytes by now: synchronization will say so.
        """
        now = self._ports.clock.now()
        try:
            image = await self._ports.objects.read(sample, self._ports.limits.image_bytes)
        except SourceObjectMissing:
            return None
        except (ImageTooLarge, ImageUnreadable) as error:
            return Inspection(sample.dataset_id, sample.id, sample.etag, "unreadable", now, error.detail)
        if image.etag != sample.etag:
            return None
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(image.content).hexdigest())
        try:
            thumbnail, look = await self._inspector.look(image.content, THUMBNAIL)
        except (ImageTooLarge, ImageUnreadable) as error:
            return Inspection(sample.dataset_id, sample.id, sample.etag, "unreadable", now, error.detail, sha256)
        await self._ports.thumbnails.keep(thumbnail_key(sample, sample.etag, THUMBNAIL), thumbnail.content)
        measured = (thumbnail.width, thumbnail.height, thumbnail.media_type)
        if measured != (sample.width, sample.height, sample.media_type):
            await self._ports.samples.measured(sample, *measured)
        return Inspection(sample.dataset_id, sample.id, sample.etag, "ok", now, None, sha256, look)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
