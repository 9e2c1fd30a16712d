"""Labels that came with a dataset's data, and for which a job has no room: which images brought them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from label_service.application.reading import Items, job_of
from labelstream_common.mongo import Page


class ImageLeftOut(NamedTuple):
    """An image, and the names of those of its labels that the job has no room for."""

    sample_id: str
    path: str
    labels: Sequence[str]


class LeftOutLabels(Protocol):
    async def page(self, job_id: str, after: str | None, limit: int) -> Sequence[ImageLeftOut]:
        """In the order of ids. It may be shorter than `limit` where names are long, but not empty before the end."""
        ...

    async def count(self, job_id: str) -> int:
        """How many images there are."""
        ...


class LeftOutPage(NamedTuple):
    """One page, and how many images there are in all."""

    images: Page[ImageLeftOut]
    total: int


async def images_left_out(
    job_id: str, after: str | None, limit: int, *, items: Items, left_out: LeftOutLabels
) -> LeftOutPage:
    """The page after an image; its cursor is the id of its last one. Raises JobNotFound."""
    await job_of(items, job_id)
    found = await left_out.page(job_id, after, limit)
    is_last = not found or not await left_out.page(job_id, found[-1].sample_id, 1)
    return LeftOutPage(Page(list(found), None if is_last else found[-1].sample_id), await left_out.count(job_id))
