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
            raise UnreadableFile(f"It must have the columns path and labels; {' and '.join(missing)} is missing.")
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        if any(group.total_byte_size > MOST_GROUP_BYTES for group in groups):
            raise UnreadableFile(f"A row group has more than {MOST_GROUP_BYTES:,} bytes. Write smaller ones.")
    except (pa.ArrowException, OSError, ValueError) as error:  # a broken footer is an OSError
        raise UnreadableFile("It is not a valid Parquet file.") from error
    return _pieces(file, {name: names[name] for name in COLUMNS if name in names}, after)


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
            rows = batch.slice(begin).to_pylist()
            yield [{name: row[own] for name, own in names.items()} for row in rows]


def _next(pieces: Iterator[Sequence[Mapping[str, object]]]) -> Sequence[Mapping[str, object]] | None:
    import pyarrow as pa  # noqa: PLC0415  # only when it is needed

    try:
        return next(pieces, None)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:  # a date may be none that Python knows
        raise UnreadableFile("It is not a valid Parquet file.") from error
