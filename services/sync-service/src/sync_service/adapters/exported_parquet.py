"""Rows of a version as a Parquet file. pyarrow takes 70 MB, so it is loaded when the first file is written."""

import io
from collections.abc import Sequence

from sync_service.domain.version import VersionRow


def parquet_file(rows: Sequence[VersionRow]) -> bytes:
    """One file of one row group, compressed with zstd. Blocks."""
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  # only when it is needed
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415  # only when it is needed

    schema = pa.schema(
        [
            pa.field("sample_id", pa.string(), nullable=False),
            pa.field("bucket", pa.string(), nullable=False),
            pa.field("path", pa.string(), nullable=False),
            pa.field("usage", pa.string(), nullable=False),
            pa.field("labels", pa.list_(pa.string()), nullable=False),
            pa.field("hard", pa.bool_(), nullable=False),
        ]
    )
    columns = [
        [row.sample_id for row in rows],
        [row.bucket for row in rows],
        [row.path for row in rows],
        [row.usage for row in rows],
        [list(row.labels) for row in rows],
        [row.hard for row in rows],
    ]
    table = pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
