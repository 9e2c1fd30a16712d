"""The route of duplicates: images of equal bytes, and images that look alike."""

from typing import Annotated, Literal

from fastapi import Query, Request

from labelstream_common.http import PageView, Paging, Router, View, page_reply
from sync_service.application.duplicates import Group, list_duplicates
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import Kind
from sync_service.entrypoints.http.guards import OWN_DATASET, inspections_of, ports_of

router = Router(tags=["samples"])

Wanted = Annotated[Literal["exact", "near"], Query(description="`exact`: equal bytes; `near`: images that look alike")]


class DuplicateView(View):
    id: str
    path: str


class DuplicatesView(View):
    """Samples of equal bytes, or that look alike, in the order in which they were added."""

    kind: Kind
    samples: list[DuplicateView]

    @classmethod
    def of(cls, group: Group) -> "DuplicatesView":
        return cls(kind=group.kind, samples=[DuplicateView(id=each.id, path=each.path) for each in group.samples])


@router.get("/datasets/{dataset_id}/duplicates", policy=OWN_DATASET)
async def get_duplicates(
    dataset_id: str, paging: Paging, request: Request, kind: Wanted = "exact"
) -> PageView[DuplicatesView]:
    """Groups of images that are there more than once, as far as they have been inspected.

    A group whose images all have equal bytes is not under `near`.
    """
    page = await list_duplicates(
        DatasetId(dataset_id), kind, paging, ports=ports_of(request), looks=inspections_of(request)
    )
    return page_reply(page, DuplicatesView.of)
