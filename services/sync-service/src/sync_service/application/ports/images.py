"""Thumbnails and example images."""

from typing import NamedTuple, Protocol

from sync_service.domain.dataset import DatasetId, Source


class Thumbnail(NamedTuple):
    """A small image as it is kept, with the original's upright size in pixels and its real media type."""

    content: bytes
    width: int
    height: int
    media_type: str


class Thumbnailer(Protocol):
    async def make(self, image: bytes, size: int) -> Thumbnail:
        """Raises ImageUnreadable or ImageTooLarge."""
        ...


class ThumbnailStore(Protocol):
    """Thumbnails where no dataset lists them."""

    async def find(self, key: str) -> bytes | None: ...

    async def keep(self, key: str, content: bytes) -> None: ...

    async def url(self, key: str) -> str: ...

    async def drop_all(self, prefix: str) -> None: ...


class ExampleImages(Protocol):
    """The images that come with the platform, and the place in its own store that they are put to."""

    @property
    def count(self) -> int: ...

    def source(self, dataset_id: DatasetId) -> Source:
        """Where the images of this dataset lie, and no others."""
        ...

    async def prepare(self) -> None:
        """Makes the bucket, if it is not there."""

    async def put(self, source: Source, start: int, end: int) -> None:
        """Puts the images from `start` to before `end`. May repeat."""
