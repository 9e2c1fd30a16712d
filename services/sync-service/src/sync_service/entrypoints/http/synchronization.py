"""Routes that synchronize a dataset, for itself or on a labeling job's behalf."""

from functools import partial

import orjson
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette import status

from labelstream_common.access import JobNotFound, JobRight
from labelstream_common.http import DOWNLOADS, Caller, CurrentCaller, PageView, Paging, Router, page_reply, policies
from labelstream_common.http.replies import attachment
from labelstream_common.operations import OperationView, operation_reply
from sync_service.application.history import newest_first
from sync_service.application.synchronize import Synchronize, start_synchronization
from sync_service.domain.dataset import CLOSED, DatasetId, DatasetNotFound, JobClosed, JobId
from sync_service.domain.store import SourceNotGranted
from sync_service.domain.synchronizations import SynchronizationNotFound
from sync_service.entrypoints.http.guards import DATASET_HISTORY, DATASET_SYNCHRONIZATION, operations_of, ports_of
from sync_service.entrypoints.http.schemas import SynchronizationView

router = Router(tags=["synchronization"])


async def _is_there(request: Request, _: Caller) -> None:
    path = request.path_params
    await ports_of(request).synchronization_history.get(path["dataset_id"], path["synchronization_id"])


@router.post(
    "/datasets/{dataset_id}:sync",
    policy=DATASET_SYNCHRONIZATION,
    status_code=status.HTTP_202_ACCEPTED,
    reply=OperationView,
    present=OperationView.of,
)
async def synchronize_dataset(dataset_id: str, caller: CurrentCaller, request: Request) -> Response:
    """Makes the samples match the objects of the source. The listing begins after this request."""
    command = Synchronize(DatasetId(dataset_id), caller.account_id)
    operation = await start_synchronization(command, ports=ports_of(request), operations=operations_of(request))
    return operation_reply(operation)


@router.get("/datasets/{dataset_id}/synchronizations", policy=DATASET_HISTORY)
async def get_synchronizations(dataset_id: str, paging: Paging, request: Request) -> PageView[SynchronizationView]:
    """The synchronizations of the dataset, newest first, with the first 100 objects that each left out."""
    read = partial(ports_of(request).synchronization_history.page, dataset_id)
    return page_reply(await newest_first("synchronizations", paging, read), SynchronizationView.of)


@router.get(
    "/datasets/{dataset_id}/synchronizations/{synchronization_id}/rejected",
    policy=policies.finding(DATASET_HISTORY, _is_there),
    errors=(SynchronizationNotFound,),
    media_type="application/x-ndjson",
    share=DOWNLOADS,
)
async def get_left_out(dataset_id: str, synchronization_id: str, request: Request) -> Response:
    """Everything that a synchronization left out, one object a line: `path` and `reason`.

    Kept for the newest, and for the 19 before it as far as they left out at most 100,000 objects together.
    """
    history = ports_of(request).synchronization_history
    record = await history.get(dataset_id, synchronization_id)
    lines = (
        b"".join(orjson.dumps(one._asdict()) + b"\n" for one in piece) async for piece in history.left_out(record.id)
    )
    headers = {"Content-Disposition": attachment(f"left-out-{record.id}", ".ndjson")}
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


@router.post(
    "/jobs/{job_id}:sync",
    policy=policies.job(JobRight.SYNCHRONIZE),
    status_code=status.HTTP_202_ACCEPTED,
    errors=(DatasetNotFound, JobClosed, SourceNotGranted),
    reply=OperationView,
    present=OperationView.of,
)
async def synchronize_job(job_id: str, caller: CurrentCaller, request: Request) -> Response:
    """Synchronize New Data: the same for the dataset of a labeling job."""
    dataset_id = await ports_of(request).jobs.dataset_of(job_id)
    if dataset_id is None:
        raise JobNotFound(job_id)
    state = await ports_of(request).jobs.state_of(job_id)
    if state in CLOSED:
        raise JobClosed(state)
    command = Synchronize(dataset_id, caller.account_id, JobId(job_id))
    operation = await start_synchronization(command, ports=ports_of(request), operations=operations_of(request))
    return operation_reply(operation)
