"""Which object store an import reads from, and what of it somebody may read."""

from collections.abc import Callable
from functools import lru_cache

from sync_service.application.ports import Ports
from sync_service.domain.dataset import Dataset, Source
from sync_service.domain.imports import ImportSettings
from sync_service.domain.store import SourceUser


def source_of(settings: ImportSettings, dataset: Dataset) -> str:
    """The dataset's own source unless the import names another. What was uploaded lies in its own."""
    if settings.source.kind == "uploads":
        return dataset.source.source_id
    return settings.source_id or dataset.source.source_id


async def readable(user: SourceUser, dataset: Dataset, source_id: str, *, ports: Ports) -> Callable[[str, str], bool]:
    """Tells of a bucket and key, or prefix, whether `user` may import from there: what the dataset covers, and what
    they could make a dataset on. Raises SourceNotFound."""
    source = await ports.sources.get(source_id)
    is_own = source_id == dataset.source.source_id

    @lru_cache(maxsize=4_096)
    def granted(bucket: str, key: str) -> bool:
        return source.allows(user, Source(bucket, key, source_id))

    def may(bucket: str, key: str) -> bool:
        if source.is_own and bucket == ports.reserved_bucket:
            return False
        # An object of another store with the same name would stand where the dataset's own has its place.
        covered = dataset.source.covers(bucket, key)
        return is_own if covered else granted(bucket, key)

    return may
