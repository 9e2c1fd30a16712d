"""Tables as others write them: what can be read is read, and what cannot says why."""

import io
from collections.abc import AsyncIterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas
import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types
import pytest

from sync_service.adapters.parquet import ParquetTables
from sync_service.application.import_files import FileReading, Place
from sync_service.application.ports import ObjectBytes
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import ImportMode, Rejection, UnreadableFile


async def read(mode: ImportMode, content: bytes) -> list[Found | Rejection]:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    async def close() -> None:
        return None

    ports: Any = SimpleNamespace(tables=ParquetTables())
    opened = ObjectBytes(len(content), "etag", chunks(), close)
    steps = FileReading(mode, "bucket", ports).steps(opened, Place("file", within=True))
    return [step.entry async for piece in steps for step in piece if step.entry is not None]


async def read_csv(content: bytes) -> list[Found | Rejection]:
    return await read(ImportMode.CSV, content)


async def read_table(**columns: Any) -> list[Found | Rejection]:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return await read(ImportMode.PARQUET, out.getvalue())


def told(entries: list[Found | Rejection]) -> list[Any]:
    """Path, labels and hardness of an image; line and reason of a rejection."""
    return [
        (one.path, [label.name for label in one.labels], one.hard) if isinstance(one, Found) else (one.line, one.reason)
        for one in entries
    ]


LABELS = [["cat"], ["dog", "cat"], []]


async def test_texts_that_were_written_as_bytes_are_utf_8() -> None:
    """As Spark, Impala and Hive write them."""
    labels = pa.array([[b"cat", "猫".encode()], None, [b"\xff"], [b"cat"]], pa.list_(pa.binary()))
    found = await read_table(
        path=pa.array(["é.png".encode(), b"b.png", b"c.png", b"\xff.png"], pa.binary()),
        labels=labels,
        bucket=pa.array([b"other", None, None, None], pa.binary()),
        usage=pa.array([b"train", None, None, None], pa.binary()),
    )
    assert told(found) == [
        ("é.png", ["cat", "猫"], None),
        ("b.png", [], None),
        (3, "A label is not UTF-8."),
        (4, "The path is not UTF-8."),
    ]
    assert isinstance(found[0], Found)
    assert (found[0].bucket, found[0].extra) == ("other", '{"usage":"train"}')


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
async def test_texts_of_every_kind_are_read(kind: pa.DataType) -> None:
    found = await read_table(
        path=pa.array(["a.png", "b.png", "a.png"]).cast(kind),
        labels=pa.array(LABELS, pa.large_list(pa.string())),
    )
    assert told(found) == [("a.png", ["cat"], None), ("b.png", ["dog", "cat"], None), ("a.png", [], None)]


async def test_what_pandas_writes_is_read() -> None:
    frame = pandas.DataFrame({"path": ["a.png", "b.png", "c.png"], "labels": LABELS, "hard": [1.0, 0.0, None]})
    frame["path"] = frame["path"].astype("category")
    out = io.BytesIO()
    frame.to_parquet(out)
    found = await read(ImportMode.PARQUET, out.getvalue())
    assert told(found) == [("a.png", ["cat"], True), ("b.png", ["dog", "cat"], False), ("c.png", [], None)]
    csv = frame.assign(labels=frame["labels"].str.join("|")).to_csv(index=False).encode()
    assert told(await read_csv(csv)) == told(found)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 0, None], pa.int8()),
        ([1.0, 0.0, float("nan")], pa.float64()),
        ([Decimal(1), Decimal(0), None], pa.decimal128(3)),
        ([True, False, None], pa.bool_()),
        (["1", "no", ""], pa.string()),
        ([b"true", b"0.0", b"NaN"], pa.binary()),
    ],
)
async def test_hard_is_true_or_false_however_it_is_written(values: list[Any], kind: pa.DataType) -> None:
    found = await read_table(path=["a", "b", "c"], labels=LABELS, hard=pa.array(values, kind))
    assert [one.hard for one in found if isinstance(one, Found)] == [True, False, None]


async def test_what_is_neither_true_nor_false_rejects_its_row() -> None:
    found = await read_table(path=["a", "b"], labels=LABELS[:2], hard=[2, 1])
    assert told(found) == [(1, "`hard` must be true or false."), ("b", ["dog", "cat"], True)]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"path": [1, 2], "labels": [["a"], ["b"]]}, "The column path must hold texts; its type is int64."),
        ({"path": [["a"]], "labels": [["a"]]}, "The column path must hold texts; its type is list"),
        ({"path": ["a"], "labels": ["cat|dog"]}, "The column labels must hold lists of texts; its type is string."),
        ({"path": ["a"], "labels": [1.5]}, "The column labels must hold lists of texts; its type is double."),
        ({"path": ["a"]}, "It must have the columns path and labels. Missing: labels."),
    ],
)
async def test_a_column_of_another_type_is_named(columns: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        await read_table(**columns)
    assert refused.value.detail.startswith(reason)


async def test_columns_without_any_value_are_empty() -> None:
    assert told(await read_table(path=["a", ""], labels=[None, None], hard=[None, None])) == [
        ("a", [], None),
        (2, "The path is empty."),
    ]
    assert told(await read_table(path=["a"], labels=[[]])) == [("a", [], None)]
    assert told(await read_table(path=["a"], labels=[[1]])) == [(1, "Every label must be a string.")]


async def test_a_text_that_is_not_utf_8_spoils_only_its_own_row() -> None:
    """The format wants UTF-8, but not everybody who writes it checks."""
    broken = pa.array([b"a.png", b"\xff.png", b"c.png"], pa.binary()).view(pa.string())
    found = await read_table(path=broken, labels=LABELS)
    assert told(found) == [("a.png", ["cat"], None), (2, "The path is not UTF-8."), ("c.png", [], None)]


@pytest.mark.parametrize(
    ("mode", "content", "line"),
    [
        (ImportMode.MANIFEST, b'{"source": "s3://b/a.png"}\nbroken\n', 2),
        (ImportMode.CSV, b"path,labels\n,cat\n", 2),
    ],
)
async def test_a_rejection_that_names_no_image_names_its_file(mode: ImportMode, content: bytes, line: int) -> None:
    rejected = await read(mode, content)
    rejected += await read_table(path=["a", ""], labels=LABELS[:2])
    assert [(each.path, each.line) for each in rejected if isinstance(each, Rejection)] == [("file", line), ("file", 2)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"path;labels\na.png;cat\n", "Its cells are separated by semicolons."),
        ('\ufeff"Path";"Labels"\n'.encode(), "Its header cannot be read."),
        (b"path\tlabels\thard\na.png\tcat\t\n", "Its cells are separated by tabs."),
        (b"path;labels;hard, perhaps\n", "Its cells are separated by semicolons."),
        ("\ufeffpath,labels\n".encode("utf-16-le"), "It is encoded in UTF-16. Save it as UTF-8."),
        ("path,labels\n".encode("utf-16"), "It is encoded in UTF-16. Save it as UTF-8."),
        ("path,labels,größe\na.png,cat,1\n".encode("latin-1"), "Its header cannot be read. The line is not UTF-8."),
        (b'path,"labels\na.png,cat\n', "Its header cannot be read. A quotation mark is never closed."),
        (b"", "It is empty"),
        (b"\n\r\n", "It is empty"),
        (b"a.png,cat\n", "The header must have the columns path and labels. Missing: path, labels."),
    ],
)
async def test_a_csv_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        await read_csv(content)
    assert refused.value.detail.startswith(reason)


async def test_only_the_line_that_is_not_utf_8_is_rejected() -> None:
    content = "path,labels\na.png,Käse\n".encode("latin-1") + b'\n"b.png","cat|dog"\r\n,\r\n\r\n'
    assert told(await read_csv(content)) == [(2, "The line is not UTF-8."), ("b.png", ["cat", "dog"], None)]


async def test_a_manifest_of_another_system_is_read() -> None:
    line = b'{"source": "s3://bucket/%s", "annotation": []}'
    content = b"\xef\xbb\xbf" + line % b"a.png" + b"\r\n\r\n  \r\n" + line % "é.png".encode() + b"\r\n\r\n\n"
    assert told(await read(ImportMode.MANIFEST, content)) == [("a.png", [], None), ("é.png", [], None)]
    with pytest.raises(UnreadableFile, match="UTF-16"):
        await read(ImportMode.MANIFEST, line.decode().encode("utf-16"))
