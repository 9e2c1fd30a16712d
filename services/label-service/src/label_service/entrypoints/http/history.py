"""`/jobs/{job_id}/export`, `/diff`: a job as it is, or was, at one `seq`."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response, StreamingResponse

from label_service.application.diffing import diff
from label_service.application.exporting import MEDIA_TYPES, Exported, ExportFormat, export, note_export
from label_service.application.history import SeqNotReached, moment_of
from label_service.application.reading import job_of
from label_service.domain.errors import JobNotFound
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.documented import DifferencesPage
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import LARGEST_SEQ, id_in, is_id, parts_of
from label_service.entrypoints.http.while_allowed import while_allowed
from labelstream_common.access import JobRight
from labelstream_common.http import EXPORTS, Paging, RequestInvalid, Router, caller_of, encoded_page
from labelstream_common.http.replies import attachment
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
    bom: Annotated[
        bool, Query(description="begin the CSV with a UTF-8 byte order mark, so that Excel reads every script")
    ] = False,
) -> Response:
    """Every image of the job at one `seq`, ordered by `sample_id`. The same `seq` always gives the same bytes.

    The last line holds `count`, `seq` and the SHA-256 of all bytes before it. A download that broke off continues with
    `as_of` and `after`.

    **NDJSON**: one object a line: `sample_id`, `path`, `status`, `labels`, `hard`, `version`. Proposed labels have the
    `source` `model`.

    **CSV** (RFC 4180, UTF-8): the columns `sample_id,path,status,labels,proposed,confidence,hard,version`.
    `labels` holds the labels that count, `proposed` those that still wait to be confirmed; both are sorted and joined
    by `|`. `confidence` has one number for each proposed label, in the same order, also joined by `|`. A path or label
    that begins with `=`, `+`, `-`, `@`, a tab, a carriage return or `'` has one `'` in front, so that no spreadsheet
    takes it for a formula; take one off when you read the file. Each label is marked by itself, so it always reads the
    same. The last line begins with `# `.

    **Manifest**: one object a line: `source`, `id`, `hard`, `annotation` with the labels that count.
    """
    parts = parts_of(request)
    if after is not None and not is_id(after):
        raise RequestInvalid("`after` must be the id of a sample.", pointer="/after")
    if bom and format != "csv":
        raise RequestInvalid("Only a CSV may begin with a byte order mark.", pointer="/bom")
    moment = await moment_of(parts.items, parts.past, job_id, as_of)
    name = (await job_of(parts.items, job_id)).name or job_id
    headers = {
        "X-Labelstream-Seq": str(moment.seq),
        "Content-Disposition": attachment(name, f"-{moment.seq}.{'csv' if format == 'csv' else 'ndjson'}"),
    }
    caller = await caller_of(request)
    await note_export(job_id, caller, Exported(format, moment.seq, continued=after is not None), parts.unit_of_work)
    pieces = export(parts.past, moment, format, after=after, bom=bom)
    allowed = while_allowed(pieces, parts.access, caller, job_id, JobRight.EXPORT)
    return StreamingResponse(allowed, media_type=MEDIA_TYPES[format], headers=headers)


@router.get(
    "/jobs/{job_id}/diff", policy=arriving.job(JobRight.SEE), errors=(JobNotFound, SeqNotReached), reply=DifferencesPage
)
async def get_diff(
    job_id: str,
    request: Request,
    paging: Paging,
    from_: Annotated[int, Query(alias="from", ge=0, le=LARGEST_SEQ)],
    to: Seq,
) -> Response:
    """Items whose annotation differs between two points in the change log."""
    if from_ > to:
        raise RequestInvalid("`from` must not be larger than `to`.", pointer="/from")
    parts = parts_of(request)
    earlier = await moment_of(parts.items, parts.past, job_id, from_, "/from")
    later = await moment_of(parts.items, parts.past, job_id, to, "/to")
    after = id_in(paging.cursor, "diff")
    rows, last = await diff(parts.changes, parts.past, earlier, later, after=after, limit=paging.limit)
    own = await (await sight_of(request)).of(parts, job_id, [row["sample_id"] for row in rows])
    rows = [row for row in rows if row["sample_id"] in own]
    return encoded_page(
        rows,
        lambda count: encode_cursor("diff", rows[count - 1]["sample_id"]),
        encode_cursor("diff", last) if last else None,
    )
