"""The files that imports read: whatever is in them, the rest goes on."""

import csv
import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.adapters.spooled_sort import SpooledSort
from sync_service.domain import coco
from sync_service.domain.directories import by_directory, by_side, by_text, text_of
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import Rejection
from sync_service.domain.lines import Line, LineSplitter
from sync_service.domain.manifest import read_line
from sync_service.domain.tables import CsvRecords, Header, Record, Unreadable, header_of, row_of

KIND = "modelarts/image_classification"


def lines_of(content: bytes, *sizes: int, offset: int = 0, number: int = 0, most: int = 1_000_000) -> list[Line]:
    """The lines, fed in chunks of these sizes."""
    splitter = LineSplitter(offset, number, most=most)
    found: list[Line] = []
    for size in sizes:
        chunk, content = content[:size], content[size:]
        found += splitter.feed(chunk)
    found += splitter.feed(content)
    return [*found, *splitter.finish()]


def records_of(content: bytes) -> list[Record | Unreadable]:
    records = CsvRecords()
    found = [record for line in lines_of(content) for record in records.feed(line)]
    return [*found, *records.finish()]


@given(st.binary(max_size=200), st.lists(st.integers(0, 20), max_size=12))
def test_lines_do_not_depend_on_how_the_bytes_come(content: bytes, sizes: list[int]) -> None:
    whole = lines_of(content)
    assert lines_of(content, *sizes) == whole
    assert [line.number for line in whole] == list(range(1, len(whole) + 1))
    for line in whole:  # reading goes on behind any line
        assert lines_of(content[line.end :], offset=line.end, number=line.number) == whole[line.number :]


def test_of_a_line_that_is_too_long_only_the_beginning_is_held() -> None:
    long, fine = lines_of(b"x" * 50 + b"\nfine\n", 7, 7, most=10)
    assert (long.too_long, len(long.content), long.end) == (True, 10, 51)
    assert (fine.content, fine.number, fine.too_long) == (b"fine", 2, False)


@given(st.binary(max_size=300))
def test_any_line_of_a_manifest_is_an_image_or_a_rejection_or_nothing(content: bytes) -> None:
    found = read_line(Line(7, content, 0))
    assert found is None or isinstance(found, Found | Rejection)
    if isinstance(found, Rejection):
        assert found.line == 7
        assert found.reason


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["source", "annotation", "hard", "hard-coefficient", "usage", "name", "type", "confidence"])


@given(st.dictionaries(FIELDS, JSON, max_size=6))
def test_any_object_as_a_line_of_a_manifest_is_answered(entry: dict[str, object]) -> None:
    found = read_line(Line(1, orjson.dumps(entry), 0))
    assert isinstance(found, Found | Rejection)
    entry["source"] = "s3://bucket/a.png"
    assert isinstance(read_line(Line(1, orjson.dumps(entry), 0)), Found | Rejection)


def test_a_line_of_a_manifest_says_everything_about_an_image() -> None:
    entry = {
        "source": "s3://bucket/train/a b.png",
        "id": "0162",
        "hard": "true",
        "hard-coefficient": 0.8,
        "usage": "TRAIN",
        "annotation": [
            {
                "name": "cat",
                "type": KIND,
                "annotated-by": "human/ada",
                "creation-time": "2019-04-28 08:21:27",
                "confidence": 0.9,
                "property": {"@modelarts:color": "#fff"},
            }
        ],
    }
    found = read_line(Line(1, b"\xef\xbb\xbf" + orjson.dumps(entry), 0))
    assert isinstance(found, Found)
    assert (found.bucket, found.path, found.hard, found.hardness) == ("bucket", "train/a b.png", True, 0.8)
    (label,) = found.labels
    assert (label.name, label.confidence, label.by, str(label.at)) == (
        "cat",
        0.9,
        "human/ada",
        "2019-04-28 08:21:27+00:00",
    )
    kept = {"id": "0162", "usage": "TRAIN", "annotation": [{"name": "cat", "property": {"@modelarts:color": "#fff"}}]}
    assert orjson.loads(found.extra or "") == kept


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"source": 7},
        {"source": "bucket/a.png"},
        {"source": "s3://bucket"},
        {"source": "s3://b/a.png", "annotation": "cat"},
        {"source": "s3://b/a.png", "annotation": [{"type": KIND}]},
        {"source": "s3://b/a.png", "annotation": [{"name": "cat", "type": "modelarts/object_detection"}]},
        {"source": "s3://b/a.png", "annotation": [{"name": "no cat", "type": KIND}]},
        {"source": "s3://b/a.png", "annotation": [{"name": "cat", "type": KIND, "confidence": 2}]},
        {"source": "s3://b/a.png", "hard": "perhaps"},
        {"source": "s3://b/a.png", "hard-coefficient": "much"},
        {"source": "s3://b/a.png", "annotation": [{"name": f"l{n}", "type": KIND} for n in range(201)]},
        {"source": "s3://b/a.png", "note": "x" * 70_000},
    ],
)
def test_what_is_wrong_with_a_line_rejects_it(entry: dict[str, object]) -> None:
    assert isinstance(read_line(Line(3, orjson.dumps(entry), 0)), Rejection)


def test_fields_that_lie_too_deep_to_be_kept_reject_their_line() -> None:
    deep = b'{"source":"s3://bucket/a.png","more":' + b"[" * 400 + b"]" * 400 + b"}"
    found = read_line(Line(3, deep, 0))
    assert isinstance(found, Rejection)
    assert (found.path, found.line) == ("s3://bucket/a.png", 3)


def test_two_hundred_labels_are_accepted_and_a_name_twice_is_one_label() -> None:
    annotation = [{"name": f"l{n}", "type": KIND} for n in range(200)] + [{"name": "l0", "type": KIND}]
    found = read_line(Line(1, orjson.dumps({"source": "s3://b/a.png", "annotation": annotation}), 0))
    assert isinstance(found, Found)
    assert len(found.labels) == 200


@pytest.mark.parametrize("line", [b"", b"  ", b'{"count": 3, "seq": 9, "sha256": "00"}'])
def test_blank_lines_and_the_last_line_of_an_export_name_no_image(line: bytes) -> None:
    assert read_line(Line(4, line, 0)) is None


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=8))
def test_csv_reads_what_csv_writes(rows: list[list[str]]) -> None:
    rows = [row for row in rows if row != [""]]  # which the writer writes as `""`, and which is blank
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    read = records_of(out.getvalue().encode())
    assert [list(record.cells) for record in read if isinstance(record, Record)] == rows
    assert not [record for record in read if isinstance(record, Unreadable)]


@given(st.binary(max_size=300))
def test_whatever_stands_in_a_csv_every_line_is_told_of_once(content: bytes) -> None:
    read = records_of(content)
    ends = [record.end for record in read]
    assert ends == sorted(ends)
    assert [record.line for record in read] == sorted({record.line for record in read})
    assert (ends[-1] if ends else 0) == len(content)


def test_a_quotation_mark_that_nobody_closes_spoils_one_line() -> None:
    content = b'path,labels\n"a.png,cat\n' + b"".join(b"%d.png,cat\n" % number for number in range(150))
    read = records_of(content)
    (broken,) = [record for record in read if isinstance(record, Unreadable)]
    assert (broken.line, broken.reason) == (2, "A quotation mark is never closed.")
    assert len(read) == 152


def test_a_row_of_csv_is_an_image_with_marks_taken_off() -> None:
    header = header_of(["Labels", "path", "more", "hard"])
    assert isinstance(header, Header)
    found = row_of(Record(5, ["'-1|cat|'-2", "'=a.png", "?", "TRUE"], 0, 5), header, "bucket")
    assert isinstance(found, Found)
    assert (found.path, [label.name for label in found.labels], found.hard) == ("=a.png", ["-1", "cat", "-2"], True)
    assert row_of(Record(6, ["", "", "", ""], 0, 6), header, "bucket") is None
    for cells in (["cat", "a.png"], ["cat", "", "", ""], ["no cat", "a", "", ""], ["cat", "a", "", "maybe"]):
        assert isinstance(row_of(Record(7, cells, 0, 7), header, "bucket"), Rejection)


@pytest.mark.parametrize("cells", [["path"], ["labels"], [], ["path", "labels", "path"]])
def test_a_header_needs_path_and_labels_once(cells: list[str]) -> None:
    assert isinstance(header_of(cells), str)


def test_labels_follow_from_directories() -> None:
    def named(entry: Found | Rejection) -> list[str] | str:
        return [label.name for label in entry.labels] if isinstance(entry, Found) else entry.reason

    assert named(by_directory(Found("b", "x/cat/1.png"))) == ["cat"]
    assert "not in a directory" in named(by_directory(Found("b", "1.png")))
    assert named(by_side(Found("b", "set/train/cat/1.png"), "set/")) == ["cat"]
    assert named(by_side(Found("b", "set/train/cat/more/1.png"), "set/")) == ["cat"]
    assert named(by_side(Found("b", "Set/Train/cat/1.png"), "Set/")) == ["cat"]
    assert "train|val|test" in named(by_side(Found("b", "set/cat/1.png"), "set/"))
    assert named(by_text(Found("b", "1.png"), b"\xef\xbb\xbfcat \r\n\n dog")) == ["cat", "dog"]
    broken = by_text(Found("b", "1.png"), b"cat\nno cat")
    assert isinstance(broken, Rejection)
    assert broken.line == 2
    assert isinstance(by_text(Found("b", "1.png"), b"\xff"), Rejection)
    assert [text_of(path) for path in ("a/x.tar.png", "x", "a.b/x")] == ["a/x.tar.txt", "x.txt", "a.b/x.txt"]


@given(st.binary(max_size=200) | JSON.map(orjson.dumps))
def test_any_document_is_coco_or_refused_as_a_whole(document: bytes) -> None:
    try:
        found = list(coco.images_of(document, "bucket", SpooledSort))
    except coco.NotCoco:
        return  # refused as a whole, which is as good
    assert all(isinstance(entry, Found | Rejection) for entry in found)


def test_a_broken_image_of_coco_spoils_only_itself() -> None:
    document = {
        "images": [
            {"id": 1, "file_name": "a.png"},
            7,
            {"id": 2},
            {"id": 3, "file_name": ""},
            {"id": 4, "file_name": "d"},
        ],
        "annotations": [{"image_id": 1, "category_id": 1}, {"image_id": 4, "category_id": 9}, "?"],
        "categories": [{"id": 1, "name": "cat"}],
    }
    found = list(coco.images_of(orjson.dumps(document), "bucket", SpooledSort))
    assert [type(entry) for entry in found] == [Rejection, Found, Rejection, Rejection, Rejection, Rejection]
    assert found[0] == Rejection("", None, "Annotation 3 must have an image_id and a category_id.")


def coco_of(document: bytes) -> list[object]:
    """The path and labels of each image, and the reason of each rejection."""
    return [
        (one.path, [label.name for label in one.labels]) if isinstance(one, Found) else one.reason
        for one in coco.images_of(document, "bucket", SpooledSort)
    ]


def test_a_mark_of_utf_8_before_a_document_is_passed_over() -> None:
    document = b"\xef\xbb\xbf" + orjson.dumps({"images": [{"id": 1, "file_name": "猫/é.png"}]})
    assert coco_of(document) == [("猫/é.png", [])]


def test_annotations_of_no_image_are_told_of_once_an_image() -> None:
    document = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "annotations": [
            {"image_id": 7, "category_id": 1},
            {"image_id": 1, "category_id": 1},
            {"image_id": "x", "category_id": 1},
            {"image_id": 7, "category_id": 2},
            {"image_id": 7, "category_id": 2},
        ],
        "categories": [{"id": 1, "name": "cat"}],
    }
    assert coco_of(orjson.dumps(document)) == [
        "Annotation 1 and 2 more name the image 7, which is not in the document.",
        "Annotation 3 names the image 'x', which is not in the document.",
        ("a.png", ["cat"]),
    ]


def test_ids_that_differ_only_in_being_texts_are_the_same_unless_both_are_there() -> None:
    annotations = [{"image_id": "1", "category_id": "5"}, {"image_id": 2, "category_id": 5}]
    categories = [{"id": 5, "name": "cat"}]
    images = [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    assert coco_of(orjson.dumps(document)) == [("a.png", ["cat"]), ("b.png", ["cat"])]
    both = {**document, "images": [*images, {"id": "1", "file_name": "c.png"}]}
    both["categories"] = [*categories, {"id": "5", "name": "dog"}]
    assert coco_of(orjson.dumps(both)) == [("a.png", []), ("b.png", ["cat"]), ("c.png", ["dog"])]
    assert coco_of(orjson.dumps({**both, "images": images[1:]})) == [
        "Annotation 1 names the image '1', which is not in the document.",
        ("b.png", ["cat"]),
    ]


def test_ids_that_a_table_wrote_as_floats_are_whole_numbers() -> None:
    document = {
        "images": [{"id": 1.0, "file_name": "a.png"}, {"id": 1.5, "file_name": "b.png"}],
        "annotations": [{"image_id": 1, "category_id": 5.0}, {"image_id": 1.0, "category_id": 6}],
        "categories": [{"id": 5, "name": "cat"}, {"id": 6.0, "name": "dog"}],
    }
    found = coco_of(orjson.dumps(document))
    assert found == [("a.png", ["cat", "dog"]), "Image 2 must have an id and a file_name."]


def test_a_reason_stays_short_however_long_the_category_is() -> None:
    annotation = {"image_id": 1, "category_id": "x" * 100_000}
    document = {"images": [{"id": 1, "file_name": "a.png"}], "annotations": [annotation]}
    (found,) = coco.images_of(orjson.dumps(document), "bucket", SpooledSort)
    assert isinstance(found, Rejection)
    assert len(found.reason) < 200
