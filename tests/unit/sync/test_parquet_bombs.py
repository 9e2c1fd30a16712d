"""A small Parquet file that expands to gigabytes does not fill the memory of the service's own process."""

import io
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
import psutil
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types
import pytest

from sync_service.adapters.parquet import ParquetTables
from sync_service.application.ports import ObjectBytes
from sync_service.domain.imports import UnreadableFile


def opened(table: Any, **options: Any) -> ObjectBytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    content = out.getvalue()

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    async def close() -> None:
        return None

    return ObjectBytes(len(content), "etag", chunks(), close, None)


async def rows_of(file: ObjectBytes, after: int = 0) -> list[Mapping[str, object] | None]:
    return [row async for piece in ParquetTables().rows(file, after) for row in piece]


async def test_rows_come_as_they_are_from_anywhere() -> None:
    table = pa.table(
        {"path": [f"{n}.png" for n in range(1_000)], "Labels": [["a", "b"]] * 1_000, "hard": [True] * 1_000}
    )
    rows = await rows_of(opened(table, row_group_size=300), after=650)
    assert len(rows) == 350
    assert rows[0] == {"path": "650.png", "labels": ["a", "b"], "hard": True}


@pytest.mark.parametrize("width", [4_000_000, 40_000_000])
async def test_a_text_that_every_row_repeats_is_refused(width: int) -> None:
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000, pa.int32()), pa.array(["x" * width]))
    table = pa.table({"path": repeated, "labels": [["a"]] * 2_000})
    before = psutil.Process().memory_info().rss
    file = opened(table, compression="zstd", dictionary_pagesize_limit=2**30)
    with pytest.raises(UnreadableFile, match="too much memory"):
        await rows_of(file)
    assert psutil.Process().memory_info().rss - before < 300_000_000


async def test_a_row_of_more_than_a_megabyte_spoils_only_itself() -> None:
    most = 1_000_000 - len(msgspec.msgpack.encode({"path": "x" * 70_000, "labels": ["a"]})) + 70_000
    names = ["a.png", "x" * most, "x" * (most + 1), "b.png"]
    rows = await rows_of(opened(pa.table({"path": names, "labels": [["a"]] * 4})))
    assert rows == [None if len(name) > most else {"path": name, "labels": ["a"]} for name in names]


async def test_many_large_rows_come_a_few_at_a_time() -> None:
    table = pa.table({"path": [f"{n}{'x' * 900_000}" for n in range(20)], "labels": [["a"]] * 20})
    pieces = [len(piece) async for piece in ParquetTables().rows(opened(table), 0)]
    assert (sum(pieces), max(pieces)) == (20, 2)


async def test_a_process_that_does_not_start_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_service.adapters.parquet._WORKER", "sync_service.adapters.nothing")
    with pytest.raises(EOFError):
        await rows_of(opened(pa.table({"path": ["a.png"], "labels": [["a"]]})))


async def test_a_row_of_endless_labels_is_refused() -> None:
    table = pa.table({"path": ["a.png"], "labels": pa.array([[None] * 30_000_000], pa.list_(pa.string()))})
    with pytest.raises(UnreadableFile, match="too much memory"):
        await rows_of(opened(table, compression="zstd"))


async def test_what_is_no_parquet_is_refused() -> None:
    file = opened(pa.table({"path": ["a.png"], "labels": [["a"]]}))

    async def broken() -> AsyncIterator[bytes]:
        yield b"PAR1 and no more"

    with pytest.raises(UnreadableFile, match="not a valid Parquet file"):
        await rows_of(file._replace(chunks=broken()))
