"""Routes of imports: start, list, read, cancel, and all that was rejected."""

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette import status

from labelstream_common.http import (
    DOWNLOADS,
    SELECTION_BODY_BYTES,
    Caller,
    CurrentCaller,
    JsonReply,
    PageView,
    Paging,
    Router,
    etag_of,
    page_reply,
    policies,
)
from labelstream_common.http.replies import attachment
from sync_service.application.imports import StartImport, cancel_import, list_imports, start_import
from sync_service.application.ports import Ports
from sync_service.application.sources import user_of
from sync_service.domain.dataset import DatasetId
from sync_service.domain.imports import Import, ImportEnded, ImportNotFound, InvalidImport
from sync_service.domain.store import BucketNotFound
from sync_service.entrypoints.http.guards import DATASET_DATA, DATASET_HISTORY, operations_of, ports_of
from sync_service.entrypoints.http.import_schemas import ImportView, NewImport

router = Router(tags=["imports"])


async def _is_there(request: Request, _: Caller) -> None:
    path = request.path_params
    await ports_of(request).imports.get(path["dataset_id"], path["import_id"])


_IMPORT = policies.finding(DATASET_HISTORY, _is_there)

DryRun = Annotated[bool, Query(description="only find out what it would do: nothing is imported")]


@router.post(
    "/datasets/{dataset_id}/imports",
    policy=DATASET_DATA,
    status_code=status.HTTP_202_ACCEPTED,
    errors=(InvalidImport, BucketNotFound),
    reply=ImportView,
    present=ImportView.of,
    max_body_bytes=SELECTION_BODY_BYTES,
)
async def add_import(
    dataset_id: str, body: NewImport, caller: CurrentCaller, request: Request, dry_run: DryRun = False
) -> Response:
    """Brings images, and the labels that come with them, into the dataset; its labeling jobs follow automatically.

    A bad file or line is rejected and listed, and the import continues. An import gives the images that it names
    exactly its labels, as far as the labels there came from imports; a person's labels stay. The id is that of an
    operation.
    """
    ports = ports_of(request)
    user = await user_of(caller, ports=ports)
    command = StartImport(dataset_id, body.settings(), dry_run)
    record = await start_import(command, user, ports=ports, operations=operations_of(request))
    return _reply(record, status.HTTP_202_ACCEPTED)


@router.get("/datasets/{dataset_id}/imports", policy=DATASET_HISTORY)
async def get_imports(dataset_id: str, paging: Paging, request: Request) -> PageView[ImportView]:
    """The imports of the dataset, newest first; dry runs among them."""
    page = await list_imports(DatasetId(dataset_id), paging, ports=ports_of(request))
    return page_reply(page, ImportView.of)


@router.get("/datasets/{dataset_id}/imports/{import_id}", policy=_IMPORT, errors=(ImportNotFound,))
async def get_import(dataset_id: str, import_id: str, request: Request, response: Response) -> ImportView:
    """One import: its state, its counts, and the first 100 files that were rejected."""
    record = await ports_of(request).imports.get(dataset_id, import_id)
    response.headers["ETag"] = etag_of(f"{record.state.value}-{record.counts.found}")
    return ImportView.of(record)


@router.post(
    "/datasets/{dataset_id}/imports/{import_id}:cancel",
    policy=policies.finding(DATASET_DATA, _is_there),
    errors=(ImportNotFound, ImportEnded),
    sheds=False,
)
async def cancel(dataset_id: str, import_id: str, request: Request) -> ImportView:
    """Cancels an import. What was imported stays. A running import ends after its current batch."""
    record = await cancel_import(
        dataset_id,
        import_id,
        ports=ports_of(request),
        operations=operations_of(request),
    )
    return ImportView.of(record)


@router.get(
    "/datasets/{dataset_id}/imports/{import_id}/rejected",
    policy=_IMPORT,
    errors=(ImportNotFound,),
    media_type="application/x-ndjson",
    share=DOWNLOADS,
)
async def get_rejected(dataset_id: str, import_id: str, request: Request) -> Response:
    """Everything that was rejected, one object a line: `path`, `line` (null where there is none) and `reason`."""
    ports = ports_of(request)
    record = await ports.imports.get(dataset_id, import_id)
    headers = {"Content-Disposition": attachment(f"rejected-{record.id}", ".ndjson")}
    return StreamingResponse(_rejected(record, ports), media_type="application/x-ndjson", headers=headers)


async def _rejected(record: Import, ports: Ports) -> AsyncIterator[bytes]:
    async for piece in ports.imports.rejected(record.id):
        yield b"".join(orjson.dumps(one._asdict()) + b"\n" for one in piece)


def _reply(record: Import, status_code: int) -> Response:
    location = f"/api/v1/datasets/{record.dataset_id}/imports/{record.id}"
    return JsonReply(ImportView.of(record).model_dump(mode="json"), status_code, headers={"Location": location})
