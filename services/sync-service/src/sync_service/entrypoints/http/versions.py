"""Routes of versions: publish, list, read, compare, delete."""

import unicodedata
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Request, Response
from starlette import status

from labelstream_common.access import JobNotFound
from labelstream_common.http import (
    Caller,
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
from labelstream_common.operations import OperationView, operation_reply
from sync_service.application.export_version import ExportVersion, start_export
from sync_service.application.publish_version import PublishingUnavailable, start_publishing
from sync_service.application.sources import user_of
from sync_service.application.versions import compare, delete_version, describe, list_versions, rows_page
from sync_service.domain.dataset import AccountId, DatasetId, JobId
from sync_service.domain.store import BucketNotFound
from sync_service.domain.version import (
    DatasetVersion,
    InvalidVersion,
    JobElsewhere,
    PublicationId,
    SplitSettings,
    VersionNameTaken,
    VersionNotFound,
)
from sync_service.domain.version_export import DestinationNotEmpty, InvalidDestination, checked_destination
from sync_service.entrypoints.http.datasets import DryRun
from sync_service.entrypoints.http.guards import (
    DATASET_VERSIONS,
    operations_of,
    ports_of,
    versions_of,
    visibility_of,
)
from sync_service.entrypoints.http.version_views import (
    NewVersion,
    VersionComparisonView,
    VersionExport,
    VersionSampleView,
    VersionTouchedView,
    VersionView,
)

router = Router(tags=["versions"])


async def _is_there(request: Request, caller: Caller) -> None:
    path = request.path_params
    for name in (path["name"], path.get("other", path["name"])):
        await _version(path["dataset_id"], name, caller, request)


_VERSION = policies.finding(DATASET_VERSIONS, _is_there)

VersionName = Annotated[str, Path(max_length=128, description="the version's name")]


@router.post(
    "/datasets/{dataset_id}/versions",
    policy=DATASET_VERSIONS,
    status_code=status.HTTP_202_ACCEPTED,
    errors=(JobNotFound, JobElsewhere, InvalidVersion, VersionNameTaken, PublishingUnavailable),
    reply=OperationView,
    present=OperationView.of,
)
async def publish_version(dataset_id: str, body: NewVersion, caller: CurrentCaller, request: Request) -> Response:
    """Publishes what a labeling job says about the dataset, at one `seq` and under a name. Labeling goes on meanwhile,
    and no image is copied.

    The side of a sample depends on `seed` and its id alone, so it stays the same in every version that is split in the
    same way. With `stratify` the ratio holds for every set of labels that at least five samples have.
    """
    await visibility_of(request).require_export(dataset_id, body.job_id, caller)
    ports = ports_of(request)
    wanted = DatasetVersion(
        id=PublicationId(ports.new_id()),
        dataset_id=DatasetId(dataset_id),
        name=body.name,
        description=body.description,
        job_id=JobId(body.job_id),
        split=SplitSettings(body.train_ratio, body.seed, body.stratify),
        include=body.include,
        created_by=AccountId(caller.account_id),
        created_at=ports.clock.now(),
    )
    operation = await start_publishing(
        wanted, ports=ports, versions=versions_of(request), operations=operations_of(request)
    )
    return operation_reply(operation)


@router.get("/datasets/{dataset_id}/versions", policy=DATASET_VERSIONS)
async def get_versions(
    dataset_id: str, caller: CurrentCaller, paging: Paging, request: Request
) -> PageView[VersionView]:
    """The published versions of jobs that the caller may export, newest first. Whoever created the dataset also sees
    those of deleted jobs."""
    jobs = await visibility_of(request).exportable_jobs(dataset_id, caller)
    wanted = replace(paging, sort="-added")
    page = await list_versions(dataset_id, jobs, wanted, versions=versions_of(request))
    return page_reply(page, VersionView.of)


@router.get("/datasets/{dataset_id}/versions/{name}", policy=_VERSION, errors=(VersionNotFound,))
async def get_version(
    dataset_id: str, name: VersionName, caller: CurrentCaller, request: Request, response: Response
) -> VersionView:
    """One version with its counts, its digest and how many of its files are gone."""
    version = await _version(dataset_id, name, caller, request)
    response.headers["ETag"] = etag_of(version.id)
    return VersionView.of(await describe(version, versions=versions_of(request)))


@router.delete(
    "/datasets/{dataset_id}/versions/{name}",
    policy=_VERSION,
    status_code=status.HTTP_204_NO_CONTENT,
    errors=(VersionNotFound,),
    replies={200: VersionTouchedView},
)
async def remove_version(
    dataset_id: str, name: VersionName, caller: CurrentCaller, request: Request, dry_run: DryRun = False
) -> Response:
    """Deletes a version for good. Its images, and what was exported of it, stay; its name can be used again."""
    version = await _version(dataset_id, name, caller, request)
    check_if_match(request, etag_of(version.id))
    if dry_run:
        return JsonReply(VersionTouchedView(samples=version.counts.total).model_dump())
    await delete_version(
        version.dataset_id,
        version.name,
        AccountId(caller.account_id),
        ports=ports_of(request),
        versions=versions_of(request),
    )
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/datasets/{dataset_id}/versions/{name}/samples", policy=_VERSION, errors=(VersionNotFound,))
async def get_version_samples(
    dataset_id: str, name: VersionName, caller: CurrentCaller, paging: Paging, request: Request
) -> PageView[VersionSampleView]:
    """The samples of a version in the order of their ids, each with its side and the names of its labels."""
    version = await _version(dataset_id, name, caller, request)
    return page_reply(await rows_page(version, paging, versions=versions_of(request)), VersionSampleView.of)


@router.get("/datasets/{dataset_id}/versions/{name}/diff/{other}", policy=_VERSION, errors=(VersionNotFound,))
async def get_version_diff(
    *,
    dataset_id: str,
    name: VersionName,
    other: VersionName,
    caller: CurrentCaller,
    paging: Paging,
    request: Request,
) -> VersionComparisonView:
    """What changed from the version `name` to the version `other`, sample by sample."""
    before = await _version(dataset_id, name, caller, request)
    after = await _version(dataset_id, other, caller, request)
    return VersionComparisonView.of(await compare(before, after, paging, versions=versions_of(request)))


@router.post(
    "/datasets/{dataset_id}/versions/{name}:export",
    policy=_VERSION,
    status_code=status.HTTP_202_ACCEPTED,
    errors=(VersionNotFound, InvalidDestination, BucketNotFound, DestinationNotEmpty),
    reply=OperationView,
    present=OperationView.of,
)
async def export_version(
    dataset_id: str, name: VersionName, body: VersionExport, caller: CurrentCaller, request: Request
) -> Response:
    """Writes a version to a bucket of the dataset's object store, below an empty prefix.

    `manifest`, `csv` and `parquet` are `part-` files with `sample_id`, `bucket`, `path`, `usage`, `labels` and `hard`;
    `coco` is one `part-` file a side. `directories` copies each image to `<label>/<file>`, `yolo-cls` to
    `train|val/<label>/<file>`, once for each label; if names are equal, the sample's id is put in front.
    A dataset around that folder passes over the copies. Images are named and copied where they are now; `moved` of the
    `result` counts those that were renamed since, `left_out` names files that are gone. `_SUCCESS.json` with count and
    digest is written last.
    """
    version = await _version(dataset_id, name, caller, request)
    ports = ports_of(request)
    wanted = body.destination
    destination = checked_destination(wanted.bucket, wanted.prefix, reserved_bucket=ports.reserved_bucket)
    operation = await start_export(
        ExportVersion(version, body.format, destination, AccountId(caller.account_id)),
        await user_of(caller, ports=ports),
        ports=ports,
        versions=versions_of(request),
        operations=operations_of(request),
    )
    return operation_reply(operation)


async def _version(dataset_id: str, name: str, caller: CurrentCaller, request: Request) -> DatasetVersion:
    """Raises VersionNotFound, also for a version of a job that the caller may not export."""
    jobs = await visibility_of(request).exportable_jobs(dataset_id, caller)
    version = await versions_of(request).versions.get(dataset_id, unicodedata.normalize("NFC", name))
    if not jobs.holds(version.job_id):
        raise VersionNotFound(name)
    return version
