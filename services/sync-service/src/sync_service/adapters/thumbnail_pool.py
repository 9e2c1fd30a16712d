"""A few worker processes that make thumbnails, started when wanted, killed when they take too long, ended when idle.

How long an image takes is measured in the processor time of its worker: on a busy machine a good image takes a while,
and is still a good image.
"""

import asyncio
import contextlib
from asyncio.subprocess import Process
from dataclasses import dataclass

import psutil

from sync_service.adapters.thumbnail_worker import ANSWER, FORMATS, MADE, READY, REQUEST, TOO_LARGE, Answer
from sync_service.adapters.worker_processes import ended, started
from sync_service.application.ports import Limits, Thumbnail
from sync_service.domain.image import DecodersStarved, ImageTooLarge, ImageUnreadable
from sync_service.domain.media import MEDIA_TYPES

_WORKER = "sync_service.adapters.thumbnail_worker"
_USES = 500  # a worker is replaced after this many images, so that what decoders leak does not add up
_IDLE_SECONDS = 60.0
_START_SECONDS = 60.0
_PATIENCE = 8  # so many times the limit may pass by the clock before the machine is called too busy


@dataclass(eq=False)
class _Worker:
    process: Process
    uses: int = 0


class ThumbnailPool:
    """Makes thumbnails with at most `workers` processes; who comes when all are busy waits."""

    def __init__(self, limits: Limits, workers: int, *, niceness: int = 0) -> None:
        self._limits = limits
        self._niceness = niceness
        self._free = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._reaper: asyncio.TimerHandle | None = None

    async def make(self, image: bytes, size: int) -> Thumbnail:
        """Raises ImageUnreadable, ImageTooLarge if a limit of pixels, time or memory is hit, or DecodersStarved."""
        return (await self.look(image, size))[0]

    async def look(self, image: bytes, size: int) -> tuple[Thumbnail, int]:
        """With the perceptual hash. Raises as `make`."""
        async with self._free:
            made = await self._answer(image, size)
        if made.outcome == MADE:
            media_type = MEDIA_TYPES[FORMATS[made.format].lower()]
            return Thumbnail(made.content, made.width, made.height, media_type), made.look
        reason = made.content.decode(errors="replace")
        raise ImageTooLarge(reason) if made.outcome == TOO_LARGE else ImageUnreadable(reason)

    async def _answer(self, image: bytes, size: int) -> Answer:
        while True:
            worker = self._idle.pop() if self._idle else await self._start()
            fresh = worker.uses == 0
            try:
                answer = await self._ask_within_limit(worker, image, size)
            except (OSError, EOFError) as error:
                if fresh:  # one that has worked before may have ended for a reason of its own
                    raise ImageTooLarge("the decoder crashed") from error
            else:
                self._put_back(worker)
                return answer
            finally:
                if worker not in self._idle:
                    await ended(worker.process)

    async def close(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
        while self._idle:
            await ended(self._idle.pop().process)

    async def _ask_within_limit(self, worker: _Worker, image: bytes, size: int) -> Answer:
        limit, began = self._limits.image_seconds, _processor_seconds(worker)
        asking = asyncio.ensure_future(self._ask(worker, image, size))
        try:
            for _ in range(_PATIENCE):
                done, _pending = await asyncio.wait({asking}, timeout=limit)
                if done:
                    return asking.result()
                if _processor_seconds(worker) - began >= limit / 2:  # decoders wait for nothing else
                    raise ImageTooLarge(f"decoding it takes longer than {limit:.0f} s")
        finally:
            asking.cancel()
        raise DecodersStarved

    async def _ask(self, worker: _Worker, image: bytes, size: int) -> Answer:
        requests, answers = worker.process.stdin, worker.process.stdout
        assert requests is not None  # noqa: S101 - both are pipes
        assert answers is not None  # noqa: S101
        worker.uses += 1
        requests.write(REQUEST.pack(len(image), size, self._limits.image_pixels))
        requests.write(image)
        await requests.drain()
        outcome, kind, length, *facts = ANSWER.unpack(await answers.readexactly(ANSWER.size))
        return Answer(outcome, await answers.readexactly(length), kind, *facts)

    async def _start(self) -> _Worker:
        process = await started(_WORKER, str(self._limits.image_memory), str(self._niceness))
        worker = _Worker(process)
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            async with asyncio.timeout(_START_SECONDS):
                await process.stdout.readexactly(len(READY))
        except TimeoutError as error:
            await ended(worker.process)
            raise DecodersStarved from error
        return worker

    def _put_back(self, worker: _Worker) -> None:
        if worker.uses >= _USES:
            return
        self._idle.append(worker)
        if self._reaper is not None:
            self._reaper.cancel()
        self._reaper = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._dismiss)

    def _dismiss(self) -> None:
        """Ends idle workers; the event loop collects what is left of them."""
        for worker in self._idle:
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself
                worker.process.kill()
        self._idle.clear()


def _processor_seconds(worker: _Worker) -> float:
    """What the process has computed so far; nothing once it has ended."""
    try:
        times = psutil.Process(worker.process.pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
