"""The objects that samples are made of."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from sync_service.application.ports.sources import BucketTried
from sync_service.domain.dataset import Bucket, Source
from sync_service.domain.reconciliation import Listed
from sync_service.domain.sample import Sample
from sync_service.domain.store import ObjectSource
from sync_service.domain.uploads import Upload


class ObjectBytes(NamedTuple):
    """An object, or a range of it, being read. Whoever opened it closes it, read to its end or not."""

    size: int
    etag: str
    chunks: AsyncIterator[bytes]
    close: Callable[[], Awaitable[None]]
    encoding: str | None = None
    """`gzip` if the bytes are to be decompressed before they are an image."""


class WholeImage(NamedTuple):
    """An image's bytes as they decode, and the etag of the object that they were."""

    content: bytes
    etag: str


class ListedPage(NamedTuple):
    """Some objects of a listing, and the key that the page ends at."""

    objects: Sequence[Listed]
    last_key: str


class ObjectsFound(NamedTuple):
    """The objects that are there, by key, and how many keys had to be asked for singly."""

    objects: Mapping[str, Listed]
    asked: int


class SourceObjects(Protocol):
    """The objects that samples are made of."""

    async def address(self, source_id: str) -> tuple[str, int]:
        """Host and port of a source's object store."""
        ...

    async def is_there(self, source: Source) -> bool:
        """Whether the bucket is there and its prefix can be listed."""
        ...

    async def tried(self, source: ObjectSource) -> Sequence["BucketTried"]:
        """Lists one object of each bucket that the source names; of a source that names none, which buckets there are
        (one without a name that failed, or nothing). Works for a source that is not stored."""
        ...

    async def watch(self, place: Bucket) -> None:
        """Asks for hints of what comes and goes there. Without them synchronization finds it later, so none is fine."""

    def pages(self, source: Source, after: str) -> AsyncIterator["ListedPage"]:
        """The source's objects with keys after `after`, in ascending order of UTF-8 bytes, with what is left out."""
        ...

    async def told(self, place: Bucket, listed: Sequence[Listed]) -> Sequence[Listed]:
        """Objects whose ending says nothing, as their content types say: images, or left out. Asks for each."""
        ...

    async def present(self, place: Bucket, paths: Sequence[str]) -> Mapping[str, Listed]:
        """Those of the objects that are there. One that the store does not tell of is left out with its reason."""
        ...

    async def find(self, place: Bucket, paths: Sequence[str]) -> ObjectsFound:
        """As `present`, for many: where the paths lie close together they are listed, not asked for one by one."""
        ...

    async def open_file(self, place: Bucket, key: str, offset: int = 0) -> ObjectBytes:
        """Any object's bytes from `offset` on. Raises FileMissing, or UnreadableFile if the store refuses it."""
        ...

    async def read_file(self, place: Bucket, key: str, limit: int) -> bytes | None:
        """An object's first `limit` bytes; None if it is not there. Raises UnreadableFile if the store refuses it."""
        ...

    async def open(self, sample: Sample, offset: int = 0, length: int = 0) -> ObjectBytes:
        """`length` bytes (0: the rest) from `offset` on. Raises SourceObjectMissing or ImageRefused."""
        ...

    async def read(self, sample: Sample, limit: int) -> WholeImage:
        """The whole object, decompressed where it lies compressed.

        Raises SourceObjectMissing, ImageRefused, or ImageTooLarge past `limit` bytes.
        """
        ...

    async def remove(self, place: Bucket, paths: Sequence[str]) -> Sequence[str]:
        """Deletes the objects; the paths that could not be deleted."""
        ...

    async def download_url(self, sample: Sample) -> str: ...

    async def upload_url(self, place: Bucket, upload: Upload) -> str:
        """Where to put exactly that many bytes of that media type; the store refuses others."""
        ...
