from datetime import UTC, datetime

import pytest

from sync_service.domain.dataset import (
    AccountId,
    Dataset,
    DatasetId,
    DatasetTexts,
    InvalidDataset,
    Source,
    checked_source,
    checked_texts,
    prefix_fault,
)

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def pointers(error: InvalidDataset) -> list[str]:
    return [each.pointer for each in error.errors]


def test_every_bad_text_is_named() -> None:
    with pytest.raises(InvalidDataset) as raised:
        checked_texts(DatasetTexts(" ", "d" * 1_025, "l" * 16_385))
    assert pointers(raised.value) == ["/name", "/description", "/labeling_description"]


def test_a_name_is_kept_in_normal_form_without_blanks_around_it() -> None:
    assert checked_texts(DatasetTexts("  Cafe\u0301 ")).name == "Café"


@pytest.mark.parametrize("name", ["a\nb", "\x00", "x" * 129])
def test_a_name_is_one_short_line(name: str) -> None:
    with pytest.raises(InvalidDataset):
        checked_texts(DatasetTexts(name))


@pytest.mark.parametrize("bucket", ["", "ab", "Upper", "a..b", "192.168.0.1", "-ab", "a/b", "x" * 64, "bucket\n"])
def test_what_cannot_be_a_bucket_is_refused_by_its_field(bucket: str) -> None:
    with pytest.raises(InvalidDataset) as raised:
        checked_source(Source(bucket, ""), reserved_bucket="reserved")
    assert pointers(raised.value) == ["/source/bucket"]


def test_the_reserved_bucket_is_no_source() -> None:
    with pytest.raises(InvalidDataset):
        checked_source(Source("reserved", ""), reserved_bucket="reserved")


@pytest.mark.parametrize("prefix", ["/a", "a/../b", "..", "a//b", "a\x00", "a\\b", "x" * 1_025, "./a"])
def test_a_prefix_that_leads_elsewhere_is_refused_by_its_field(prefix: str) -> None:
    with pytest.raises(InvalidDataset) as raised:
        checked_source(Source("bucket", prefix), reserved_bucket="reserved")
    assert pointers(raised.value) == ["/source/prefix"]


@pytest.mark.parametrize("prefix", ["", "train/", "a/b..c/", "é/😀"])
def test_an_ordinary_prefix_is_taken(prefix: str) -> None:
    assert prefix_fault(prefix) is None


def test_only_a_real_change_counts_as_a_version() -> None:
    texts = DatasetTexts("a")
    dataset = Dataset(DatasetId("d"), texts, Source("b", ""), True, AccountId("x"), NOW)
    assert dataset.changed(DatasetTexts("a "), auto_sync=True) is dataset
    assert dataset.changed(texts, auto_sync=False).version == 2
