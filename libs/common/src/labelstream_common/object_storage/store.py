"""The adapter over minio-py. Its calls block, so each runs in one of a bounded number of threads of its own."""

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.notificationconfig import QueueConfig

from labelstream_common.object_storage.errors import BeyondEnd, BucketMissing, ObjectMissing
from labelstream_common.object_storage.failures import EXPECTED, storage_error
from labelstream_common.object_storage.listing import Place, StoredObject, fetch_page
from labelstream_common.object_storage.presigning import presign_put
from labelstream_common.object_storage.reach import Reach, pool_within

T = TypeVar("T")

LONGEST_LINK = timedelta(minutes=5)
_NOTIFIED = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
_CHUNK = 256 * 1024
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 30.0


class ObjectStore:
    """Every method may raise StorageUnavailable or StorageDenied, and those for one object ObjectRefused;
    BucketMissing and ObjectMissing where it says so.

    `public_endpoint` is where browsers reach the same store: presigned links name it. `ca_file` holds the certificates
    that sign the store's own (None: the system's). With `reach`, only addresses within it are connected to. Redirects
    are never followed.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        *,
        region: str = "us-east-1",
        public_endpoint: str | None = None,
        ca_file: str | None = None,
        reach: Reach | None = None,
        threads: int = 16,
        attempts: int = 3,
    ) -> None:
        http = _pool(reach, ca_file, threads, attempts)
        self._client = _client(endpoint, access_key, secret_key, region, http)
        self._signer = _client(public_endpoint or endpoint, access_key, secret_key, region, http)
        self._region = region
        self._http = http
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="object-store")

    async def list(self, bucket: str, prefix: str = "", *, after: str = "") -> AsyncIterator[Sequence[StoredObject]]:
        """The objects below `prefix` in the order of their keys, those after `after`, in pages of up to 1,000.

        Raises BucketMissing. The next page is fetched when it is asked for.
        """
        place: Place | None = Place(after)
        while place is not None:
            at = place
            page = await self._run(lambda: fetch_page(self._client, bucket, prefix, at), bucket)  # noqa: B023 - awaited here
            place = page.following
            if page.objects:  # a page may hold nothing but directories' markers, and not be the last
                yield page.objects

    async def first(self, bucket: str, prefix: str = "") -> None:
        """Lists one object below `prefix`, to see whether that can be done. Raises BucketMissing."""
        await self._run(lambda: fetch_page(self._client, bucket, prefix, Place(), most=1), bucket)

    async def stat(self, bucket: str, key: str) -> StoredObject:
        """What is known of an object. Raises ObjectMissing or BucketMissing."""
        found = await self._run(lambda: self._client.stat_object(bucket, key), bucket, key)
        return _stored(found, key)

    async def get(self, bucket: str, key: str, *, most: int | None = None) -> bytes:
        """An object's bytes, at most the first `most` of them. Raises ObjectMissing or BucketMissing."""

        def read() -> bytes:
            response = self._client.get_object(bucket, key, length=most or 0)
            try:
                return bytes(response.read(most or None, decode_content=False))
            finally:
                response.close()  # a connection whose bytes were all read is back already; another is of no more use

        try:
            return await self._run(read, bucket, key)
        except BeyondEnd:
            return b""  # a range of an empty object

    async def stream(
        self, bucket: str, key: str, *, offset: int = 0, length: int = 0, chunk: int = _CHUNK
    ) -> tuple[StoredObject, AsyncGenerator[bytes, None]]:
        """An object with its bytes in chunks: all of them, or `length` (0: the rest) from `offset` on; `size` is
        how many bytes come: none at or behind the object's end. Raises ObjectMissing or BucketMissing before the
        first of them.

        Read the chunks to their end, which gives the connection back, or close the iterator, which ends it.
        """
        try:
            response = await self._run(
                lambda: self._client.get_object(bucket, key, offset=offset, length=length), bucket, key
            )
        except BeyondEnd:
            return replace(await self.stat(bucket, key), size=0), _nothing()
        headers = response.headers
        described = StoredObject(
            key=key,
            size=int(headers.get("content-length", 0)),
            etag=headers.get("etag", "").strip('"'),
            modified=None,
            media_type=headers.get("content-type"),
            encoding=headers.get("content-encoding"),
        )
        return described, self._chunks(response, bucket, key, chunk)

    async def put(self, bucket: str, key: str, data: bytes, *, media_type: str = "application/octet-stream") -> str:
        """Stores an object, replacing what was there; its etag. Raises BucketMissing."""
        written = await self._run(
            lambda: self._client.put_object(bucket, key, io.BytesIO(data), len(data), content_type=media_type),
            bucket,
            key,
        )
        return (written.etag or "").strip('"')

    async def put_file(
        self, bucket: str, key: str, data: BinaryIO, size: int, *, media_type: str = "application/octet-stream"
    ) -> None:
        """Stores `size` bytes of a file from where it stands, in parts where it is large. Raises BucketMissing."""
        await self._run(lambda: self._client.put_object(bucket, key, data, size, content_type=media_type), bucket, key)

    async def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Copies an object within the store, from (bucket, key) to (bucket, key); none of its bytes come here.

        Raises ObjectMissing if there is no such object, or BucketMissing.
        """
        await self._run(lambda: self._client.copy_object(*target, CopySource(*source)), *source)

    async def delete_many(self, bucket: str, keys: Iterable[str]) -> Sequence[str]:
        """Deletes objects; one that is not there counts as deleted. The keys that could not be deleted.

        Raises BucketMissing. May be repeated.
        """

        def delete() -> list[str]:
            errors = self._client.remove_objects(bucket, (DeleteObject(key) for key in keys))
            return [error.name for error in errors if error.name]

        return await self._run(delete, bucket)

    async def presign_get(
        self, bucket: str, key: str, *, lasts: timedelta = LONGEST_LINK, media_type: str | None = None
    ) -> str:
        """A link to read one object with, good for at most five minutes. Does not ask whether the object is there.

        The store is asked to serve it as `media_type`, whatever it was stored as.
        """
        headers: dict[str, str | list[str] | tuple[str]] | None = None
        if media_type:
            headers = {"response-content-type": media_type}
        return await self._run(
            lambda: self._signer.presigned_get_object(
                bucket, key, expires=min(lasts, LONGEST_LINK), response_headers=headers
            ),
            bucket,
            key,
        )

    async def presign_put(
        self, bucket: str, key: str, *, size: int, media_type: str, lasts: timedelta = LONGEST_LINK
    ) -> str:
        """A link to store one object with, good for at most five minutes, for exactly `size` bytes of `media_type`.

        The store refuses it with other values of Content-Length and Content-Type.
        """
        headers = {"content-length": str(size), "content-type": media_type}
        lasts = min(lasts, LONGEST_LINK)
        return await self._run(
            lambda: presign_put(self._signer, bucket, key, headers, region=self._region, lasts=lasts), bucket, key
        )

    async def bucket_exists(self, bucket: str) -> bool:
        """Whether there is such a bucket. A name that cannot be a bucket's is not there."""
        try:
            return await self._run(lambda: self._client.bucket_exists(bucket), bucket)
        except BucketMissing:
            return False  # stores refuse such a name as if the bucket were missing

    async def require_bucket(self, bucket: str, *, pointer: str | None = None) -> None:
        """Raises BucketMissing, naming the request's field `pointer`, if there is no such bucket."""
        if not await self.bucket_exists(bucket):
            raise BucketMissing(bucket, pointer=pointer)

    async def ensure_bucket(self, bucket: str) -> None:
        """Creates the bucket if it is not there. May be repeated, also by several at once."""

        def ensure() -> None:
            if self._client.bucket_exists(bucket):
                return
            try:
                self._client.make_bucket(bucket)
            except S3Error as error:
                if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                    raise

        await self._run(ensure, bucket)

    async def notify(self, bucket: str, target: str) -> None:
        """Has the store tell `target`, the name of a queue that it knows, of every object that comes or goes.

        What else the bucket tells others stays. May be repeated. Raises BucketMissing; a store that has no
        notifications, or no such queue, raises StorageUnavailable.
        """

        def configure() -> None:
            config = self._client.get_bucket_notification(bucket)
            if not any(queue.queue == target for queue in config.queue_config_list):
                config.queue_config_list.append(QueueConfig(queue=target, events=list(_NOTIFIED)))
                self._client.set_bucket_notification(bucket, config)

        await self._run(configure, bucket)

    async def ping(self) -> None:
        """Raises StorageUnavailable if the store does not answer. For `/readyz`."""
        await self._run(self._client.list_buckets, "")

    def close(self) -> None:
        """Lets calls under way end, and starts no more. Does not wait for them."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._http.clear()

    async def _chunks(self, response: Any, bucket: str, key: str, size: int) -> AsyncGenerator[bytes, None]:
        try:
            while chunk := await self._run(lambda: response.read(size, decode_content=False), bucket, key):
                yield chunk
        finally:
            self._end(response)

    def _end(self, response: Any) -> None:
        """Ends a connection with bytes that nobody reads; where all were read, it is back already.

        A thread may still wait for them, and closing waits for that thread. So it is told that none will come.
        """
        if response.connection is None:
            return
        with suppress(OSError, RuntimeError, ValueError):  # it may have ended in this moment
            response.shutdown()
        try:
            self._threads.submit(response.close)
        except RuntimeError:  # the store is closed, and its threads have ended
            response.close()

    async def _run(self, call: Callable[[], T], bucket: str, key: str = "") -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except EXPECTED as error:
            ours = storage_error(error, bucket, key)
            if ours is None:
                raise
            if isinstance(ours, ObjectMissing) and not key:
                ours = BucketMissing(bucket)
            raise ours from error


async def _nothing() -> AsyncGenerator[bytes, None]:
    return
    yield b""


def _pool(reach: Reach | None, ca_file: str | None, threads: int, attempts: int) -> urllib3.PoolManager:
    options: dict[str, Any] = {
        "maxsize": threads,
        "ca_certs": ca_file,
        "block": False,
        "timeout": urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        "retries": urllib3.Retry(
            total=attempts, redirect=False, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]
        ),
    }
    return urllib3.PoolManager(**options) if reach is None else pool_within(reach, **options)


def _client(endpoint: str, access_key: str, secret_key: str, region: str, http: urllib3.PoolManager) -> Minio:
    parts = urlsplit(endpoint if "://" in endpoint else f"http://{endpoint}")
    return Minio(
        parts.netloc,
        access_key=access_key,
        secret_key=secret_key,
        secure=parts.scheme == "https",
        region=region,  # said, so that no call has to ask for it first
        http_client=http,
    )


def _stored(found: Any, key: str) -> StoredObject:
    return StoredObject(
        key=key,
        size=found.size or 0,
        etag=(found.etag or "").strip('"'),
        modified=found.last_modified,
        media_type=found.content_type,
        encoding=(found.metadata or {}).get("content-encoding"),
    )
