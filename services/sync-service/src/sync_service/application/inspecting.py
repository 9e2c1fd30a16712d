"""Inspection: each new or changed object is read once, in the background, behind what people ask for.

What is due lies in the database, put there by the samples' own events; it is done when its facts are kept. A process
that dies leaves it due. Sources and datasets take turns. While too much waits to be published, nothing is read; while
data comes in, or people's requests come, less is.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from labelstream_common.courtesy import courtesy
from labelstream_common.errors import DomainError, Kind
from labelstream_common.tasks import rest
from labelstream_common.telemetry import get_logger
from sync_service.application.inspection_room import InspectionRoom
from sync_service.application.inspection_turns import Turns
from sync_service.application.keep_facts import FactsKeeper
from sync_service.application.ports import Due, InspectionFound, Inspections, Ports, Thumbnail
from sync_service.application.thumbnails import thumbnail_key
from sync_service.domain.image import ImageRefused, ImageTooLarge, ImageUnreadable
from sync_service.domain.inspection import Inspection
from sync_service.domain.sample import Measured, Sample, SourceObjectMissing
from sync_service.domain.store import SourceNotGranted

log = get_logger(__name__)

THUMBNAIL = 256
_IDLE_SECONDS = 2.0
_AFTER_FAULT_SECONDS = 5.0
# An image has this long to come and to be decoded; then its source is too slow for now.
_MOST_SECONDS = 60.0
# A little longer, so that its facts can be kept. What a process held when it died waits no longer than this either.
_HELD_FOR = timedelta(seconds=_MOST_SECONDS + 15)
# What its store does not give out, an archived object say, is asked for again every day.
_REFUSED_AGAIN = timedelta(days=1)


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
    """The background task. Any number of copies share what is due among themselves.

    `at_once` images are decoded at once, and one more is read, so that a source that hangs leaves room for others.
    """

    def __init__(
        self,
        ports: Ports,
        inspections: Inspections,
        inspector: Inspector,
        busy: Busy,
        overloaded: Callable[[], float | None],
        *,
        room: InspectionRoom,
        at_once: int,
    ) -> None:
        self._ports = ports
        self._inspections = inspections
        self._inspector = inspector
        self._busy = busy
        self._overloaded = overloaded
        self._room = room
        self._readers = at_once + 1
        self._turns = Turns(at_once, time.monotonic)
        self._keeper = FactsKeeper(ports, inspections)

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keeper.run(stop))
            for _ in range(self._readers):
                group.create_task(self._work(stop))
        await self._keeper.keep()

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            pause = _IDLE_SECONDS
            if not self._busy.waiting and self._overloaded() is None:
                due = await self._inspections.claim(_HELD_FOR, self._turns.last, self._turns.resting())
                if due is not None:
                    began = time.monotonic()
                    pause = await self._inspect(due)
                    took = time.monotonic() - began
                    pause = max(
                        pause,
                        courtesy.pause_after(took, workers=self._readers),
                        await self._room.rest_after(took),
                    )
            if pause:
                await rest(stop, pause)

    async def _inspect(self, due: Due) -> float:
        """How long to rest: one image or source that fails never holds up the others."""
        self._turns.begin(due.source_id, due.queue)
        began = time.monotonic()
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                found = await self._found(due)
        except (DomainError, TimeoutError) as error:
            is_away = isinstance(error, TimeoutError) or error.kind in {Kind.UNAVAILABLE, Kind.TOO_MANY}
            seconds = self._turns.failed(due.source_id, due.queue, is_away=is_away)
            code = "too-slow" if isinstance(error, TimeoutError) else error.code
            whose = due.source_id if is_away else due.queue
            log.info("inspection.queue.rests", whose=whose, sample=due.sample_id, error=code, seconds=seconds)
            await self._inspections.postpone(due, timedelta(seconds=seconds))
            return 0.0
        except Exception as error:
            self._turns.ended(due.source_id, due.queue, 0.0)
            log.exception("inspection.image.failed", sample=due.sample_id, error=repr(error))
            return _AFTER_FAULT_SECONDS
        self._turns.ended(due.source_id, due.queue, time.monotonic() - began)
        if found is not None and found.may_change:
            await self._inspections.postpone(due, _REFUSED_AGAIN)
            due = due._replace(mark="")  # so that it stays due
        await self._keeper.add(InspectionFound(due, found))
        return 0.0

    async def _found(self, due: Due) -> Inspection | None:
        """What was found before is told again, if the object is the same. Raises SourceNotGranted."""
        loaded = await self._ports.samples.load(due.dataset_id, [due.sample_id])
        sample = loaded.get(due.sample_id)
        if sample is None or not sample.is_present:
            return None
        known = (await self._inspections.of(due.dataset_id, [due.sample_id])).get(due.sample_id)
        if known is not None and known.etag == sample.etag and known.tells_all_of(sample):
            return known
        if not await self._ports.grants.reach(await self._ports.datasets.get(due.dataset_id), sample):
            raise SourceNotGranted
        return await self.facts(sample)

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
            refused = isinstance(error, ImageRefused)
            known = Inspection(sample.dataset_id, sample.id, sample.etag, "unreadable", now, error.detail)
            return replace(known, may_change=refused)
        if image.etag != sample.etag:
            return None
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(image.content).hexdigest())
        try:
            thumbnail, look = await self._inspector.look(image.content, THUMBNAIL)
        except (ImageTooLarge, ImageUnreadable) as error:
            return Inspection(sample.dataset_id, sample.id, sample.etag, "unreadable", now, error.detail, sha256)
        await self._ports.thumbnails.keep(thumbnail_key(sample, sample.etag, THUMBNAIL), thumbnail.content)
        measured = Measured(thumbnail.width, thumbnail.height, thumbnail.media_type)
        return Inspection(sample.dataset_id, sample.id, sample.etag, "ok", now, None, sha256, look, measured)
