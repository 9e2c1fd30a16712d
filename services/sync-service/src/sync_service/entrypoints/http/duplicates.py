"""Routes of duplicates: images of equal bytes, images that look alike, and deleting all but one of them."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import Field
from starlette import status

from labelstream_common.http import (
    SELECTION_BODY_BYTES,
    Body,
    CurrentCaller,
    JsonReply,
    PageView,
    Paging,
    Router,
    View,
    page_reply,
)
from labelstream_common.operations import OperationView, operation_reply
from sync_service.application.delete_samples import DeleteSamples, start_on_samples
from sync_service.application.duplicates import Group, list_duplicates
from sync_service.application.selection import Selection
from sync_service.application.touched import touched_by_deleting
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import KeptIsRemoved, Kind
from sync_service.domain.sample import SampleNotFound
from sync_service.entrypoints.http.datasets import DryRun
from sync_service.entrypoints.http.guards import (
    DATASET_DATA,
    DATASET_HISTORY,
    inspections_of,
    near_groups_of,
    operations_of,
    ports_of,
    versions_of,
)
from sync_service.entrypoints.http.samples import who
from sync_service.entrypoints.http.schemas import MAX_SELECTED
from sync_service.entrypoints.http.touched_views import TouchedSamplesView

router = Router(tags=["samples"])

Wanted = Annotated[Literal["exact", "near"], Query(description="`exact`: equal bytes; `near`: images that look alike")]


SampleIdText = Annotated[str, Field(max_length=128)]


class DuplicatesMerge(Body):
    """Which image is kept, and which others are deleted; their objects stay, and they can be restored.

    With `carry_labels` the labels of the others go to the kept one, in every job: those that people gave, and if no
    person has changed the kept one, also what was imported or proposed.
    """

    keep: SampleIdText
    remove: Annotated[list[SampleIdText], Field(min_length=1, max_length=MAX_SELECTED)]
    carry_labels: bool = False


class DuplicateView(View):
    id: str
    path: str


class DuplicatesView(View):
    """Samples of equal bytes, or that look alike, in the order in which they were added: the first 1,000, and whether
    there are `more`."""

    kind: Kind
    samples: list[DuplicateView]
    more: bool

    @classmethod
    def of(cls, group: Group) -> "DuplicatesView":
        samples = [DuplicateView(id=each.id, path=each.path) for each in group.samples]
        return cls(kind=group.kind, samples=samples, more=group.more)


@router.get("/datasets/{dataset_id}/duplicates", policy=DATASET_HISTORY)
async def get_duplicates(
    dataset_id: str, paging: Paging, request: Request, kind: Wanted = "exact"
) -> PageView[DuplicatesView]:
    """Groups of images that are there more than once, as far as they have been inspected.

    A group whose images all have equal bytes is not under `near`. Similar images are computed again every 15 seconds
    at most, among the first 500,000 images. A page may be empty and still have a cursor to go on by.
    """
    page = await list_duplicates(
        DatasetId(dataset_id),
        kind,
        paging,
        ports=ports_of(request),
        looks=inspections_of(request),
        near=near_groups_of(request),
    )
    return page_reply(page, DuplicatesView.of)


@router.post(
    "/datasets/{dataset_id}/duplicates:merge",
    policy=DATASET_DATA,
    status_code=status.HTTP_202_ACCEPTED,
    errors=(SampleNotFound, KeptIsRemoved),
    reply=OperationView,
    present=OperationView.of,
    replies={200: TouchedSamplesView},
    max_body_bytes=SELECTION_BODY_BYTES,
)
async def merge_duplicates(
    dataset_id: str, body: DuplicatesMerge, caller: CurrentCaller, request: Request, dry_run: DryRun = False
) -> Response:
    """Deletes all but one of some images: the one that is kept must be there. The others can be restored."""
    ports = ports_of(request)
    kept = await ports.samples.get(dataset_id, body.keep)
    if body.keep in body.remove:
        raise KeptIsRemoved
    merge_into = kept.id if body.carry_labels else None
    command = DeleteSamples(DatasetId(dataset_id), Selection(body.remove), who(caller), merge_into=merge_into)
    if dry_run:
        touched = await touched_by_deleting(command, ports=ports, versions=versions_of(request))
        return JsonReply(TouchedSamplesView.of(touched, len(await ports.jobs.on(dataset_id))).model_dump())
    return operation_reply(await start_on_samples(command, ports=ports, operations=operations_of(request)))
