"""Routes of sources: which object stores there are, and who may make datasets on their buckets."""

from fastapi import Request, Response
from starlette import status

from labelstream_common.access import AccountRight
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
from sync_service.application.sources import (
    change_source,
    create_source,
    delete_source,
    granted_sources,
    touched_by_deletion,
    try_source,
    user_of,
)
from sync_service.domain.store import (
    InvalidSource,
    ObjectSource,
    SourceInUse,
    SourceNotFound,
    SourceRefused,
    TooManySources,
)
from sync_service.entrypoints.http.datasets import DryRun
from sync_service.entrypoints.http.guards import ports_of
from sync_service.entrypoints.http.source_schemas import (
    BucketTriedView,
    NewSource,
    ObjectSourceView,
    SourceChanges,
    SourceSummary,
    SourceTouchedView,
    SourceTriedView,
)

router = Router(tags=["sources"])

_ADMINISTRATORS = policies.account_may(AccountRight.MANAGE_SOURCES)


async def _is_there(request: Request, _: Caller) -> None:
    await ports_of(request).sources.get(request.path_params["source_id"])


_SOURCE = policies.account_may(AccountRight.MANAGE_SOURCES, finds=_is_there)


@router.get("/sources", policy=policies.signed_in())
async def get_sources(caller: CurrentCaller, paging: Paging, request: Request) -> PageView[SourceSummary]:
    """The sources on which the caller may create datasets, the platform's own store first. Administrators see all
    sources."""
    ports = ports_of(request)
    page = await granted_sources(await user_of(caller, ports=ports), paging, ports=ports)
    return page_reply(page, SourceSummary.of)


@router.post(
    "/sources",
    policy=_ADMINISTRATORS,
    status_code=status.HTTP_201_CREATED,
    errors=(InvalidSource, SourceRefused, TooManySources),
    present=ObjectSourceView.of,
)
async def add_source(body: NewSource, request: Request, response: Response) -> ObjectSourceView:
    """Adds an object store with a key of its own, if its buckets can be listed. The secret is kept encrypted."""
    ports = ports_of(request)
    source = await create_source(body.source(ports.new_id(), ports.vault), ports=ports)
    response.headers["ETag"] = etag_of(source.version)
    response.headers["Location"] = f"/api/v1/sources/{source.id}"
    return ObjectSourceView.of(source)


@router.get("/sources/{source_id}", policy=_SOURCE, errors=(SourceNotFound,))
async def get_source(source_id: str, request: Request, response: Response) -> ObjectSourceView:
    """One object store, and who may use it."""
    source = await ports_of(request).sources.get(source_id)
    response.headers["ETag"] = etag_of(source.version)
    return ObjectSourceView.of(source)


@router.patch(
    "/sources/{source_id}",
    policy=_SOURCE,
    errors=(SourceNotFound, InvalidSource, SourceRefused),
    present=ObjectSourceView.of,
)
async def patch_source(source_id: str, body: SourceChanges, request: Request, response: Response) -> ObjectSourceView:
    """Changes a source and who may use it. Images of datasets that lose their grant are no longer read."""
    ports = ports_of(request)

    def change(source: ObjectSource) -> ObjectSource:
        changed = body.on(source, ports.vault)  # what can never be right is told before what has only changed meanwhile
        check_if_match(request, etag_of(source.version))
        return changed

    source = await change_source(source_id, change, ports=ports)
    response.headers["ETag"] = etag_of(source.version)
    return ObjectSourceView.of(source)


@router.delete(
    "/sources/{source_id}",
    policy=_SOURCE,
    status_code=status.HTTP_204_NO_CONTENT,
    errors=(SourceNotFound, SourceInUse),
    replies={200: SourceTouchedView},
)
async def remove_source(source_id: str, request: Request, dry_run: DryRun = False) -> Response:
    """Deletes a source and its key, if no dataset uses it. Its objects stay where they are."""
    if dry_run:
        users = await touched_by_deletion(source_id, ports=ports_of(request))
        return JsonReply(SourceTouchedView(datasets=len(users), dataset_ids=list(users)).model_dump())
    await delete_source(
        source_id, lambda source: check_if_match(request, etag_of(source.version)), ports=ports_of(request)
    )
    return Response(status_code=204)


@router.post("/sources/{source_id}:test", policy=_SOURCE, errors=(SourceNotFound,))
async def test_source(source_id: str, request: Request) -> SourceTriedView:
    """Lists one object of each bucket that the source names, or the buckets of one that names none."""
    tried = [BucketTriedView.of(each) for each in await try_source(source_id, ports=ports_of(request))]
    return SourceTriedView(ok=all(each.ok for each in tried), buckets=tried)
