"""The objects that samples are made of, and the thumbnails made of them, in the object store."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial

from labelstream_common.errors import DomainError
from labelstream_common.object_storage import (
    AddressRefused,
    BucketMissing,
    ObjectMissing,
    ObjectRefused,
    ObjectStore,
    StorageDenied,
    StorageUnavailable,
    StoredObject,
    explained,
)
from labelstream_common.telemetry import get_logger
from sync_service.adapters.object_search import ObjectSearch
from sync_service.adapters.stores import Stores
from sync_service.application.ports import BucketTried, ListedPage, ObjectBytes, ObjectsFound, WholeImage
from sync_service.domain.compressed import GZIP, decompressed
from sync_service.domain.dataset import OWN_STORE, Bucket, Source
from sync_service.domain.image import THUMBNAIL_MEDIA_TYPE, ImageRefused, ImageTooLarge
from sync_service.domain.imports import FileMissing, UnreadableFile
from sync_service.domain.media import media_type_of, media_type_told, says_nothing
from sync_service.domain.reconciliation import NO_IMAGE, Listed, has_dots, left_out
from sync_service.domain.sample import Sample, SourceObjectMissing
from sync_service.domain.store import GrantedBucket, ObjectSource, SourceRefused
from sync_service.domain.uploads import Upload

log = get_logger(__name__)

_STATS_AT_ONCE = 8
CHUNK_OF_IMAGE = 64 * 1024
"""What a reader that stalls keeps in memory of its image, beside what lies in buffers."""
_ENDPOINT = "/endpoint"


class StoredSourceObjects:
    """`notified`: the own store's queue that buckets are told to notify; None where nobody would hear it."""

    def __init__(self, stores: Stores, notified: str | None = None, *, max_bytes: int) -> None:
        self._stores = stores
        self._max_bytes = max_bytes
        self._notified = notified

    async def address(self, source_id: str) -> tuple[str, int]:
        return await self._stores.address(source_id)

    async def is_there(self, source: Source) -> bool:
        store = await self._stores.of(source.source_id)
        if source.source_id == OWN_STORE:
            return await store.bucket_exists(source.bucket)
        try:  # a key may be allowed to list a prefix and nothing else
            await store.first(source.bucket, source.prefix)
        except (BucketMissing, StorageDenied):
            return False  # both mean that nothing can be listed there
        return True

    async def tried(self, source: ObjectSource) -> Sequence[BucketTried]:
        try:
            with self._stores.tried(source) as store:
                if source.buckets is None:
                    return [] if source.is_own else await _whole_store_tried(store)
                return await _buckets_tried(store, source.buckets)
        except SourceRefused as error:
            return [BucketTried("", error.detail, error.errors[0].pointer if error.errors else "/secret_key")]

    async def watch(self, place: Bucket) -> None:
        if self._notified is None or place.source_id != OWN_STORE:
            return
        try:
            await (await self._stores.of(place.source_id)).notify(place.name, self._notified)
        except (BucketMissing, StorageDenied, StorageUnavailable) as error:
            log.warning("storage.notifications.refused", bucket=place.name, target=self._notified, error=str(error))

    async def pages(self, source: Source, after: str) -> AsyncIterator[ListedPage]:
        store = await self._stores.of(source.source_id)
        async for page in store.list(source.bucket, source.prefix, after=after):
            yield ListedPage([self._listed(each) for each in page], page[-1].key)

    def _listed(self, found: StoredObject) -> Listed:
        key = found.key
        reason = left_out(key, found.size, max_bytes=self._max_bytes) if _looks_odd(found, self._max_bytes) else ""
        media_type = media_type_of(key)
        if media_type is None and not reason and not says_nothing(key):
            reason = NO_IMAGE
        return Listed(key, found.size, found.etag, media_type or "", reason)

    async def told(self, place: Bucket, listed: Sequence[Listed]) -> Sequence[Listed]:
        there = await self.present(place, [each.path for each in listed])
        gone = Listed("", 0, "", "")
        return [_as_told(each, there.get(each.path, gone)) for each in listed]

    async def present(self, place: Bucket, paths: Sequence[str]) -> Mapping[str, Listed]:
        return await self._stats(place, paths, (ObjectMissing, BucketMissing))

    async def _readable(self, place: Bucket, paths: Sequence[str]) -> Mapping[str, Listed]:
        """Those that are there, as far as the store lets its key see them."""
        return await self._stats(place, paths, (ObjectMissing, BucketMissing, StorageDenied))

    async def _stats(
        self, place: Bucket, paths: Sequence[str], missing: tuple[type[DomainError], ...]
    ) -> Mapping[str, Listed]:
        store = await self._stores.of(place.source_id)
        room = asyncio.Semaphore(_STATS_AT_ONCE)

        async def one(path: str) -> Listed | None:
            async with room:
                try:
                    found = await store.stat(place.name, path)
                except missing:
                    return None  # it is gone, or this key may not see it
                except ObjectRefused as error:
                    return Listed(path, 0, "", "", error.detail)
                return Listed(
                    path, found.size, found.etag, media_type_of(path) or media_type_told(found.media_type) or ""
                )

        found = await asyncio.gather(*(one(path) for path in paths))
        return {each.path: each for each in found if each is not None}

    async def find(self, place: Bucket, paths: Sequence[str]) -> ObjectsFound:
        async def next_page(prefix: str, after: str) -> Sequence[StoredObject] | None:
            return await self._page_after(place, prefix, after)

        search = ObjectSearch(partial(self._readable, place), next_page, self._listed)
        return ObjectsFound(await search.found(paths), search.asked)

    async def _page_after(self, place: Bucket, prefix: str, after: str) -> Sequence[StoredObject] | None:
        """The next page; None if the key may not list, though it may read."""
        store = await self._stores.of(place.source_id)
        try:
            async for page in store.list(place.name, prefix, after=after):
                return page
        except BucketMissing:
            return ()
        except StorageDenied:
            return None
        return ()

    async def open_file(self, place: Bucket, key: str, offset: int = 0) -> ObjectBytes:
        store = await self._stores.of(place.source_id)
        try:
            stored, chunks = await store.stream(place.name, key, offset=offset)
        except (ObjectMissing, BucketMissing) as error:
            raise FileMissing(place.name, key) from error
        except (ObjectRefused, StorageDenied) as error:
            raise UnreadableFile(error.detail) from error
        return ObjectBytes(stored.size, stored.etag, chunks, chunks.aclose, stored.encoding)

    async def read_file(self, place: Bucket, key: str, limit: int) -> bytes | None:
        store = await self._stores.of(place.source_id)
        try:
            return await store.get(place.name, key, most=limit)
        except (ObjectMissing, BucketMissing):
            return None  # the caller is told that there is no such file
        except (ObjectRefused, StorageDenied) as error:
            raise UnreadableFile(error.detail) from error

    async def open(self, sample: Sample, offset: int = 0, length: int = 0) -> ObjectBytes:
        store = await self._stores.of(sample.source_id)
        try:
            stored, chunks = await store.stream(
                sample.bucket, sample.path, offset=offset, length=length, chunk=CHUNK_OF_IMAGE
            )
        except (ObjectMissing, BucketMissing) as error:
            raise SourceObjectMissing(sample.path) from error
        except ObjectRefused as error:
            raise ImageRefused(f"{error.detail[:1].lower()}{error.detail[1:].removesuffix('.')}") from error
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

    async def remove(self, place: Bucket, paths: Sequence[str]) -> Sequence[str]:
        return await (await self._stores.of(place.source_id)).delete_many(place.name, paths)

    async def download_url(self, sample: Sample) -> str:
        store = await self._stores.of(sample.source_id)
        return await store.presign_get(sample.bucket, sample.path, media_type=sample.media_type)

    async def upload_url(self, place: Bucket, upload: Upload) -> str:
        store = await self._stores.of(place.source_id)
        media_type = upload.media_type or "application/octet-stream"
        return await store.presign_put(place.name, upload.path, size=upload.size, media_type=media_type)


def _as_told(listed: Listed, there: Listed) -> Listed:
    if there.media_type:
        return listed._replace(media_type=there.media_type)
    return listed._replace(left_out=there.left_out or NO_IMAGE)


async def _buckets_tried(store: ObjectStore, buckets: Sequence[GrantedBucket]) -> list[BucketTried]:
    """A store that does not answer for one bucket is not asked for the others: each time may last half a minute."""
    found: list[BucketTried] = []
    for number, bucket in enumerate(buckets):
        if found and found[-1].pointer == _ENDPOINT:
            found.append(found[-1]._replace(name=bucket.name))
        else:
            found.append(await _bucket_tried(store, number, bucket))
    return found


async def _bucket_tried(store: ObjectStore, number: int, bucket: GrantedBucket) -> BucketTried:
    try:
        await store.first(bucket.name, bucket.prefix)
    except DomainError as error:
        return BucketTried(bucket.name, explained(error), _pointer(error, f"/buckets/{number}/name"))
    return BucketTried(bucket.name, None)


async def _whole_store_tried(store: ObjectStore) -> list[BucketTried]:
    try:
        await store.ping()
    except StorageDenied:
        reason = "The key may not list the store's buckets. Name the buckets that it may read."
        return [BucketTried("", reason, "/buckets")]
    except DomainError as error:
        return [BucketTried("", explained(error), _pointer(error, _ENDPOINT))]
    return []


def _pointer(error: DomainError, otherwise: str) -> str:
    """The field of a source that is to be looked at."""
    if isinstance(error, AddressRefused):
        return _ENDPOINT
    if isinstance(error, StorageUnavailable):
        return "/access_key" if "access key" in error.detail else _ENDPOINT
    return otherwise


def _looks_odd(found: StoredObject, max_bytes: int) -> bool:
    """A quick look, for millions of objects that have nothing odd about them."""
    return not 0 < found.size <= max_bytes or has_dots(found.key)


class StoredThumbnails:
    """Thumbnails in a bucket of their own, which no dataset may have as its source."""

    def __init__(self, store: ObjectStore, bucket: str) -> None:
        self._store = store
        self._bucket = bucket

    async def find(self, key: str) -> bytes | None:
        try:
            return await self._store.get(self._bucket, key)
        except (ObjectMissing, BucketMissing):
            return None  # not made yet

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
            return  # without a bucket there is nothing to drop
