"""Routes of samples and uploads."""

from dataclasses import replace

from fastapi import Request, Response
from starlette import status

from labelstream_common.auth import Caller
from labelstream_common.http import (
    SELECTION_BODY_BYTES,
    CurrentCaller,
    JsonReply,
    PageView,
    Paging,
    Router,
    etag_of,
    page_reply,
)
from labelstream_common.operations import OperationView, operation_reply
from sync_service.application.delete_samples import (
    DeleteSamples,
    RestoreSamples,
    start_on_samples,
    touched_by_deleting,
)
from sync_service.application.overlaps import Whoever
from sync_service.application.samples import list_samples
from sync_service.application.uploading import open_uploads
from sync_service.domain.dataset import AccountId, DatasetId
from sync_service.domain.sample import SampleNotFound
from sync_service.domain.uploads import InvalidUpload
from sync_service.entrypoints.http.datasets import DryRun, SortAdded
from sync_service.entrypoints.http.guards import (
    DATASET_CONTENT,
    DATASET_DATA,
    OWN_DATASET,
    operations_of,
    ports_of,
    versions_of,
)
from sync_service.entrypoints.http.schemas import (
    NamedDatasetView,
    SampleDeletion,
    SampleSelection,
    SampleView,
    TouchedSamplesView,
    UploadsBody,
    UploadsView,
    UploadView,
)

router = Router(tags=["samples"])

_MOST_NAMED = 100


def _who(caller: Caller) -> Whoever:
    return Whoever(AccountId(caller.account_id), caller.is_admin)


@router.get("/datasets/{dataset_id}/samples", policy=OWN_DATASET)
async def get_samples(
    dataset_id: str, paging: Paging, request: Request, sort: SortAdded = "added"
) -> PageView[SampleView]:
    """The samples that are there, in the order they were added, or the newest first."""
    wanted = replace(paging, sort=sort)
    page = await list_samples(dataset_id, wanted, ports=ports_of(request))
    return page_reply(page, SampleView.of)


@router.get("/datasets/{dataset_id}/samples/{sample_id}", policy=DATASET_CONTENT, errors=(SampleNotFound,))
async def get_sample(dataset_id: str, sample_id: str, request: Request, response: Response) -> SampleView:
    """One image of a dataset."""
    sample = await ports_of(request).samples.get(dataset_id, sample_id)
    response.headers["ETag"] = etag_of(sample.version)
    return SampleView.of(sample)


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
    """URLs to put files at. What was put becomes samples by synchronizing.

    A path that also belongs to a dataset whose data the caller may not change is refused.
    """
    tickets = await open_uploads(dataset_id, body.uploads(), _who(caller), ports=ports_of(request))
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
    """Takes samples out of the dataset. Without `delete_source` their objects stay, and they stay deleted."""
    command = DeleteSamples(DatasetId(dataset_id), body.selection(), _who(caller), body.delete_source)
    if dry_run:
        ports = ports_of(request)
        samples, sharing, versions = await touched_by_deleting(command, ports=ports, versions=versions_of(request))
        named = [NamedDatasetView(id=each.id, name=each.texts.name) for each in sharing.known[:_MOST_NAMED]]
        more = sharing.more + len(sharing.known) - len(named)
        jobs = len(await ports.jobs.on(dataset_id))
        view = TouchedSamplesView(
            samples=samples, jobs=jobs, datasets=named, more_datasets=more, versions=list(versions)
        )
        return JsonReply(view.model_dump())
    operation = await start_on_samples(command, ports=ports_of(request), operations=operations_of(request))
    return operation_reply(operation)


@router.post(
    "/datasets/{dataset_id}/samples:restore",
    policy=DATASET_DATA,
    status_code=status.HTTP_202_ACCEPTED,
    reply=OperationView,
    present=OperationView.of,
)
async def restore_samples(dataset_id: str, body: SampleSelection, caller: CurrentCaller, request: Request) -> Response:
    """Brings deleted samples back whose objects are there."""
    command = RestoreSamples(DatasetId(dataset_id), body.selection(), _who(caller))
    operation = await start_on_samples(command, ports=ports_of(request), operations=operations_of(request))
    return operation_reply(operation)
