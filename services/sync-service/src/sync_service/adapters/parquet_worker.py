"""The process that decodes Parquet files, with a limit of memory: a few bytes of a file can stand for gigabytes.

It reads a file from standard input and writes frames (`parquet_frames`) to standard output.
"""

import os
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import IO, Any

import msgspec
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pyarrow.types as pt  # type: ignore[import-untyped]

from sync_service.adapters.parquet_frames import END, FAULT, FRAME, READY, ROWS
from sync_service.domain.imports import UnreadableFile
from sync_service.domain.lines import MAX_LINE_BYTES
from sync_service.domain.tables import COLUMNS, REQUIRED

_ROWS_AT_ONCE = 200
_BUFFER_BYTES = 1_000_000
# What a row group becomes in memory, by its own word.
MOST_GROUP_BYTES = 1_000_000_000
# Stands for a text that is not UTF-8: it is none either.
_NOT_UTF_8 = b"\xff"


def main() -> None:
    memory, after = int(sys.argv[1]), int(sys.argv[2])
    os.nice(5)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = sys.stdout.buffer
    answer.write(READY)
    answer.flush()
    try:
        for rows in pieces(sys.stdin.buffer, after):
            _write(answer, ROWS, rows)
        _write(answer, END, b"")
    except UnreadableFile as error:
        _write(answer, FAULT, error.detail.encode())


def pieces(file: IO[bytes], after: int) -> Iterator[bytes]:
    """The rows behind the first `after` as MessagePack, up to two megabytes at a time; nil for a row of more than one.

    Raises UnreadableFile.
    """
    try:
        yield from _encoded(_rows_behind(file, after))
    except MemoryError as error:
        raise UnreadableFile("Reading it takes too much memory. Write smaller row groups and pages.") from error
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:  # a broken footer is an OSError
        raise UnreadableFile("It is not a valid Parquet file.") from error


def _encoded(pieces_of_rows: Iterator[Sequence[Mapping[str, object]]]) -> Iterator[bytes]:
    encoder = msgspec.msgpack.Encoder()
    for rows in pieces_of_rows:
        held: list[msgspec.Raw] = []
        size = 0
        for row in rows:
            encoded = encoder.encode(row)
            held.append(msgspec.Raw(encoded if len(encoded) <= MAX_LINE_BYTES else encoder.encode(None)))
            size += len(held[-1])
            if size >= MAX_LINE_BYTES:
                yield encoder.encode(held)
                held, size = [], 0
        if held:
            yield encoder.encode(held)


def _rows_behind(file: IO[bytes], after: int) -> Iterator[Sequence[Mapping[str, object]]]:
    opened = pq.ParquetFile(file, buffer_size=_BUFFER_BYTES, pre_buffer=False)  # pages, not whole columns
    known = {name.lower(): name for name in opened.schema_arrow.names}
    missing = [name for name in REQUIRED if name not in known]
    if missing:
        raise UnreadableFile(f"It must have the columns path and labels. Missing: {', '.join(missing)}.")
    _check_types(opened.schema_arrow, known)
    names = {name: known[name] for name in COLUMNS if name in known}
    groups = range(opened.metadata.num_row_groups)
    if any(opened.metadata.row_group(number).total_byte_size > MOST_GROUP_BYTES for number in groups):
        raise UnreadableFile(f"A row group has more than {MOST_GROUP_BYTES:,} bytes. Write smaller ones.")
    for first in groups:
        rows = opened.metadata.row_group(first).num_rows
        if after < rows:
            break
        after -= rows
    else:
        return
    wanted = list(groups[first:])
    for batch in opened.iter_batches(_ROWS_AT_ONCE, row_groups=wanted, columns=list(names.values()), use_threads=False):
        begin = min(after, batch.num_rows)
        after -= begin
        if begin < batch.num_rows:
            found = _rows(batch.slice(begin))
            yield [{name: _plain(row[own]) for name, own in names.items()} for row in found]


def _check_types(schema: Any, names: Mapping[str, str]) -> None:
    """Raises UnreadableFile where a whole column cannot be what it is to be."""
    path, labels = (schema.field(names[name]).type for name in REQUIRED)
    number = (pt.is_integer, pt.is_floating, pt.is_decimal, pt.is_boolean, pt.is_temporal)
    if pt.is_nested(path) or any(holds(path) for holds in number):
        raise UnreadableFile(f"The column path must hold texts; its type is {path}.")
    if not (pt.is_nested(labels) or pt.is_null(labels)):
        raise UnreadableFile(f"The column labels must hold lists of texts; its type is {labels}.")


def _rows(batch: Any) -> Sequence[Mapping[str, object]]:
    """The rows. A text that is not UTF-8 spoils only its own row."""
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:
        return [_row(batch.slice(number, 1)) for number in range(batch.num_rows)]


def _row(batch: Any) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            found[name] = column.to_pylist()[0]
        except UnicodeDecodeError:
            found[name] = [_NOT_UTF_8] if name.lower() == "labels" else _NOT_UTF_8
    return found


def _plain(value: object) -> object:
    """As MessagePack can hold it. What no column here may have becomes an object, which none may have either."""
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {}


def _write(answer: IO[bytes], kind: int, content: bytes) -> None:
    answer.write(FRAME.pack(kind, len(content)) + content)
    answer.flush()


if __name__ == "__main__":
    main()
