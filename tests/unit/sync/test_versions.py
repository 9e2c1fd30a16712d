"""The split is stable and just; the digest is what the guide says it is."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.adapters.spooled_sort import SpooledSort
from sync_service.domain.dataset import AccountId, DatasetId, JobId
from sync_service.domain.sample import SampleId
from sync_service.domain.split import (
    SMALLEST_STRATUM,
    Usage,
    border_of,
    place_of,
    stratum_of,
    thresholds_of,
    usage_of,
)
from sync_service.domain.version import (
    DatasetVersion,
    InvalidVersion,
    PublicationId,
    SplitSettings,
    VersionRow,
    checked_version,
    difference_of,
    digested_line,
    sortable_line,
)

IDS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=36)
LABELS = st.lists(st.sampled_from(["cat", "dog", "猫"]), max_size=3, unique=True)


@given(st.integers(0, 2**63 - 1), st.lists(IDS, unique=True), IDS)
def test_a_sample_keeps_its_side_whatever_comes_beside_it(seed: int, others: Sequence[str], sample_id: str) -> None:
    border = border_of(0.7)
    alone = usage_of(place_of(seed, sample_id), border)
    assert {each: usage_of(place_of(seed, each), border) for each in [*others, sample_id]}[sample_id] == alone


@given(IDS, st.integers(0, 2**63 - 1), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_ratio_takes_nobody_off_the_train_side(sample_id: str, seed: int, ratio: float, other: float) -> None:
    smaller, larger = sorted((ratio, other))
    place = place_of(seed, sample_id)
    if usage_of(place, border_of(smaller)) == "train":
        assert usage_of(place, border_of(larger)) == "train"


def test_the_ratio_holds_on_average_and_at_its_ends() -> None:
    places = [place_of(7, f"sample-{number}") for number in range(20_000)]
    assert sum(usage_of(each, border_of(0.8)) == "train" for each in places) / 20_000 == pytest.approx(0.8, abs=0.01)
    assert {usage_of(each, border_of(1.0)) for each in places} == {"train"}
    assert {usage_of(each, border_of(0.0)) for each in places} == {"validation"}


def test_the_split_is_the_one_that_is_documented() -> None:
    """Another program can find the side of a sample: it must never change."""
    assert place_of(0, "01890000-0000-7000-8000-000000000000") == int.from_bytes(
        hashlib.sha256(b"0:01890000-0000-7000-8000-000000000000").digest()[:8], "big"
    )
    assert place_of(42, "a") == 10_886_120_013_137_136_327


@given(st.lists(LABELS, max_size=60), st.integers(0, 100), st.floats(0, 1))
def test_a_stratified_split_holds_the_ratio_within_each_set_of_labels(
    labels: Sequence[Sequence[str]], seed: int, ratio: float
) -> None:
    samples = [(stratum_of(each), place_of(seed, str(number))) for number, each in enumerate(labels)]
    thresholds = thresholds_of(sorted(samples), ratio)
    sizes = Counter(stratum for stratum, _ in samples)
    trained = Counter(
        stratum for stratum, place in samples if usage_of(place, thresholds.get(stratum, border_of(ratio))) == "train"
    )
    for stratum, size in sizes.items():
        if size >= SMALLEST_STRATUM:
            assert abs(trained[stratum] - size * ratio) <= 0.5
    assert thresholds.keys() == {stratum for stratum, size in sizes.items() if size >= SMALLEST_STRATUM}


@given(st.lists(st.binary(max_size=40), max_size=200), st.integers(1, 2_000))
def test_what_is_sorted_on_disk_comes_back_in_order_and_whole(lines: list[bytes], run_bytes: int) -> None:
    sorter = SpooledSort(run_bytes)
    for line in lines:
        sorter.add([line])
    assert list(sorter.ascending()) == sorted(lines)
    sorter.close()


def _row(path: str, *labels: str, usage: Usage = "train", hard: bool = False, sample_id: str = "s") -> VersionRow:
    return VersionRow(SampleId(sample_id), "b", path, usage, labels, hard)


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1), unique=True))
def test_the_digest_goes_by_the_order_of_paths(paths: Sequence[str]) -> None:
    rows = [_row(path, "cat") for path in paths]
    ordered = [line.partition(b"\0")[2] for line in sorted(map(sortable_line, rows))]
    assert ordered == [digested_line(row) for row in sorted(rows, key=lambda row: row.path.encode())]


def test_the_digested_line_is_plain_json() -> None:
    line = digested_line(_row('a "b".png', "cat", "猫", hard=True))
    assert json.loads(line) == ['a "b".png', "train", ["cat", "猫"], True]
    assert line.endswith(b"\n")


def test_neither_name_nor_id_nor_bucket_is_part_of_the_digest() -> None:
    assert digested_line(_row("a.png", sample_id="1")) == digested_line(_row("a.png", sample_id="2"))


def test_a_difference_is_of_labels_alone() -> None:
    before = _row("a.png", "cat")
    assert difference_of(before, before._replace(usage="validation", hard=True)) is None
    added, removed = difference_of(None, before), difference_of(before, None)
    changed = difference_of(before, before._replace(labels=["dog"]))
    assert added is not None
    assert removed is not None
    assert changed is not None
    assert (added.kind, removed.kind, changed.kind) == ("added", "removed", "relabelled")
    assert (changed.before, changed.after) == (("cat",), ["dog"])


def _version(name: str = "V001", description: str = "", split: SplitSettings = SplitSettings()) -> DatasetVersion:  # noqa: B008 - a value
    return DatasetVersion(
        PublicationId("p"),
        DatasetId("d"),
        name,
        description,
        JobId("j"),
        split,
        "labeled",
        AccountId("a"),
        datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize("name", ["V001", "2026-01.rc_1", "版本一", "x" * 32])
def test_names_of_letters_digits_and_marks_are_taken(name: str) -> None:
    assert checked_version(_version(name)).name == name


@pytest.mark.parametrize("name", ["", "x" * 33, "a b", "a/b", "..", ".", "a:b", "a\n"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidVersion) as refused:
        checked_version(_version(name))
    assert [error.pointer for error in refused.value.errors] == ["/name"]


def test_every_bad_field_is_named() -> None:
    with pytest.raises(InvalidVersion) as refused:
        checked_version(_version("", "x" * 1_025, SplitSettings(1.01, -1)))
    assert [error.pointer for error in refused.value.errors] == ["/name", "/description", "/train_ratio", "/seed"]
