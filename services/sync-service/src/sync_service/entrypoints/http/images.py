"""The bytes of samples: as what they really are, and small.

Nothing here is ever interpreted by a browser as a document: the media type is read from the bytes, and sniffing and
scripts are forbidden.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.responses import Response

from labelstream_common.account_turns import step_aside
from labelstream_common.http import DOWNLOADS, Caller, CurrentCaller, Router, not_modified, problem
from sync_service.application.ports import ObjectBytes, Ports
from sync_service.application.reading_turns import reading_turn
from sync_service.domain.compressed import GZIP, beginning
from sync_service.domain.dataset import AccountId
from sync_service.domain.image import (
    LARGEST_THUMBNAIL,
    SMALLEST_THUMBNAIL,
    THUMBNAIL_MEDIA_TYPE,
    ImageTooLarge,
    ImageUnreadable,
    ThumbnailsBusy,
    thumbnail_size,
)
from sync_service.domain.media import SNIFFED_BYTES, NotAnImage, sniffed
from sync_service.domain.sample import Sample, SampleNotFound, SourceObjectMissing
from sync_service.entrypoints.http.byte_ranges import ByteRange, Unsatisfiable, byte_range
from sync_service.entrypoints.http.guards import SAMPLE_CONTENT, ports_of, thumbnails_of, visibility_of

router = Router(tags=["samples"])

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
}
_RANGE = "The image has {} bytes."
_KEPT = "private, max-age=31536000, immutable"
_ASKED_AGAIN = "private, no-cache"
_NOT_KEPT = "private, no-store"

Redirect = Annotated[bool, Query(description="answer 302 with a URL of the object store that is valid for 5 minutes")]
Size = Annotated[
    int,
    Query(
        ge=SMALLEST_THUMBNAIL,
        le=LARGEST_THUMBNAIL,
        description="pixels of the longer side, rounded up to 64, 128, 256, 512 or 1024",
    ),
]
Tag = Annotated[
    str | None,
    Query(
        alias="etag",
        max_length=1_024,
        description="the sample's etag: while it is current, browsers keep the answer for long",
    ),
]
Ticket = Annotated[
    str | None,
    Query(
        max_length=64,
        description="from the item's URLs. Labelers who see only their own items need it; others do not",
    ),
]


@router.get(
    "/datasets/{dataset_id}/samples/{sample_id}/content",
    policy=SAMPLE_CONTENT,
    errors=(SampleNotFound, SourceObjectMissing, NotAnImage, ImageUnreadable),
    media_type="image/*",
    share=DOWNLOADS,
)
async def get_sample_content(
    *,
    dataset_id: str,
    sample_id: str,
    request: Request,
    caller: CurrentCaller,
    redirect: Redirect = False,
    tag: Tag = None,
    ticket: Ticket = None,
) -> Response:
    """The image's own bytes, with their real media type. One byte range may be asked for."""
    ports = ports_of(request)
    sample = await _shown(dataset_id, sample_id, caller, request)
    if redirect:
        return _elsewhere(await ports.objects.download_url(sample))
    etag = f'"{sample.etag}"'
    if not_modified(request, etag):
        return Response(status_code=304, headers=_headers(etag, sample.etag, tag))
    try:
        wanted = byte_range(_range_header(request, etag), sample.size)
    except Unsatisfiable:
        headers = {"Content-Range": f"bytes */{sample.size}"}
        return problem(
            416, "range-not-satisfiable", "The range begins after the end", _RANGE.format(sample.size), headers=headers
        )
    account = AccountId(caller.account_id)
    return await (_part(sample, wanted, tag, account, ports) if wanted else _whole(sample, tag, account, ports))


@router.get(
    "/datasets/{dataset_id}/samples/{sample_id}/thumbnail",
    policy=SAMPLE_CONTENT,
    errors=(SampleNotFound, SourceObjectMissing, ImageUnreadable, ImageTooLarge, ThumbnailsBusy),
    media_type=THUMBNAIL_MEDIA_TYPE,
)
async def get_sample_thumbnail(
    *,
    dataset_id: str,
    sample_id: str,
    request: Request,
    caller: CurrentCaller,
    size: Size = 256,
    redirect: Redirect = False,
    tag: Tag = None,
    ticket: Ticket = None,
) -> Response:
    """The image's first frame, upright, never enlarged. Made on first use."""
    sample = await _shown(dataset_id, sample_id, caller, request)
    account = AccountId(caller.account_id)
    if redirect:
        return _elsewhere(await thumbnails_of(request).url(sample, size, account))
    etag = f'"{sample.etag}-{thumbnail_size(size)}"'
    if not_modified(request, etag):
        return Response(status_code=304, headers=_headers(etag, sample.etag, tag))
    made = await thumbnails_of(request).get(sample, size, account)
    headers = _headers(f'"{made.etag}-{thumbnail_size(size)}"', made.etag, tag)
    return Response(made.content, headers=headers, media_type=THUMBNAIL_MEDIA_TYPE)


async def _shown(dataset_id: str, sample_id: str, caller: Caller, request: Request) -> Sample:
    """Raises SampleNotFound, or SourceNotGranted for what was imported from a source that is not granted any more.

    Who may see the trash also sees the images in it, as long as their objects are there.
    """
    sample = await ports_of(request).samples.get(dataset_id, sample_id, or_deleted=True)
    if not sample.is_present:
        await visibility_of(request).require_deleted(dataset_id, caller, sample_id)
    await visibility_of(request).require_object(dataset_id, sample, caller)
    return sample


async def _whole(sample: Sample, tag: str | None, account: AccountId, ports: Ports) -> Response:
    step_aside()  # a source may take long to answer
    async with reading_turn(account):
        opened = await ports.objects.open(sample)
    try:
        first = await _next(opened, account)
        media_type = _media_type(first, opened)
    except BaseException:
        await opened.close()
        raise
    headers = {**_headers(f'"{opened.etag}"', opened.etag, tag), "Content-Length": str(opened.size)}
    if opened.encoding == GZIP:
        headers["Content-Encoding"] = GZIP
    else:
        headers["Accept-Ranges"] = "bytes"
    return StreamingResponse(_streamed(first, opened, account), headers=headers, media_type=media_type)


async def _part(sample: Sample, wanted: ByteRange, tag: str | None, account: AccountId, ports: Ports) -> Response:
    step_aside()
    async with reading_turn(account):
        head = await ports.objects.open(sample, 0, SNIFFED_BYTES)
    try:
        if head.encoding == GZIP:  # a range would be one of the compressed bytes: a server may send the whole instead
            return await _whole(sample, tag, account, ports)
        media_type = sniffed(b"".join([chunk async for chunk in head.chunks]))
    finally:
        await head.close()
    async with reading_turn(account):
        opened = await ports.objects.open(sample, wanted.first, wanted.length)
    if opened.size != wanted.length:  # it was overwritten with something shorter
        await opened.close()
        raise SourceObjectMissing(sample.path)
    headers = {
        **_headers(f'"{opened.etag}"', opened.etag, tag),
        "Content-Length": str(wanted.length),
        "Content-Range": f"bytes {wanted.first}-{wanted.last}/{sample.size}",
    }
    return StreamingResponse(_streamed(b"", opened, account), 206, headers=headers, media_type=media_type)


def _media_type(first: bytes, opened: ObjectBytes) -> str:
    return sniffed(beginning(first, SNIFFED_BYTES) if opened.encoding == GZIP else first[:SNIFFED_BYTES])


async def _streamed(first: bytes, opened: ObjectBytes, account: AccountId) -> AsyncIterator[bytes]:
    try:
        if first:
            yield first
        while chunk := await _next(opened, account):
            yield chunk
    finally:
        await opened.close()


async def _next(opened: ObjectBytes, account: AccountId) -> bytes:
    async with reading_turn(account):
        return await anext(opened.chunks, b"")


def _range_header(request: Request, etag: str) -> str | None:
    """The Range header, unless If-Range names other bytes."""
    condition = request.headers.get("if-range")
    return request.headers.get("range") if condition in {None, etag} else None


def _headers(etag: str, shown: str, tag: str | None) -> dict[str, str]:
    """What is asked for by the etag that it has can be kept: other bytes have another URL. The rest is asked again."""
    return {**_SAFE, "ETag": etag, "Cache-Control": _KEPT if tag == shown else _ASKED_AGAIN}


def _elsewhere(url: str) -> Response:
    return RedirectResponse(url, 302, headers={"Cache-Control": _NOT_KEPT, "Referrer-Policy": "no-referrer"})
