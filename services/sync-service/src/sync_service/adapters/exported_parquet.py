"""Rows of a version as a Parquet file. pyarrow takes 70 MB, so it is loaded when the first file is written."""

from collections.abc import Sequence
from typing import BinaryIO

from sync_service.domain.version import VersionRow


class ParquetFile:
    """A file of a row group for each piece, compressed with zstd: one piece is in memory at a time."""

    def __init__(self, out: BinaryIO) -> None:
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  # only when it is needed
        import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415  # only when it is needed

        texts = [pa.field(name, pa.string(), nullable=False) for name in ("sample_id", "bucket", "path", "usage")]
        labels = pa.field("labels", pa.list_(pa.string()), nullable=False)
        self._schema = pa.schema([*texts, labels, pa.field("hard", pa.bool_(), nullable=False)])
        self._arrow = pa
        self._writer = pq.ParquetWriter(out, self._schema, compression="zstd")

    def write(self, rows: Sequence[VersionRow]) -> None:
        columns = [
            [row.sample_id for row in rows],
            [row.bucket for row in rows],
            [row.path for row in rows],
            [row.usage for row in rows],
            [list(row.labels) for row in rows],
            [row.hard for row in rows],
        ]
        pa = self._arrow
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()
