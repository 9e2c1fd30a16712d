"""Replies as tables for a spreadsheet: CSV (RFC 4180, UTF-8) for whoever asks with `Accept: text/csv`."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

CSV_TYPE = "text/csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def accepts_csv(request: Request) -> bool:
    """Whether the caller asks for a table first of all."""
    first = request.headers.get("accept", "").split(",")[0]
    return first.partition(";")[0].strip().lower() == CSV_TYPE


def csv_reply(
    columns: Sequence[str], rows: Iterable[Sequence[object]], headers: Mapping[str, str] | None = None
) -> Response:
    """A table with a header. None is an empty cell, and no text is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return Response(text.getvalue(), media_type=f"{CSV_TYPE}; charset=utf-8", headers=dict(headers or {}))


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula has one `'` in front. Source: OWASP, CSV Injection."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
