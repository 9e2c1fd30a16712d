"""Exports: every item of one moment, streamed, byte for byte the same whenever it is repeated at the same `seq`.

Rows come in the order of ids, so a broken download goes on with `after`. The last line tells count, `seq` and the
SHA-256 of all bytes before it.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson

from label_service.application.history import Moment, Past, PastRow, walk
from label_service.domain import items
from labelstream_common.auth import Caller
from labelstream_common.clock import rfc3339
from labelstream_common.messaging import UnitOfWorkFactory, actor_of, audited
from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction, AuditSubject

ExportFormat = Literal["ndjson", "csv", "manifest"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was asked for; `continued` is a download that goes on where it broke off."""

    format: ExportFormat
    seq: int
    continued: bool = False


_BYTES_OF_PIECE = 1024 * 1024
Render = Callable[[PastRow, Moment, Mapping[str, str]], bytes]

MEDIA_TYPES: Mapping[str, str] = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "manifest": "application/x-ndjson",
}
_CSV_HEADER = b"sample_id,path,status,labels,proposed,confidence,hard,version\r\n"
_MARKED = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True, slots=True)
class ExportedQuality:
    """The table of what each annotator did, and how well."""

    seq: int
    format: Literal["csv"] = "csv"
    what: Literal["quality"] = "quality"


@retried
async def note_export(
    job_id: str, caller: Caller, export: Exported | ExportedQuality, unit_of_work: UnitOfWorkFactory
) -> None:
    """Puts an export into the audit before its first byte. A service that reads for a person tells of that itself."""
    if actor_of(caller.account_id).kind == "service":
        return
    async with unit_of_work() as work:
        job = AuditSubject(kind="job", id=job_id)
        work.record(audited(AuditAction.EXPORTED, job, job_id=job_id, detail=asdict(export)))


async def export(
    past: Past, moment: Moment, form: ExportFormat, *, after: str | None = None, bom: bool = False
) -> AsyncIterator[bytes]:
    """The export's bytes, in pieces of a megabyte at most, or one item. `bom`: a CSV begins with a byte order mark."""
    digest, count = hashlib.sha256(), 0
    if form == "csv":
        head = (codecs.BOM_UTF8 if bom else b"") + _CSV_HEADER
        digest.update(head)
        yield head
    async for rows in walk(past, moment, after=after):
        buckets = await past.buckets([row.sample_id for row in rows]) if form == "manifest" else {}
        count += len(rows)
        for piece in _pieces(_RENDER[form], rows, moment, buckets):
            digest.update(piece)
            yield piece
    last = orjson.dumps({"count": count, "seq": moment.seq, "sha256": digest.hexdigest()})
    yield (b"# " if form == "csv" else b"") + last + b"\n"


def _pieces(render: Render, rows: Sequence[PastRow], moment: Moment, buckets: Mapping[str, str]) -> Iterator[bytes]:
    """The rows rendered, in pieces of a megabyte at most, or one row: a reader that stalls holds no more than one."""
    waiting: list[bytes] = []
    size = 0
    for row in rows:
        rendered = render(row, moment, buckets)
        if waiting and size + len(rendered) > _BYTES_OF_PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
        waiting.append(rendered)
        size += len(rendered)
    if waiting:
        yield b"".join(waiting)


def shown_labels(row: PastRow, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label_id": one["label_id"],
            "name": names[one["label_id"]],
            "by": one["by"],
            "at": rfc3339(one["at"]),
            "source": items.shown_source(one["source"]),
            "confidence": one["confidence"],
            **({"to_confirm": True} if one["source"] == items.IMPORT_TO_CONFIRM else {}),
        }
        for one in row.labels
    ]


def row_fields(row: PastRow, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "sample_id": row.sample_id,
        "path": row.path,
        "status": row.status,
        "labels": shown_labels(row, names),
        "hard": row.hard,
        "version": row.version,
    }


def _ndjson(row: PastRow, moment: Moment, _: Mapping[str, str]) -> bytes:
    return orjson.dumps(row_fields(row, moment.names), option=orjson.OPT_APPEND_NEWLINE)


def _manifest(row: PastRow, moment: Moment, buckets: Mapping[str, str]) -> bytes:
    return orjson.dumps(_manifest_fields(row, moment, buckets), option=orjson.OPT_APPEND_NEWLINE)


def _manifest_fields(row: PastRow, moment: Moment, buckets: Mapping[str, str]) -> dict[str, Any]:
    annotations = [
        {
            "name": moment.names[one["label_id"]],
            "type": "modelarts/image_classification",
            "annotated-by": f"{'human' if one['source'] == items.PERSON else 'auto'}/{one['by']}",
            "creation-time": one["at"].strftime("%Y-%m-%d %H:%M:%S"),
            **({} if one["confidence"] is None else {"confidence": one["confidence"]}),
        }
        for one in row.labels
        if not items.waits(one)
    ]
    source = f"s3://{buckets.get(row.sample_id, '')}/{row.path}"
    return {"source": source, "id": row.sample_id, "hard": row.hard, "annotation": annotations}


def _csv(row: PastRow, moment: Moment, _: Mapping[str, str]) -> bytes:
    """No label name contains `|`, so labels can be joined by it and taken apart again."""
    labels = sorted(moment.names[label_id] for label_id in items.counted(row.labels))
    waiting = sorted((moment.names[one["label_id"]], one["confidence"]) for one in row.labels if items.waits(one))
    proposed = [name for name, _ in waiting]
    confidence = "|".join("" if value is None else str(value) for _, value in waiting)
    hard = str(row.hard).lower()
    text = io.StringIO()
    csv.writer(text).writerow(
        [
            row.sample_id,
            harmless(row.path),
            row.status,
            _joined(labels),
            _joined(proposed),
            confidence,
            hard,
            row.version,
        ]
    )
    return text.getvalue().encode()


def _joined(names: Sequence[str]) -> str:
    """Each name is marked by itself, so that a label reads as the same class alone and beside others."""
    return "|".join(map(harmless, names))


def harmless(text: str) -> str:
    """A cell or a label that no spreadsheet takes for a formula: an apostrophe in front, which readers take off again.

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if text.startswith(_MARKED) else text


_RENDER: Mapping[str, Render] = {"ndjson": _ndjson, "csv": _csv, "manifest": _manifest}
