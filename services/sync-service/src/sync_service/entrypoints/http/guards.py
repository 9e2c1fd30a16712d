"""The policies of this service's own routes, and what the handlers find in `app.state`."""

from typing import cast

from starlette.requests import Request

from labelstream_common.access import JobRight, RightMissing
from labelstream_common.http import Caller, policies
from labelstream_common.operations import Operations
from sync_service.application.duplicates import Looks, NearGroups
from sync_service.application.ports import Ports
from sync_service.application.thumbnails import Thumbnails
from sync_service.application.version_ports import VersionPorts
from sync_service.application.visibility import ShownSample, Visibility
from sync_service.domain.dataset import DatasetNotFound, JobClosed
from sync_service.domain.sample import SampleNotFound
from sync_service.domain.store import SourceNotGranted


def ports_of(request: Request) -> Ports:
    return cast("Ports", request.app.state.ports)


def operations_of(request: Request) -> Operations:
    return cast("Operations", request.app.state.operations)


def versions_of(request: Request) -> VersionPorts:
    return cast("VersionPorts", request.app.state.versions)


def inspections_of(request: Request) -> Looks:
    return cast("Looks", request.app.state.inspections)


def near_groups_of(request: Request) -> NearGroups:
    return cast("NearGroups", request.app.state.near_groups)


def thumbnails_of(request: Request) -> Thumbnails:
    return cast("Thumbnails", request.app.state.thumbnails)


def visibility_of(request: Request) -> Visibility:
    return cast("Visibility", request.app.state.visibility)


async def _dataset(request: Request, caller: Caller) -> None:
    await visibility_of(request).require_dataset(request.path_params["dataset_id"], caller)


async def _content(request: Request, caller: Caller) -> None:
    await visibility_of(request).require_content(request.path_params["dataset_id"], caller)


async def _sample(request: Request, caller: Caller) -> None:
    path, query = request.path_params, request.query_params
    shown = ShownSample(path["sample_id"], query.get("etag"), query.get("ticket"))
    await visibility_of(request).require_sample(path["dataset_id"], caller, shown)


async def _data(request: Request, caller: Caller) -> None:
    await visibility_of(request).require_right(request.path_params["dataset_id"], caller, JobRight.MANAGE_DATA)


async def _history(request: Request, caller: Caller) -> None:
    await visibility_of(request).require_history(request.path_params["dataset_id"], caller)


async def _synchronization(request: Request, caller: Caller) -> None:
    await visibility_of(request).require_right(request.path_params["dataset_id"], caller, JobRight.SYNCHRONIZE)


async def _versions(request: Request, caller: Caller) -> None:
    await visibility_of(request).exportable_jobs(request.path_params["dataset_id"], caller)


OWN_DATASET = policies.custom("dataset:own", _dataset, errors=(DatasetNotFound,))
DATASET_CONTENT = policies.custom("dataset:content", _content, errors=(DatasetNotFound, SourceNotGranted))
SAMPLE_CONTENT = policies.custom("sample:content", _sample, errors=(DatasetNotFound, SampleNotFound, SourceNotGranted))
DATASET_DATA = policies.custom(
    "dataset:data", _data, errors=(DatasetNotFound, RightMissing, JobClosed, SourceNotGranted)
)
DATASET_HISTORY = policies.custom("dataset:history", _history, errors=(DatasetNotFound, RightMissing, SourceNotGranted))
DATASET_SYNCHRONIZATION = policies.custom(
    "dataset:synchronize", _synchronization, errors=(DatasetNotFound, RightMissing, JobClosed, SourceNotGranted)
)
DATASET_VERSIONS = policies.custom("dataset:versions", _versions, errors=(DatasetNotFound, RightMissing))
