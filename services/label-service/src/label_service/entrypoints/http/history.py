"""`/jobs/{job_id}/export`, `/diff`: a job as it is, or was, at one `seq`."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response, StreamingResponse

from label_service.application.diffing import diff
from label_service.application.exporting import MEDIA_TYPES, ExportFormat, export
from label_service.application.history import SeqNotReached, moment_of
from label_service.domain.errors import JobNotFound
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.parts import LARGEST_SEQ, id_in, is_id, parts_of
from labelstream_common.access import JobRight
from labelstream_common.http import EXPORTS, JsonReply, Paging, RequestInvalid, Router
from labelstream_common.mongo import encode_cursor

router = Router(tags=["history"])

Seq = Annotated[int, Query(ge=0, le=LARGEST_SEQ)]
AsOf = Annotated[int | None, Query(ge=0, le=LARGEST_SEQ, description="the state at this `seq`; by default the latest")]


@router.get(
    "/jobs/{job_id}/export",
    policy=arriving.job(JobRight.EXPORT),
    errors=(JobNotFound, SeqNotReached),
    media_type="application/x-ndjson",
    share=EXPORTS,
)
async def get_export(
    job_id: str,
    request: Request,
    format: ExportFormat = "ndjson",  # noqa: A002 - the contract's name
    as_of: AsOf = None,
    after: Annotated[str | None, Query(max_length=128, description="go on after this sample id")] = None,
) -> Response:
    parts = parts_of(request)
    if after is not None and not is_id(after):
        raise RequestInvalid("`after` is the id of a sample.", pointer="/after")
    moment = await moment_of(parts.items, parts.past, job_id, as_of)
    headers = {
        "X-Labelstream-Seq": str(moment.seq),
        "Content-Disposition": f'attachment; filename="{job_id}-{moment.seq}.{"csv" if format == "csv" else "ndjson"}"',
    }
    pieces = export(parts.past, moment, format, after=after)
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[format], headers=headers)


@router.get("/jobs/{job_id}/diff", policy=arriving.job(JobRight.SEE), errors=(JobNotFound, SeqNotReached))
async def get_diff(
    job_id: str,
    request: Request,
    paging: Paging,
    from_: Annotated[int, Query(alias="from", ge=0, le=LARGEST_SEQ)],
    to: Seq,
) -> Response:
    if from_ > to:
        raise RequestInvalid("`from` must not be larger than `to`.", pointer="/from")
    parts = parts_of(request)
    earlier = await moment_of(parts.items, parts.past, job_id, from_, "/from")
    later = await moment_of(parts.items, parts.past, job_id, to, "/to")
    after = id_in(paging.cursor, "diff")
    rows, last = await diff(parts.changes, parts.past, earlier, later, after=after, limit=paging.limit)
    return JsonReply({"items": rows, "next_cursor": encode_cursor("diff", last) if last else None})
