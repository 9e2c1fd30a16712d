"""Finding samples."""

from labelstream_common.mongo import Page
from sync_service.application.datasets import PageWanted
from sync_service.application.ports import Ports
from sync_service.domain.sample import Sample


async def list_samples(dataset_id: str, wanted: PageWanted, *, ports: Ports) -> Page[Sample]:
    """Present samples in the order they were added, or the other way round."""
    found = await ports.samples.page(
        dataset_id, wanted.after("samples"), wanted.limit + 1, newest_first=wanted.newest_first
    )
    page = found[: wanted.limit]
    return Page(page, wanted.cursor_after("samples", page[-1].id) if len(found) > wanted.limit else None)
