"""Parquet files, read row by row from a copy on disk: the format says at its end what it holds.

pyarrow takes 70 MB, so it is loaded when the first such file is read.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import IO, Any

from sync_service.adapters.copied_files import copied
from sync_service.application.ports import ObjectBytes
from sync_service.domain.imports import UnreadableFile
from sync_service.domain.tables import COLUMNS, REQUIRED

_ROWS_AT_ONCE = 1_000
_BUFFER_BYTES = 1_000_000
# Stands for a text that is not UTF-8: it is none either.
_NOT_UTF_8 = b"\xff"
# What a row group becomes in memory, by its own word.
MOST_GROUP_BYTES = 1_000_000_000


class ParquetTables:
    """See `sync_service.application.ports.TableReader`."""

    async def rows(self, opened: ObjectBytes, after: int) -> AsyncIterator[Sequence[Mapping[str, object]]]:
        with tempfile.TemporaryFile() as copy:
            await copied(opened, copy)
            pieces = await asyncio.to_thread(_open, copy, after)
            while (piece := await asyncio.to_thread(_next, pieces)) is not None:
                yield piece


def _open(copy: IO[bytes], after: int) -> Iterator[Sequence[Mapping[str, object]]]:
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  # only when it is needed
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415  # only when it is needed

    try:
        file = pq.ParquetFile(copy, buffer_size=_BUFFER_BYTES, pre_buffer=False)  # pages, not whole columns
        names = {name.lower(): name for name in file.schema_arrow.names}
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise UnreadableFile(f"It must have the columns path and labels. Missing: {', '.join(missing)}.")
        _check_types(file.schema_arrow, names)
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        if any(group.total_byte_size > MOST_GROUP_BYTES for group in groups):
            raise UnreadableFile(f"A row group has more than {MOST_GROUP_BYTES:,} bytes. Write smaller ones.")
    except (pa.ArrowException, OSError, ValueError) as error:  # a broken footer is an OSError
        raise UnreadableFile("It is not a valid Parquet file.") from error
    return _pieces(file, {name: names[name] for name in COLUMNS if name in names}, after)


def _check_types(schema: Any, names: Mapping[str, str]) -> None:
    """Raises UnreadableFile where a whole column cannot be what it is to be."""
    import pyarrow.types as pt  # type: ignore[import-untyped]  # noqa: PLC0415  # only when it is needed

    path, labels = (schema.field(names[name]).type for name in REQUIRED)
    number = (pt.is_integer, pt.is_floating, pt.is_decimal, pt.is_boolean, pt.is_temporal)
    if pt.is_nested(path) or any(holds(path) for holds in number):
        raise UnreadableFile(f"The column path must hold texts; its type is {path}.")
    if not (pt.is_nested(labels) or pt.is_null(labels)):
        raise UnreadableFile(f"The column labels must hold lists of texts; its type is {labels}.")


def _pieces(file: Any, names: Mapping[str, str], after: int) -> Iterator[Sequence[Mapping[str, object]]]:
    wanted = []
    for number in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        if after >= rows:
            after -= rows
        else:
            wanted = list(range(number, file.metadata.num_row_groups))
            break
    if not wanted:
        return
    batches = file.iter_batches(_ROWS_AT_ONCE, row_groups=wanted, columns=list(names.values()), use_threads=False)
    for batch in batches:
        begin = min(after, batch.num_rows)
        after -= begin
        if begin < batch.num_rows:
            rows = _rows(batch.slice(begin))
            yield [{name: row[own] for name, own in names.items()} for row in rows]


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


def _next(pieces: Iterator[Sequence[Mapping[str, object]]]) -> Sequence[Mapping[str, object]] | None:
    import pyarrow as pa  # noqa: PLC0415  # only when it is needed

    try:
        return next(pieces, None)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:  # a date may be none that Python knows
        raise UnreadableFile("It is not a valid Parquet file.") from error
