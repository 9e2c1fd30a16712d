"""Rows of a version as a Parquet file."""

import io
from collections.abc import Sequence

import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types

from sync_service.domain.version import VersionRow

_SCHEMA = pa.schema(
    [
        pa.field("sample_id", pa.string(), nullable=False),
        pa.field("bucket", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("usage", pa.string(), nullable=False),
        pa.field("labels", pa.list_(pa.string()), nullable=False),
        pa.field("hard", pa.bool_(), nullable=False),
    ]
)


def parquet_file(rows: Sequence[VersionRow]) -> bytes:
    """One file of one row group, compressed with zstd. Blocks."""
    columns = [
        [row.sample_id for row in rows],
        [row.bucket for row in rows],
        [row.path for row in rows],
        [row.usage for row in rows],
        [list(row.labels) for row in rows],
        [row.hard for row in rows],
    ]
    table = pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
    )
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
