"""Finding samples."""

from labelstream_common.mongo import Page, decode_cursor, encode_cursor
from sync_service.application.ports import Ports
from sync_service.domain.sample import Sample


async def list_samples(dataset_id: str, cursor: str | None, limit: int, *, ports: Ports) -> Page[Sample]:
    """Present samples in the order they were added."""
    after = str(decode_cursor(cursor, 1)[0]) if cursor else None
    found = await ports.samples.page(dataset_id, after, limit + 1)
    page = found[:limit]
    return Page(page, encode_cursor(page[-1].id) if len(found) > limit else None)
