"""How an export's rows are written, and how past states are filtered."""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import timedelta

import orjson
import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st
from tests.unit.label.scene import START, given, numbered, proposed

from label_service.application.exporting import ExportFormat, export
from label_service.application.history import Moment, PastRow, matches
from label_service.domain.filters import ItemFilter

NAMES = {"c": "cat", "d": "-dog"}
MOMENT = Moment("job", "dataset", 7, NAMES)


class Rows:
    """The items of one moment, two a page."""

    def __init__(self, rows: Sequence[PastRow]) -> None:
        self._rows = rows

    async def names(self, job_id: str, seq: int) -> dict[str, str]:
        return NAMES

    async def rows(self, moment: Moment, *, after: str | None, limit: int) -> tuple[list[PastRow], str | None]:
        left = [row for row in self._rows if after is None or row.sample_id > after]
        return left[:2], left[1].sample_id if len(left) > 2 else None

    async def paths(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, str]:
        return {}

    async def buckets(self, sample_ids: Sequence[str]) -> dict[str, str]:
        return dict.fromkeys(sample_ids, "images")


def row(number: int, path: str = "a.png", *labels: dict[str, object], hard: bool = False) -> PastRow:
    return PastRow(numbered(number), path, "labeled" if labels else "unlabeled", labels, hard, 3)


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


@holds_for(st.lists(PATHS, max_size=4))
async def test_no_cell_of_a_csv_begins_a_formula_and_every_path_can_be_read_back(paths: list[str]) -> None:
    rows = [row(number, path, given("d"), proposed("c")) for number, path in enumerate(paths)]
    content = (await written(rows, "csv")).decode()
    table, _, _ = content.rpartition("# ")
    cells = list(csv.reader(io.StringIO(table, newline="")))
    assert cells[0] == ["sample_id", "path", "status", "labels", "hard", "version"]
    for line, path in zip(cells[1:], paths, strict=True):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in line)
        assert line[1].removeprefix("'") == path.removeprefix("'")
        assert line[3] == "'-dog|cat"


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
        (ItemFilter(assignee="alice"), (False, False)),
        (ItemFilter(review="accepted"), (False, False)),
        (ItemFilter(confidence_above=0.8), (True, False)),
        (ItemFilter(confidence_above=0.9), (False, False)),
    ):
        assert (matches(labeled, wanted, NAMES), matches(bare, wanted, NAMES)) == expected, wanted
