"""The objects that samples are made of, and the thumbnails made of them, in the object store."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from labelstream_common.object_storage import (
    BucketMissing,
    ObjectMissing,
    ObjectStore,
    StorageDenied,
    StorageUnavailable,
    StoredObject,
)
from labelstream_common.telemetry import get_logger
from sync_service.application.ports import ListedPage, ObjectBytes, WholeImage
from sync_service.domain.compressed import GZIP, decompressed
from sync_service.domain.dataset import Source
from sync_service.domain.image import THUMBNAIL_MEDIA_TYPE, ImageTooLarge
from sync_service.domain.media import media_type_of, media_type_told, says_nothing
from sync_service.domain.reconciliation import NO_IMAGE, Listed, left_out
from sync_service.domain.sample import Sample, SourceObjectMissing

log = get_logger(__name__)

_STATS_AT_ONCE = 8


class StoredSourceObjects:
    """`notified`: the store's queue that buckets are told to notify; None where nobody would hear it."""

    def __init__(self, store: ObjectStore, notified: str | None = None, *, max_bytes: int) -> None:
        self._store = store
        self._max_bytes = max_bytes
        self._notified = notified

    async def bucket_exists(self, bucket: str) -> bool:
        return await self._store.bucket_exists(bucket)

    async def watch(self, bucket: str) -> None:
        if self._notified is None:
            return
        try:
            await self._store.notify(bucket, self._notified)
        except (BucketMissing, StorageDenied, StorageUnavailable) as error:
            log.warning("storage.notifications.refused", bucket=bucket, target=self._notified, error=str(error))

    async def pages(self, source: Source, after: str) -> AsyncIterator[ListedPage]:
        async for page in self._store.list(source.bucket, source.prefix, after=after):
            yield ListedPage([self._listed(each) for each in page], page[-1].key)

    def _listed(self, found: StoredObject) -> Listed:
        key = found.key
        reason = left_out(key, found.size, max_bytes=self._max_bytes) if _looks_odd(found, self._max_bytes) else ""
        media_type = media_type_of(key)
        if media_type is None and not reason and not says_nothing(key):
            reason = NO_IMAGE
        return Listed(key, found.size, found.etag, media_type or "", reason)

    async def told(self, bucket: str, listed: Sequence[Listed]) -> Sequence[Listed]:
        there = await self.present(bucket, [each.path for each in listed])
        gone = Listed("", 0, "", "")
        return [
            each._replace(media_type=media_type)
            if (media_type := there.get(each.path, gone).media_type)
            else each._replace(left_out=NO_IMAGE)
            for each in listed
        ]

    async def present(self, bucket: str, paths: Sequence[str]) -> Mapping[str, Listed]:
        room = asyncio.Semaphore(_STATS_AT_ONCE)

        async def one(path: str) -> Listed | None:
            async with room:
                try:
                    found = await self._store.stat(bucket, path)
                except (ObjectMissing, BucketMissing):
                    return None
                return Listed(
                    path, found.size, found.etag, media_type_of(path) or media_type_told(found.media_type) or ""
                )

        found = await asyncio.gather(*(one(path) for path in paths))
        return {each.path: each for each in found if each is not None}

    async def open(self, sample: Sample, offset: int = 0, length: int = 0) -> ObjectBytes:
        try:
            stored, chunks = await self._store.stream(sample.bucket, sample.path, offset=offset, length=length)
        except (ObjectMissing, BucketMissing) as error:
            raise SourceObjectMissing(sample.path) from error
        return ObjectBytes(stored.size, stored.etag, chunks, chunks.aclose, stored.encoding)

    async def read(self, sample: Sample, limit: int) -> WholeImage:
        opened = await self.open(sample)
        content = bytearray()
        try:
            if opened.size > limit:
                raise ImageTooLarge(f"{opened.size:,} bytes are more than {limit:,}")
            async for chunk in opened.chunks:
                content += chunk
                if len(content) > limit:  # whatever its header says
                    raise ImageTooLarge(f"it has more than {limit:,} bytes")
        finally:
            await opened.close()
        if opened.encoding == GZIP:
            return WholeImage(await asyncio.to_thread(decompressed, bytes(content), limit), opened.etag)
        return WholeImage(bytes(content), opened.etag)

    async def remove(self, bucket: str, paths: Sequence[str]) -> Sequence[str]:
        return await self._store.delete_many(bucket, paths)

    async def download_url(self, sample: Sample) -> str:
        return await self._store.presign_get(sample.bucket, sample.path, media_type=sample.media_type)

    async def upload_url(self, bucket: str, path: str) -> str:
        return await self._store.presign_put(bucket, path)


def _looks_odd(found: StoredObject, max_bytes: int) -> bool:
    """A quick look, for millions of objects that have nothing odd about them."""
    return not 0 < found.size <= max_bytes or "./" in found.key or found.key.endswith(("/.", "/.."))


class StoredThumbnails:
    """Thumbnails in a bucket of their own, which no dataset may have as its source."""

    def __init__(self, store: ObjectStore, bucket: str) -> None:
        self._store = store
        self._bucket = bucket

    async def find(self, key: str) -> bytes | None:
        try:
            return await self._store.get(self._bucket, key)
        except (ObjectMissing, BucketMissing):
            return None

    async def keep(self, key: str, content: bytes) -> None:
        try:
            await self._store.put(self._bucket, key, content, media_type=THUMBNAIL_MEDIA_TYPE)
        except BucketMissing:
            await self._store.ensure_bucket(self._bucket)
            await self._store.put(self._bucket, key, content, media_type=THUMBNAIL_MEDIA_TYPE)

    async def url(self, key: str) -> str:
        return await self._store.presign_get(self._bucket, key, media_type=THUMBNAIL_MEDIA_TYPE)

    async def drop_all(self, prefix: str) -> None:
        try:
            async for page in self._store.list(self._bucket, prefix):
                await self._store.delete_many(self._bucket, [each.key for each in page])
        except BucketMissing:
            return
