"""Routes of datasets: make, list, read, change, end."""

from fastapi import Request, Response
from starlette import status

from labelstream_common.access import AccountRight
from labelstream_common.http import (
    CurrentCaller,
    PageView,
    Paging,
    Router,
    check_if_match,
    etag_of,
    page_reply,
    policies,
)
from sync_service.application.datasets import BucketNotFound, change_dataset, create_dataset, list_datasets
from sync_service.domain.dataset import AccountId, InvalidDataset
from sync_service.entrypoints.http.guards import OWN_DATASET, ports_of
from sync_service.entrypoints.http.schemas import DatasetChanges, DatasetView, NewDataset

router = Router(tags=["datasets"])


@router.post(
    "/datasets",
    policy=policies.account_may(AccountRight.CREATE_DATASETS),
    status_code=status.HTTP_201_CREATED,
    errors=(InvalidDataset, BucketNotFound),
    present=DatasetView.of,
)
async def create(body: NewDataset, caller: CurrentCaller, request: Request, response: Response) -> DatasetView:
    """Makes a dataset on a bucket and a prefix. It is empty until it is synchronized."""
    dataset = await create_dataset(body.command(caller.account_id), ports=ports_of(request))
    response.headers["ETag"] = etag_of(dataset.version)
    response.headers["Location"] = f"/api/v1/datasets/{dataset.id}"
    return DatasetView.of(dataset)


@router.get("/datasets", policy=policies.signed_in())
async def index(caller: CurrentCaller, paging: Paging, request: Request) -> PageView[DatasetView]:
    """The caller's datasets, oldest first; an administrator's list holds everybody's."""
    creator = None if caller.is_admin else AccountId(caller.account_id)
    page = await list_datasets(creator, paging.cursor, paging.limit, ports=ports_of(request))
    return page_reply(page, DatasetView.of)


@router.get("/datasets/{dataset_id}", policy=OWN_DATASET)
async def show(dataset_id: str, request: Request, response: Response) -> DatasetView:
    dataset = await ports_of(request).datasets.get(dataset_id)
    response.headers["ETag"] = etag_of(dataset.version)
    return DatasetView.of(dataset)


@router.patch("/datasets/{dataset_id}", policy=OWN_DATASET, errors=(InvalidDataset,), present=DatasetView.of)
async def change(
    dataset_id: str, body: DatasetChanges, caller: CurrentCaller, request: Request, response: Response
) -> DatasetView:
    """Changes texts and settings. The source of a dataset stays what it is."""
    dataset = await change_dataset(
        body.command(dataset_id, caller.account_id),
        lambda present: check_if_match(request, etag_of(present.version)),
        ports=ports_of(request),
    )
    response.headers["ETag"] = etag_of(dataset.version)
    return DatasetView.of(dataset)
