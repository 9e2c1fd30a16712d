"""Rows of tables (CSV and Parquet): `path` and `labels`, perhaps `bucket`, `hard` and `usage`.

CSV follows RFC 4180. A cell or label that begins with `'` has it as a mark against formulas: one is taken off.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from sync_service.domain.import_entries import Found, InvalidLabels, checked_labels
from sync_service.domain.imports import Rejection
from sync_service.domain.lines import MAX_LINE_BYTES, Line
from sync_service.domain.sample import SampleLabel

REQUIRED = ("path", "labels")
COLUMNS = (*REQUIRED, "bucket", "hard", "usage")
_MARK = "'"
_MOST_LINES_OF_RECORD = 100
_TRUTHS = {
    **dict.fromkeys(("true", "1", "1.0", "yes"), True),
    **dict.fromkeys(("false", "0", "0.0", "no"), False),
    **dict.fromkeys(("", "nan"), None),
}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "'|'"}
csv.field_size_limit(2 * MAX_LINE_BYTES)


class Record(NamedTuple):
    """A row of a CSV file: the line that it begins on, its cells, and the offset and line that it ends at."""

    line: int
    cells: Sequence[str]
    end: int
    last_line: int


class Unreadable(NamedTuple):
    """A line that is no row."""

    line: int
    reason: str
    end: int
    last_line: int


class CsvRecords:
    """Puts lines together to rows: a quoted cell may hold line ends. A quote that nobody closes spoils one line."""

    def __init__(self) -> None:
        self._held: list[Line] = []
        self._size = 0
        self._quoted = False

    def feed(self, line: Line) -> Iterator[Record | Unreadable]:
        waiting = [line]
        while waiting:
            given_up = self._take(waiting.pop(0))
            if given_up is not None:
                first, *others = given_up
                yield Unreadable(first.number, "A quotation mark is never closed.", first.end, first.number)
                waiting = [*others, *waiting]
            elif not self._quoted and self._held:
                yield from self._row()

    def finish(self) -> Iterator[Record | Unreadable]:
        while self._held:
            first, *others = self._held
            self._forget()
            yield Unreadable(first.number, "A quotation mark is never closed.", first.end, first.number)
            for line in others:
                yield from self.feed(line)

    def _take(self, line: Line) -> list[Line] | None:
        """Holds the line; gives all held ones back if they can be no row."""
        self._held.append(line)
        self._size += len(line.content)
        if line.too_long:
            self._quoted = False
        elif b'"' in line.content:
            self._quoted = _ends_quoted(line.content, self._quoted)
        if self._quoted and (len(self._held) > _MOST_LINES_OF_RECORD or self._size > MAX_LINE_BYTES):
            held = self._held
            self._forget()
            return held
        return None

    def _row(self) -> Iterator[Record | Unreadable]:
        held = self._held
        self._forget()
        first, last = held[0], held[-1]
        if any(line.too_long for line in held):
            reason = f"The line has more than {MAX_LINE_BYTES:,} bytes."
            yield Unreadable(first.number, reason, last.end, last.number)
            return
        content = b"\n".join(line.content for line in held)
        if first.number == 1:
            content = content.removeprefix(b"\xef\xbb\xbf")
        try:
            rows = list(csv.reader([content.decode()], strict=True)) if len(held) == 1 else _rows(content.decode())
        except UnicodeDecodeError:
            yield Unreadable(first.number, "The line is not UTF-8.", last.end, last.number)
        except csv.Error:
            yield Unreadable(first.number, "The line is not valid CSV.", last.end, last.number)
        else:
            yield Record(first.number, rows[0] if rows else (), last.end, last.number)

    def _forget(self) -> None:
        self._held, self._size, self._quoted = [], 0, False


def _rows(text: str) -> list[list[str]]:
    """Lines end with a line feed and nothing else, as they did in the file."""
    return list(csv.reader([f"{line}\n" for line in text.split("\n")], strict=True))


def _ends_quoted(content: bytes, quoted: bool) -> bool:
    """Whether a quoted cell is still open at the line's end. A quote opens one only at a cell's beginning."""
    at, length = 0, len(content)
    while at < length:
        if quoted:
            end = content.find(b'"', at)
            if end < 0:
                return True
            if content[end + 1 : end + 2] == b'"':
                at = end + 2
                continue
            quoted, at = False, end + 1
        comma = content.find(b",", at)
        if at == 0 and content[:1] == b'"':
            quoted, at = True, 1
        elif comma >= 0 and content[comma + 1 : comma + 2] == b'"':
            quoted, at = True, comma + 2
        elif comma < 0:
            return False
        else:
            at = comma + 1
    return quoted


class Header(NamedTuple):
    """Where each known column stands."""

    places: Mapping[str, int]
    width: int


def header_of(cells: Sequence[str]) -> Header | str:
    """The header's columns, or what is wrong with it as a sentence. Unknown columns are passed over."""
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        for separator, name in _SEPARATORS.items():
            if set(REQUIRED) <= {cell.strip(' "') for cell in ",".join(names).split(separator)}:
                return f"Its cells are separated by {name}. Separate them by commas."
        return f"The header must have the columns path and labels. Missing: {', '.join(missing)}."
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        return f"The column {twice[0]} is there twice."
    return Header({name: names.index(name) for name in COLUMNS if name in names}, len(names))


def row_of(record: Record, header: Header, bucket: str) -> Found | Rejection | None:
    """The image of a row; None for a blank line and for the last line of an export, which begins with `# `."""
    cells = record.cells
    if not any(cells) or cells[0].startswith("# {"):
        return None
    if len(cells) != header.width:
        reason = f"The line has {len(cells)} cells; the header has {header.width}."
        return Rejection(cells[0][:1_024], record.line, reason)
    values = {name: unmarked(cells[place]) for name, place in header.places.items()}
    labels = [unmarked(label) for label in values["labels"].split("|")] if values["labels"] else []
    return image_of(values, labels, bucket, record.line)


def image_of(values: Mapping[str, Any], labels: Sequence[object], bucket: str, line: int) -> Found | Rejection:
    """The image of a row of any table. `values` may lack what is optional."""
    path, own, hard = values.get("path"), values.get("bucket") or bucket, values.get("hard")
    if path is None or path == "":
        return Rejection("", line, "The path is empty.")
    if not isinstance(path, str):
        return Rejection("", line, "The path is not UTF-8." if isinstance(path, bytes) else "The path must be a text.")
    hard = _truth(hard)
    faults = (
        (not isinstance(own, str), "The bucket must be a string."),
        (hard is not None and not isinstance(hard, bool), "`hard` must be true or false."),
        (any(isinstance(label, bytes) for label in labels), "A label is not UTF-8."),
        (not all(isinstance(label, str) for label in labels), "Every label must be a string."),
    )
    fault = next((reason for wrong, reason in faults if wrong), None)
    if fault is not None:
        return Rejection(path[:1_024], line, fault)
    try:
        found = checked_labels([SampleLabel(str(label)) for label in labels])
    except InvalidLabels as error:
        return Rejection(path[:1_024], line, str(error))
    usage = values.get("usage")
    extra = orjson.dumps({"usage": usage[:64]}).decode() if isinstance(usage, str) and usage else None
    return Found(own, path, found, hard, None, line, extra)


def _truth(hard: Any) -> Any:
    """True, False or None; what it was if it is none of these."""
    if isinstance(hard, str):
        return _TRUTHS.get(hard.strip().lower(), hard)
    if isinstance(hard, int | float | Decimal) and hard in {0, 1}:
        return bool(hard)
    return hard


def as_read(value: object) -> object:
    """A cell of a typed table: bytes are UTF-8, and are left if they are not; what is not a number says nothing."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    return None if isinstance(value, float) and math.isnan(value) else value


def unmarked(text: str) -> str:
    return text[1:] if text.startswith(_MARK) else text
