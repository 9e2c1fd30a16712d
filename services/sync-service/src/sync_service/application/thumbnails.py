"""Thumbnails: made on first use, kept in the object store, one at a time for the same image and size."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from labelstream_common.account_turns import step_aside
from sync_service.application.fair_slots import FairSlots
from sync_service.application.keep_facts import MeasuresKeeper
from sync_service.application.ports import Ports, Thumbnail
from sync_service.domain.dataset import AccountId
from sync_service.domain.image import ThumbnailsBusy, thumbnail_size
from sync_service.domain.sample import Measured, Sample

MOST_WAITING, MOST_OF_ONE_ACCOUNT = 256, 128
LOOKUPS_AT_ONCE = 8
"""The object store's client has 16 threads for everything; whoever wants many thumbnails leaves half of them alone."""


class MadeThumbnail(NamedTuple):
    """A thumbnail and the etag of the bytes that it shows: not the sample's, if the object was replaced just now."""

    content: bytes
    etag: str


def thumbnail_key(sample: Sample, etag: str, size: int) -> str:
    """Where the thumbnail is kept. The object's etag is in it: new bytes have new thumbnails."""
    return f"{thumbnails_of(sample.dataset_id)}{sample.id}/{etag}-{size}.webp"


def thumbnails_of(dataset_id: str) -> str:
    return f"thumbnails/{dataset_id}/"


class Thumbnails:
    """The thumbnails that are wanted now: those who want the same one wait for the first.

    The bytes of an image are read when it is its turn to be decoded, and not before: what waits takes no memory. The
    look whether a thumbnail is kept comes in turn by account, too, since the object store answers few at once.
    """

    def __init__(self, ports: Ports, workers: int) -> None:
        self._ports = ports
        self._wanted: dict[str, asyncio.Task[MadeThumbnail]] = {}
        self._measures = MeasuresKeeper(ports)
        self._slots = _fair(workers)
        self._lookups = _fair(LOOKUPS_AT_ONCE)

    @property
    def waiting(self) -> int:
        """How many are being made, or wait for it."""
        return len(self._wanted)

    async def get(self, sample: Sample, size: int, account: AccountId) -> MadeThumbnail:
        """The thumbnail whose longer side has at most `size` pixels, rounded up to a size that is made.

        Raises SourceObjectMissing, ImageUnreadable, ImageTooLarge or ThumbnailsBusy.
        """
        size = thumbnail_size(size)
        key = thumbnail_key(sample, sample.etag, size)
        async with self._lookups.slot(account):
            kept = await self._ports.thumbnails.find(key)
        if kept is not None:
            return MadeThumbnail(kept, sample.etag)
        task = self._wanted.get(key)
        if task is None:
            task = self._wanted[key] = asyncio.create_task(self._make(sample, size, account))
            task.add_done_callback(self._forget(key))
        step_aside()  # those who wait for one to be made have turns of their own, and learn when they are too many
        return await asyncio.shield(task)

    async def url(self, sample: Sample, size: int, account: AccountId) -> str:
        """A URL that gives the thumbnail for a short while, without a token."""
        made = await self.get(sample, size, account)
        return await self._ports.thumbnails.url(thumbnail_key(sample, made.etag, thumbnail_size(size)))

    async def _make(self, sample: Sample, size: int, account: AccountId) -> MadeThumbnail:
        async with self._slots.slot(account):
            etag, thumbnail = await self._decoded(sample, size)
        if etag == sample.etag:  # told first: a thumbnail that is kept is not made again
            await self._measures.keep(sample, Measured(thumbnail.width, thumbnail.height, thumbnail.media_type))
        await self._ports.thumbnails.keep(thumbnail_key(sample, etag, size), thumbnail.content)
        return MadeThumbnail(thumbnail.content, etag)

    async def _decoded(self, sample: Sample, size: int) -> tuple[str, Thumbnail]:
        """The thumbnail and the etag of the image, which takes no more memory afterwards."""
        image = await self._ports.objects.read(sample, self._ports.limits.image_bytes)
        return image.etag, await self._ports.thumbnailer.make(image.content, size)

    def _forget(self, key: str) -> Callable[["asyncio.Task[MadeThumbnail]"], None]:
        def forget(task: "asyncio.Task[MadeThumbnail]") -> None:
            self._wanted.pop(key, None)
            if not task.cancelled():
                task.exception()  # seen here too, in case every waiter has left

        return forget


def _fair(places: int) -> FairSlots:
    return FairSlots(places, most=MOST_WAITING, most_of_one=MOST_OF_ONE_ACCOUNT, refuse=_busy)


def _busy(limit: int, of_one_account: bool) -> ThumbnailsBusy:
    return ThumbnailsBusy(limit, "this account" if of_one_account else "all accounts")
