"""Finding samples."""

from collections.abc import Sequence

from labelstream_common.mongo import Page, PageParams
from sync_service.application.ports import Ports
from sync_service.domain.sample import Sample

_BYTES_OF_PAGE = 4_000_000
_BYTES_OF_SAMPLE, _BYTES_OF_LABEL = 500, 150


async def list_samples(dataset_id: str, wanted: PageParams, *, ports: Ports) -> Page[Sample]:
    """Present samples in the order they were added, or the other way round."""
    found = await ports.samples.page(
        dataset_id, wanted.after("samples"), wanted.limit + 1, newest_first=wanted.newest_first
    )
    page = _within_bytes(found[: wanted.limit])
    return Page(page, wanted.cursor_after("samples", page[-1].id) if len(found) > len(page) else None)


def _within_bytes(samples: Sequence[Sample]) -> Sequence[Sample]:
    """As many, from the first, as have 4 MB as clients see them; always one."""
    size = 0
    for count, sample in enumerate(samples):
        labels = sum(_BYTES_OF_LABEL + len(label.name.encode()) for label in sample.labels)
        size += _BYTES_OF_SAMPLE + 2 * len(sample.path.encode()) + labels
        if size > _BYTES_OF_PAGE and count:
            return samples[:count]
    return samples
