"""How an export's rows are written, and how past states are filtered."""

import csv
import hashlib
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import orjson
import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st
from tests.unit.label.scene import START, given, numbered, proposed

from label_service.application.change_feed import ChangeFeed, Entry
from label_service.application.diffing import diff
from label_service.application.exporting import ExportFormat, export
from label_service.application.history import Moment, MomentLabels, PastRow, past_page, walk
from label_service.domain.filters import ItemFilter
from label_service.domain.matching import Matcher

NAMES = {"c": "cat", "d": "-dog"}
MOMENT = Moment("job", "dataset", 7, MomentLabels(NAMES))


class Rows:
    """The items of one moment, two a page."""

    def __init__(self, rows: Sequence[PastRow]) -> None:
        self._rows = rows

    async def labels(self, job_id: str, seq: int) -> MomentLabels:
        return MOMENT.labels

    async def rows(
        self, moment: Moment, *, after: str | None, limit: int, with_answers: bool = False
    ) -> tuple[list[PastRow], str | None]:
        left = [row for row in self._rows if after is None or row.sample_id > after]
        return left[:2], left[1].sample_id if len(left) > 2 else None

    async def label_names(self, job_id: str) -> dict[str, str]:
        raise NotImplementedError

    async def states(self, moment: Moment, sample_ids: Sequence[str]) -> tuple[dict[str, PastRow], int]:
        return {one.sample_id: one for one in self._rows if one.sample_id in sample_ids}, len(sample_ids)

    async def carriers(self, job_id: str, label_ids: object, *, after: str | None, limit: int) -> list[str]:
        return []

    async def buckets(self, sample_ids: Sequence[str]) -> dict[str, str]:
        return dict.fromkeys(sample_ids, "images")


def row(number: int, path: str = "a.png", *labels: dict[str, object], hard: bool = False) -> PastRow:
    return PastRow(numbered(number), path, labels, hard, 3)


async def written(rows: Sequence[PastRow], form: ExportFormat, after: str | None = None) -> bytes:
    return b"".join([piece async for piece in export(Rows(rows), MOMENT, form, after=after)])


@pytest.mark.parametrize("form", ["ndjson", "csv", "manifest"])
async def test_last_line_tells_count_seq_and_digest_of_what_is_before_it(form: ExportFormat) -> None:
    content = await written([row(number, f"{number}.png", given("c")) for number in range(5)], form)
    *lines, last, end = content.split(b"\n")
    body = b"\n".join(lines) + b"\n"
    assert end == b""
    assert last.startswith(b"# ") == (form == "csv")
    told = orjson.loads(last.removeprefix(b"# "))
    assert told == {"count": 5, "seq": 7, "sha256": hashlib.sha256(body).hexdigest()}


async def test_export_goes_on_after_an_id() -> None:
    rows = [row(number) for number in range(5)]
    content = await written(rows, "ndjson", after=numbered(2))
    assert [orjson.loads(line).get("sample_id") for line in content.splitlines()][:-1] == [numbered(3), numbered(4)]


PATHS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
COLUMNS = ["sample_id", "path", "status", "labels", "proposed", "confidence", "hard", "version"]


def cells_of(content: bytes) -> list[list[str]]:
    table, _, _ = content.decode("utf-8-sig").rpartition("# ")
    return list(csv.reader(io.StringIO(table, newline="")))


@holds_for(st.lists(PATHS, max_size=4))
async def test_no_cell_of_a_csv_begins_a_formula_and_every_path_can_be_read_back(paths: list[str]) -> None:
    rows = [row(number, path, given("d"), proposed("c")) for number, path in enumerate(paths)]
    cells = cells_of(await written(rows, "csv"))
    assert cells[0] == COLUMNS
    for line, path in zip(cells[1:], paths, strict=True):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)
        assert line[1] == (f"'{path}" if path.startswith(("=", "+", "-", "@", "\t", "\r", "'")) else path)
        assert line[3:6] == ["'-dog", "cat", "0.9"]


async def test_csv_keeps_proposals_apart_and_writes_each_label_the_same_wherever_it_stands() -> None:
    waiting = [proposed("c", 0.25), proposed("d", 1.0)]
    rows = [row(1, "a.png", given("c"), given("d")), row(2, "b.png", given("d")), row(3, "c.png", *waiting), row(4)]
    cells = cells_of(await written(rows, "csv"))
    assert [line[2:6] for line in cells[1:]] == [
        ["labeled", "'-dog|cat", "", ""],
        ["labeled", "'-dog", "", ""],
        ["to_confirm", "", "'-dog|cat", "1.0|0.25"],
        ["unlabeled", "", "", ""],
    ]


async def test_csv_for_excel_begins_with_a_byte_order_mark_that_the_digest_covers() -> None:
    content = b"".join([piece async for piece in export(Rows([row(1)]), MOMENT, "csv", bom=True)])
    assert content.startswith(b"\xef\xbb\xbfsample_id,")
    body, _, last = content.rpartition(b"# ")
    assert orjson.loads(last)["sha256"] == hashlib.sha256(body).hexdigest()


async def test_manifest_has_no_label_that_nobody_confirmed() -> None:
    first, *_ = (await written([row(1, "a.png", given("c"), proposed("d"))], "manifest")).splitlines()
    assert [one["name"] for one in orjson.loads(first)["annotation"]] == ["cat"]


def test_past_state_matches_the_filters_it_matched_then() -> None:
    labeled = row(1, "train/cat 1.PNG", given("c", "alice") | {"at": START}, proposed("d"), hard=True)
    bare = row(2)
    for wanted, expected in (
        (ItemFilter(), (True, True)),
        (ItemFilter(status="labeled"), (True, False)),
        (ItemFilter(hard=False), (False, True)),
        (ItemFilter(labels=("cat",)), (True, False)),
        (ItemFilter(labels=("c", "unknown")), (True, False)),
        (ItemFilter(labels=("c", "unknown"), label_match="all"), (False, False)),
        (ItemFilter(labels=("c", "-dog"), label_match="all"), (True, False)),
        (ItemFilter(path="CAT"), (True, False)),
        (ItemFilter(path="train/*"), (True, False)),
        (ItemFilter(path="cat*"), (True, False)),
        (ItemFilter(path="rain*"), (False, False)),
        (ItemFilter(labeled_by="alice"), (True, False)),
        (ItemFilter(labeled_by="net"), (False, False)),
        (ItemFilter(source="model"), (True, False)),
        (ItemFilter(labeled_after=START), (False, False)),
        (ItemFilter(labeled_after=START - timedelta(1)), (True, False)),
        (ItemFilter(labeled_before=START + timedelta(1)), (True, False)),
        (ItemFilter(confidence_above=0.8), (True, False)),
        (ItemFilter(confidence_above=0.9), (False, False)),
    ):
        matcher = Matcher(wanted, MOMENT.meant)
        assert tuple(matcher.matches(one.state, one.path) for one in (labeled, bare)) == expected, wanted


HEAVY_NAMES = {f"{number}": f"{number:03}" + "\U00020000" * 1_000 for number in range(200)}
HEAVY = Moment("job", "dataset", 7, MomentLabels(HEAVY_NAMES))


def heavy(number: int) -> PastRow:
    """About 800 KB of labels."""
    return row(number, f"{number}.png", *(given(label_id) for label_id in HEAVY_NAMES))


class AllAtOnce(Rows):
    """As many a page as are asked for."""

    def __init__(self, rows: Sequence[PastRow]) -> None:
        super().__init__(rows)
        self.asked: list[int] = []

    async def rows(
        self, moment: Moment, *, after: str | None, limit: int, with_answers: bool = False
    ) -> tuple[list[PastRow], str | None]:
        self.asked.append(limit)
        left = [one for one in self._rows if after is None or one.sample_id > after]
        return left[:limit], left[limit - 1].sample_id if len(left) > limit else None


@pytest.mark.parametrize("form", ["ndjson", "csv", "manifest"])
async def test_a_piece_of_an_export_has_a_megabyte_at_most_or_one_item(form: ExportFormat) -> None:
    items = [heavy(number) for number in range(6)]
    rows = AllAtOnce(items)
    pieces = [piece async for piece in export(rows, HEAVY, form)]
    assert len(pieces) >= 6
    for one in pieces:
        assert len(one) <= 1024 * 1024 or one.count(b"\n") == 1, len(one)
    small = [piece async for piece in export(AllAtOnce([row(n) for n in range(50)]), HEAVY, form)]
    assert len(small) <= 3, "what is small goes together"


async def test_a_page_of_the_past_ends_at_4_megabytes() -> None:
    rows = AllAtOnce([heavy(number) for number in range(12)])
    found, last = await past_page(rows, HEAVY, ItemFilter(), after=None, limit=100)
    assert 1 <= len(found) < 6
    assert last == found[-1].sample_id
    rest, _ = await past_page(rows, HEAVY, ItemFilter(), after=last, limit=100)
    assert rest[0].sample_id == numbered(len(found))


async def test_a_page_of_one_item_of_the_past_reads_two() -> None:
    rows = AllAtOnce([row(number) for number in range(2_000)])
    found, last = await past_page(rows, MOMENT, ItemFilter(), after=None, limit=1)
    assert ([one.sample_id for one in found], last) == ([numbered(0)], numbered(0))
    assert rows.asked == [2]


async def test_an_export_reads_no_more_in_vain_than_it_has_to_where_items_are_large() -> None:
    class FewAPage(AllAtOnce):
        async def rows(
            self, moment: Moment, *, after: str | None, limit: int, with_answers: bool = False
        ) -> tuple[list[PastRow], str | None]:
            return await super().rows(moment, after=after, limit=min(limit, 5))

    asked: list[int] = []

    class Noting(FewAPage):
        async def rows(
            self, moment: Moment, *, after: str | None, limit: int, with_answers: bool = False
        ) -> tuple[list[PastRow], str | None]:
            asked.append(limit)
            return await super().rows(moment, after=after, limit=limit)

    found = [one async for page in walk(Noting([row(number) for number in range(20)]), MOMENT) for one in page]
    assert len(found) == 20
    assert asked[0] == 2_000
    assert set(asked[1:]) == {110}


class Log:
    """A log of changes that names each of so many items."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def between(self, job_id: str, after: int, until: int) -> AsyncIterator[Entry]:
        for number in range(self._count):
            yield Entry(number + 1, f"{job_id}:{numbered(number)}", b"{}")


async def test_a_page_of_a_difference_ends_at_4_megabytes() -> None:
    earlier, later = replace(HEAVY, seq=0), HEAVY
    before, after = [row(number, f"{number}.png") for number in range(12)], [heavy(number) for number in range(12)]

    class Two(Rows):
        async def states(self, moment: Moment, sample_ids: Sequence[str]) -> tuple[dict[str, PastRow], int]:
            found = {one.sample_id: one for one in (before if moment is earlier else after)}
            return {one: found[one] for one in sample_ids}, len(sample_ids)

    log = cast("ChangeFeed", Log(12))
    seen: list[str] = []
    last: str | None = None
    pages = 0
    while pages == 0 or last is not None:
        rows, last = await diff(log, Two([]), earlier, later, after=last, limit=100)
        assert len(orjson.dumps(rows)) < 5_000_000
        seen += [one["sample_id"] for one in rows]
        pages += 1
    assert seen == [numbered(number) for number in range(12)]
    assert pages >= 3
