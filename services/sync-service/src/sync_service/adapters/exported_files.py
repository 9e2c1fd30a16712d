"""Where exports of versions are written: a bucket of the dataset's own object store."""

from typing import BinaryIO

from labelstream_common.object_storage import ObjectMissing, ObjectRefused, ObjectStore
from sync_service.adapters.stores import Stores
from sync_service.application.export_rows import MISSING
from sync_service.domain.dataset import Dataset


class StoredExports:
    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def is_empty(self, bucket: str, prefix: str) -> bool:
        async for _ in self._store.list(bucket, prefix):
            return False
        return True

    async def put(self, bucket: str, key: str, content: bytes, media_type: str) -> None:
        await self._store.put(bucket, key, content, media_type=media_type)

    async def put_file(self, bucket: str, key: str, content: BinaryIO, size: int, media_type: str) -> None:
        await self._store.put_file(bucket, key, content, size, media_type=media_type)

    async def copy(self, source: tuple[str, str], target: tuple[str, str]) -> str | None:
        try:
            await self._store.copy(source, target)
        except ObjectMissing:
            return MISSING  # deleted meanwhile; the caller counts it
        except ObjectRefused as error:
            return error.detail
        return None


async def exports_of(stores: Stores, dataset: Dataset) -> StoredExports:
    """The object store that a dataset's images lie in."""
    return StoredExports(await stores.of(dataset.source.source_id))
