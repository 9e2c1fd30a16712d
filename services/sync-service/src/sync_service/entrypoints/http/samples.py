"""Routes of samples and uploads."""

from fastapi import Request

from labelstream_common.http import PageView, Paging, Router, page_reply
from sync_service.application.samples import list_samples
from sync_service.application.uploading import open_uploads
from sync_service.domain.sample import SampleNotFound
from sync_service.domain.uploads import InvalidUpload
from sync_service.entrypoints.http.guards import DATASET_CONTENT, DATASET_DATA, OWN_DATASET, ports_of
from sync_service.entrypoints.http.schemas import SampleView, UploadsBody, UploadsView, UploadView

router = Router(tags=["samples"])


@router.get("/datasets/{dataset_id}/samples", policy=OWN_DATASET)
async def index(dataset_id: str, paging: Paging, request: Request) -> PageView[SampleView]:
    """The samples that are there, in the order they were added."""
    page = await list_samples(dataset_id, paging.cursor, paging.limit, ports=ports_of(request))
    return page_reply(page, SampleView.of)


@router.get("/datasets/{dataset_id}/samples/{sample_id}", policy=DATASET_CONTENT, errors=(SampleNotFound,))
async def show(dataset_id: str, sample_id: str, request: Request) -> SampleView:
    return SampleView.of(await ports_of(request).samples.get(dataset_id, sample_id))


@router.post("/datasets/{dataset_id}/uploads", policy=DATASET_DATA, errors=(InvalidUpload,), secret=True)
async def uploads(dataset_id: str, body: UploadsBody, request: Request) -> UploadsView:
    """URLs to put files at. What was put becomes samples by synchronizing."""
    tickets = await open_uploads(dataset_id, body.uploads(), ports=ports_of(request))
    return UploadsView(items=[UploadView.of(ticket) for ticket in tickets])
