"""Finding samples."""

from collections.abc import Sequence

from labelstream_common.mongo import InvalidCursor, Page, PageParams, decode_cursor, encode_cursor
from sync_service.application.ports import Ports, WhichSamples
from sync_service.domain.sample import Sample

EVERYTHING = WhichSamples()
_BYTES_OF_PAGE = 4_000_000
_BYTES_OF_SAMPLE, _BYTES_OF_LABEL = 500, 150


async def list_samples(
    dataset_id: str, wanted: PageParams, which: WhichSamples = EVERYTHING, *, ports: Ports
) -> Page[Sample]:
    """In the order they were added, or by path, or the other way round."""
    if wanted.sort.lstrip("-") == "path":
        return await _by_path(dataset_id, wanted, which, ports)
    found = await ports.samples.page(
        dataset_id, wanted.after("samples"), wanted.limit + 1, newest_first=wanted.newest_first, which=which
    )
    page = _within_bytes(found[: wanted.limit])
    return Page(page, wanted.cursor_after("samples", page[-1].id) if len(found) > len(page) else None)


async def _by_path(dataset_id: str, wanted: PageParams, which: WhichSamples, ports: Ports) -> Page[Sample]:
    order = f"samples {wanted.sort}"
    after: tuple[str, str] | None = None
    if wanted.cursor is not None:
        bucket, path = decode_cursor(wanted.cursor, order, 2)
        if not isinstance(bucket, str) or not isinstance(path, str):
            raise InvalidCursor
        after = bucket, path
    descending = wanted.sort.startswith("-")
    found = await ports.samples.page_by_path(dataset_id, after, wanted.limit + 1, descending=descending, which=which)
    page = _within_bytes(found[: wanted.limit])
    more = len(found) > len(page)
    return Page(page, encode_cursor(order, page[-1].bucket, page[-1].path) if more else None)


def _within_bytes(samples: Sequence[Sample]) -> Sequence[Sample]:
    """As many, from the first, as have 4 MB as clients see them; always one."""
    size = 0
    for count, sample in enumerate(samples):
        labels = sum(_BYTES_OF_LABEL + len(label.name.encode()) for label in sample.labels)
        size += _BYTES_OF_SAMPLE + 2 * len(sample.path.encode()) + labels
        if size > _BYTES_OF_PAGE and count:
            return samples[:count]
    return samples
