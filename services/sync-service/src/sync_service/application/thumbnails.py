"""Thumbnails: made on first use, kept in the object store, one at a time for the same image and size."""

import asyncio
from collections.abc import Callable

from sync_service.application.ports import Ports
from sync_service.domain.sample import Sample


def thumbnail_key(sample: Sample, size: int) -> str:
    """Where the thumbnail is kept. The object's etag is in it: new bytes have new thumbnails."""
    return f"{thumbnails_of(sample.dataset_id)}{sample.id}/{sample.etag}-{size}.webp"


def thumbnails_of(dataset_id: str) -> str:
    return f"thumbnails/{dataset_id}/"


class Thumbnails:
    """The thumbnails that are wanted now: those who want the same one wait for the first."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._wanted: dict[str, asyncio.Task[bytes]] = {}

    async def get(self, sample: Sample, size: int) -> bytes:
        """The thumbnail's bytes, whose longer side has at most `size` pixels.

        Raises SourceObjectMissing, ImageUnreadable or ImageTooLarge.
        """
        key = thumbnail_key(sample, size)
        task = self._wanted.get(key)
        if task is None:
            task = self._wanted[key] = asyncio.create_task(self._find_or_make(key, sample, size))
            task.add_done_callback(self._forget(key))
        return await asyncio.shield(task)

    async def url(self, sample: Sample, size: int) -> str:
        """A URL that gives the thumbnail for a short while, without a token."""
        await self.get(sample, size)
        return await self._ports.thumbnails.url(thumbnail_key(sample, size))

    async def _find_or_make(self, key: str, sample: Sample, size: int) -> bytes:
        kept = await self._ports.thumbnails.find(key)
        if kept is not None:
            return kept
        image = await self._ports.objects.read(sample, self._ports.limits.image_bytes)
        thumbnail = await self._ports.thumbnailer.make(image, size)
        await self._ports.thumbnails.keep(key, thumbnail.content)
        if (sample.width, sample.height) != (thumbnail.width, thumbnail.height):
            await self._ports.samples.measured(sample, thumbnail.width, thumbnail.height)
        return thumbnail.content

    def _forget(self, key: str) -> Callable[["asyncio.Task[bytes]"], None]:
        def forget(task: "asyncio.Task[bytes]") -> None:
            self._wanted.pop(key, None)
            if not task.cancelled():
                task.exception()  # seen here too, in case every waiter has left

        return forget
