"""Routes of datasets: make, list, read, change, end."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from starlette import status

from labelstream_common.access import AccountRight
from labelstream_common.http import (
    CurrentCaller,
    JsonReply,
    PageView,
    Paging,
    Router,
    check_if_match,
    etag_of,
    page_reply,
    policies,
)
from labelstream_common.object_storage import StorageDenied, StorageUnavailable
from labelstream_common.operations import OperationView, operation_reply
from sync_service.application.datasets import change_dataset, create_dataset, list_datasets
from sync_service.application.delete_dataset import delete_dataset, touched_by_deletion
from sync_service.application.example_images import start_example_dataset
from sync_service.application.sources import user_of
from sync_service.domain.dataset import AccountId, DatasetInUse, InvalidDataset
from sync_service.domain.store import BucketNotFound
from sync_service.entrypoints.http.guards import OWN_DATASET, operations_of, ports_of
from sync_service.entrypoints.http.schemas import DatasetChanges, DatasetView, NewDataset, TouchedView

router = Router(tags=["datasets"])

SortAdded = Annotated[Literal["added", "-added"], Query(description="`-added`: the newest first")]
DryRun = Annotated[bool, Query(description="only say what would be affected")]


@router.post(
    "/datasets",
    policy=policies.account_may(AccountRight.CREATE_DATASETS),
    status_code=status.HTTP_201_CREATED,
    errors=(InvalidDataset, BucketNotFound),
    present=DatasetView.of,
)
async def add_dataset(body: NewDataset, caller: CurrentCaller, request: Request, response: Response) -> DatasetView:
    """Makes a dataset on a bucket and a prefix. It is empty until it is synchronized."""
    ports = ports_of(request)
    user = await user_of(caller, ports=ports)
    dataset = await create_dataset(body.command(caller.account_id), user, ports=ports)
    response.headers["ETag"] = etag_of(dataset.version)
    response.headers["Location"] = f"/api/v1/datasets/{dataset.id}"
    return DatasetView.of(dataset)


@router.post(
    "/datasets:example",
    policy=policies.account_may(AccountRight.CREATE_DATASETS),
    status_code=status.HTTP_202_ACCEPTED,
    errors=(StorageDenied, StorageUnavailable),
    reply=OperationView,
    present=OperationView.of,
)
async def add_example_dataset(caller: CurrentCaller, request: Request) -> Response:
    """Makes a dataset of example images (handwritten digits). The operation puts them into the platform's own object
    store; its `result` names the dataset. Synchronize it afterwards."""
    operation = await start_example_dataset(
        AccountId(caller.account_id), ports=ports_of(request), operations=operations_of(request)
    )
    return operation_reply(operation)


@router.get("/datasets", policy=policies.signed_in())
async def get_datasets(
    caller: CurrentCaller, paging: Paging, request: Request, sort: SortAdded = "added"
) -> PageView[DatasetView]:
    """The caller's datasets, by default oldest first; an administrator's list holds everybody's.

    With an API key that is limited to certain jobs, the list is empty.
    """
    if caller.is_limited_to_jobs:
        return PageView(items=())
    creator = None if caller.is_admin else AccountId(caller.account_id)
    wanted = replace(paging, sort=sort)
    page = await list_datasets(creator, wanted, ports=ports_of(request))
    return page_reply(page, DatasetView.of)


@router.get("/datasets/{dataset_id}", policy=OWN_DATASET)
async def get_dataset(dataset_id: str, request: Request, response: Response) -> DatasetView:
    """One dataset, with the number of its images."""
    dataset = await ports_of(request).datasets.get(dataset_id)
    response.headers["ETag"] = etag_of(dataset.version)
    return DatasetView.of(dataset)


@router.patch("/datasets/{dataset_id}", policy=OWN_DATASET, errors=(InvalidDataset,), present=DatasetView.of)
async def patch_dataset(
    dataset_id: str, body: DatasetChanges, caller: CurrentCaller, request: Request, response: Response
) -> DatasetView:
    """Changes texts and settings. The source of a dataset cannot be changed."""
    dataset = await change_dataset(
        body.command(dataset_id, caller.account_id),
        lambda present: check_if_match(request, etag_of(present.version)),
        ports=ports_of(request),
    )
    response.headers["ETag"] = etag_of(dataset.version)
    return DatasetView.of(dataset)


@router.delete(
    "/datasets/{dataset_id}",
    policy=OWN_DATASET,
    status_code=status.HTTP_202_ACCEPTED,
    errors=(DatasetInUse,),
    reply=OperationView,
    present=OperationView.of,
    replies={200: TouchedView},
)
async def remove_dataset(dataset_id: str, caller: CurrentCaller, request: Request, dry_run: DryRun = False) -> Response:
    """Deletes a dataset that no labeling job uses. It is hidden at once; the operation removes its samples. The objects
    in the bucket stay."""
    if dry_run:
        touched = await touched_by_deletion(dataset_id, ports=ports_of(request))
        return JsonReply(TouchedView(samples=touched.samples, jobs=touched.jobs).model_dump())
    operation = await delete_dataset(
        dataset_id,
        AccountId(caller.account_id),
        lambda present: check_if_match(request, etag_of(present.version)),
        ports=ports_of(request),
        operations=operations_of(request),
    )
    return operation_reply(operation)
