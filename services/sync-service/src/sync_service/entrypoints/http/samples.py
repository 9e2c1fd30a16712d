"""Routes of samples and uploads."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from starlette import status

from labelstream_common.auth import AccountRole, Caller
from labelstream_common.http import (
    SELECTION_BODY_BYTES,
    CurrentCaller,
    JsonReply,
    PageView,
    Paging,
    Router,
    etag_of,
    page_reply,
    policies,
)
from labelstream_common.operations import OperationView, operation_reply
from sync_service.application.delete_samples import (
    DeleteSamples,
    RestoreSamples,
    require_restorable,
    start_on_samples,
)
from sync_service.application.inspected import Listing, in_state, unreadable_listing, with_facts
from sync_service.application.overlaps import Whoever
from sync_service.application.ports import WhichSamples
from sync_service.application.samples import EVERYTHING, list_samples
from sync_service.application.touched import touched_by_deleting
from sync_service.application.uploading import open_uploads
from sync_service.domain.dataset import AccountId, DatasetId
from sync_service.domain.inspection import State
from sync_service.domain.sample import RestorePeriodOver, SampleNotFound
from sync_service.domain.uploads import InvalidUpload
from sync_service.entrypoints.http.datasets import DryRun
from sync_service.entrypoints.http.guards import (
    DATASET_DATA,
    DATASET_HISTORY,
    SAMPLE_CONTENT,
    inspections_of,
    operations_of,
    ports_of,
    versions_of,
)
from sync_service.entrypoints.http.schemas import (
    SampleDeletion,
    SampleSelection,
    SampleView,
    UploadsBody,
    UploadsView,
    UploadView,
)
from sync_service.entrypoints.http.touched_views import TouchedSamplesView

router = Router(tags=["samples"])

InState = Annotated[State | None, Query(description="only those in this state")]

SortSamples = Annotated[Literal["added", "-added", "path", "-path"], Query(description="`-added`: the newest first")]
Path = Annotated[
    str | None,
    Query(max_length=1_024, description="a prefix of the path if it ends in `*`, else text that it contains"),
]
Deleted = Annotated[bool, Query(description="only what was deleted, with the time until which it can be restored")]


def who(caller: Caller) -> Whoever:
    is_member = caller.role in {AccountRole.ADMIN, AccountRole.MEMBER}
    return Whoever(AccountId(caller.account_id), caller.is_admin, is_member)


@router.get("/datasets/{dataset_id}/samples", policy=DATASET_HISTORY)
async def get_samples(
    dataset_id: str,
    paging: Paging,
    request: Request,
    *,
    sort: SortSamples = "added",
    path: Path = None,
    deleted: Deleted = False,
    state: InState = None,
) -> PageView[SampleView]:
    """The samples that are there, or with `deleted=true` those that somebody deleted."""
    ports = ports_of(request)
    which = WhichSamples(path, deleted)
    listing: Listing = partial(list_samples, dataset_id, which=which, ports=ports)
    inspections = inspections_of(request)
    if state == "unreadable" and sort.endswith("added") and which == EVERYTHING:
        listing = unreadable_listing(DatasetId(dataset_id), inspections=inspections, ports=ports)
    page = await in_state(state, replace(paging, sort=sort), listing, inspections=inspections)
    return page_reply(page, lambda each: SampleView.of(each, ports.trash_period))


async def _is_there(request: Request, _: Caller) -> None:
    path = request.path_params
    await ports_of(request).samples.get(path["dataset_id"], path["sample_id"])


@router.get(
    "/datasets/{dataset_id}/samples/{sample_id}",
    policy=policies.finding(SAMPLE_CONTENT, _is_there),
    errors=(SampleNotFound,),
)
async def get_sample(dataset_id: str, sample_id: str, request: Request, response: Response) -> SampleView:
    """One image of a dataset."""
    sample = await ports_of(request).samples.get(dataset_id, sample_id)
    response.headers["ETag"] = etag_of(sample.version)
    (told,) = await with_facts([sample], inspections_of(request))
    return SampleView.of(told, ports_of(request).trash_period)


@router.post(
    "/datasets/{dataset_id}/uploads",
    policy=DATASET_DATA,
    errors=(InvalidUpload,),
    secret=True,
    max_body_bytes=SELECTION_BODY_BYTES,
)
async def open_dataset_uploads(
    dataset_id: str, body: UploadsBody, caller: CurrentCaller, request: Request
) -> UploadsView:
    """URLs for uploading files. Synchronization turns uploaded images into samples; an import reads files of labels.

    An image may have 25 MiB unless the operator set another limit, a `.txt` file with the labels of one image 1 MB, a
    manifest, CSV, Parquet or COCO file 4 GB. A URL takes exactly the `size` that was named.

    A path that also belongs to a dataset whose data the caller may not change is refused.
    """
    tickets = await open_uploads(dataset_id, body.uploads(), who(caller), ports=ports_of(request))
    return UploadsView(items=[UploadView.of(ticket) for ticket in tickets])


@router.post(
    "/datasets/{dataset_id}/samples:delete",
    policy=DATASET_DATA,
    status_code=status.HTTP_202_ACCEPTED,
    reply=OperationView,
    present=OperationView.of,
    replies={200: TouchedSamplesView},
)
async def remove_samples(
    dataset_id: str, body: SampleDeletion, caller: CurrentCaller, request: Request, dry_run: DryRun = False
) -> Response:
    """Removes samples from the dataset. Without `delete_source` their objects stay, but synchronization does not add
    them again."""
    command = DeleteSamples(DatasetId(dataset_id), body.selection(), who(caller), body.delete_source)
    if dry_run:
        ports = ports_of(request)
        touched = await touched_by_deleting(command, ports=ports, versions=versions_of(request))
        return JsonReply(TouchedSamplesView.of(touched, len(await ports.jobs.on(dataset_id))).model_dump())
    operation = await start_on_samples(command, ports=ports_of(request), operations=operations_of(request))
    return operation_reply(operation)


@router.post(
    "/datasets/{dataset_id}/samples:restore",
    policy=DATASET_DATA,
    status_code=status.HTTP_202_ACCEPTED,
    errors=(RestorePeriodOver,),
    reply=OperationView,
    present=OperationView.of,
)
async def restore_samples(dataset_id: str, body: SampleSelection, caller: CurrentCaller, request: Request) -> Response:
    """Brings deleted samples back whose objects are there, with the labels that they had.

    Samples that were deleted longer ago than the installation allows are not restored: 410 if there are no others.
    """
    await require_restorable(DatasetId(dataset_id), body.selection(), ports=ports_of(request))
    command = RestoreSamples(DatasetId(dataset_id), body.selection(), who(caller))
    operation = await start_on_samples(command, ports=ports_of(request), operations=operations_of(request))
    return operation_reply(operation)
