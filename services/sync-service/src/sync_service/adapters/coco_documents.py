"""COCO documents, read from a copy on disk: what belongs to an image stands anywhere in it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from itertools import islice
from mmap import ACCESS_READ, mmap

from sync_service.adapters.copied_files import copied
from sync_service.adapters.spooled_sort import SpooledSort
from sync_service.application.ports import ObjectBytes
from sync_service.domain.coco import NotCoco, images_of
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import Rejection, UnreadableFile

_AT_ONCE = 1_000


class CocoDocuments:
    """See `sync_service.application.ports.DocumentReader`."""

    async def entries(self, opened: ObjectBytes, bucket: str, after: int) -> AsyncIterator[Sequence[Found | Rejection]]:
        with tempfile.TemporaryFile() as copy:
            await copied(opened, copy)
            try:
                # Not closed here: who gives up while a thread reads leaves it to the collector.
                document = mmap(copy.fileno(), 0, access=ACCESS_READ)
                entries = images_of(document, bucket, SpooledSort)
                some = await asyncio.to_thread(lambda: list(islice(entries, after, after + _AT_ONCE)))
                while some:
                    yield some
                    some = await asyncio.to_thread(lambda: list(islice(entries, _AT_ONCE)))
            except (NotCoco, ValueError) as error:  # an empty file cannot be mapped
                reason = str(error) if isinstance(error, NotCoco) else "It is not a COCO document: it is empty."
                raise UnreadableFile(reason) from error
