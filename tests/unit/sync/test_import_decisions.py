"""What imports and renames do to samples."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.sync.presence import somebody_labels

from sync_service.application.import_batches import batches
from sync_service.application.import_files import Place, Step
from sync_service.application.importing import taken_uploads
from sync_service.domain.dataset import DatasetId
from sync_service.domain.import_entries import Found, Into, Wanted, arrive
from sync_service.domain.imports import (
    ImportMode,
    ImportSettings,
    ImportSource,
    InvalidImport,
    LabelingStatus,
    checked_settings,
)
from sync_service.domain.reconciliation import Listed
from sync_service.domain.sample import Presence, Sample, SampleId, SampleLabel

NOW, LATER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
INTO = Into(DatasetId("d"), "platform")
SAMPLE = Sample(
    SampleId("s"), DatasetId("d"), "b", "a.png", 5, "e", "image/png", NOW, NOW, labels=(SampleLabel("cat"),)
)


def listed(etag: str = "e", size: int = 5) -> Listed:
    return Listed("a.png", size, etag, "image/png")


def found(*labels: str, **fields: object) -> Found:
    return Found("b", "a.png", tuple(SampleLabel(name) for name in labels), **fields)  # type: ignore[arg-type]


def settings(status: LabelingStatus = LabelingStatus.LABELED, **fields: object) -> ImportSettings:
    return ImportSettings(ImportSource("uploads"), ImportMode.MANIFEST, status, **fields)  # type: ignore[arg-type]


def test_what_is_as_it_was_is_unchanged() -> None:
    arrivals = arrive([(found("cat"), listed())], {("b", "a.png"): SAMPLE}, [SampleId("n")], INTO, LATER)
    assert (arrivals.unchanged, arrivals.is_empty) == (1, True)


@pytest.mark.parametrize("labels", [(), ("dog",), ("cat", "dog")])
def test_an_import_gives_exactly_its_labels(labels: tuple[str, ...]) -> None:
    arrivals = arrive([(found(*labels), listed())], {("b", "a.png"): SAMPLE}, [SampleId("n")], INTO, LATER)
    (updated,) = arrivals.updated
    assert tuple(label.name for label in updated.labels) == labels
    assert (updated.id, updated.version, updated.content_changed) == ("s", 2, False)


def test_what_the_import_does_not_say_of_hardness_stays() -> None:
    hard = replace(SAMPLE, hard=True, hardness=0.5, extra='{"usage":"train"}')
    (updated,) = arrive([(found("dog"), listed())], {("b", "a.png"): hard}, [SampleId("n")], INTO, LATER).updated
    assert (updated.hard, updated.hardness, updated.extra) == (True, 0.5, '{"usage":"train"}')


@pytest.mark.parametrize("presence", [Presence.DELETED, Presence.REMOVED])
def test_a_sample_that_is_gone_returns(presence: Presence) -> None:
    gone = replace(SAMPLE, presence=presence)
    arrivals = arrive([(found("cat"), listed())], {("b", "a.png"): gone}, [SampleId("n")], INTO, LATER)
    assert [(one.id, one.is_present) for one in arrivals.returned] == [("s", True)]
    assert arrivals.counts == (1, 0, 0)


def test_other_bytes_mark_a_sample_and_an_etag_of_parts_alone_does_not() -> None:
    def marked(etag: str, size: int = 5) -> bool:
        return SAMPLE.with_bytes(size, etag, "image/png", LATER).content_changed

    assert [marked("e"), marked("f"), marked("f-2"), marked("f-2", 6)] == [False, True, False, True]


def test_what_another_source_holds_at_the_same_place_is_rejected() -> None:
    into = Into(DatasetId("d"), "other")
    arrivals = arrive([(found("dog"), listed("f"))], {("b", "a.png"): SAMPLE}, [SampleId("n")], into, LATER)
    assert (arrivals.counts, arrivals.is_empty) == ((0, 0, 1), True)
    assert [one.path for one in arrivals.rejected] == ["a.png"]


def test_a_renamed_object_is_what_it_was_read_as() -> None:
    moved = SAMPLE.renamed("b.jpg", SAMPLE.etag, "image/jpeg", LATER)
    assert (moved.path, moved.media_type, moved.version, moved.changed_at) == ("b.jpg", "image/jpeg", 2, LATER)
    assert (
        replace(SAMPLE, width=4, height=4).renamed("b.jpg", SAMPLE.etag, "image/jpeg", LATER).media_type == "image/png"
    )
    assert SAMPLE.renamed("b", SAMPLE.etag, "", LATER).media_type == "image/png"


def test_filters_choose_images_and_labels() -> None:
    wanted = Wanted(settings(include_labels=("cat",), exclude_labels=("bad",), hard_only=True))
    chosen = wanted.of(found("cat", "dog", hard=True))
    assert chosen is not None
    assert [label.name for label in chosen.labels] == ["cat"]
    assert wanted.of(found("cat", "bad", hard=True)) is None
    assert wanted.of(found("dog", hard=True)) is None
    assert wanted.of(found("cat")) is None


@pytest.mark.parametrize("filters", [{"include_labels": ("cat",)}, {"hard_only": True}, {"exclude_labels": ("cat",)}])
def test_no_filter_hides_a_file_that_cannot_be_accepted(filters: dict[str, Any]) -> None:
    broken = found(listed=listed()._replace(left_out="It is empty."))
    assert Wanted(settings(**filters)).of(broken) == broken


def test_the_labeling_status_decides_what_becomes_of_labels() -> None:
    unlabeled = Wanted(settings(LabelingStatus.UNLABELED)).of(found("cat"))
    waiting = Wanted(settings(LabelingStatus.TO_CONFIRM)).of(found("cat"))
    assert unlabeled is not None
    assert waiting is not None
    assert (unlabeled.labels, [label.to_confirm for label in waiting.labels]) == ((), [True])


def test_what_was_uploaded_is_imported_from_the_datasets_own_source_only() -> None:
    assert checked_settings(settings(source_id="own"), own_source="own", reserved_bucket="t").source_id == "own"
    with pytest.raises(InvalidImport) as refused:
        checked_settings(settings(source_id="other"), own_source="own", reserved_bucket="t")
    assert [error.pointer for error in refused.value.errors] == ["/source_id"]


async def test_every_file_that_was_read_to_its_end_is_taken_and_what_lies_elsewhere_is_not() -> None:
    async def steps() -> AsyncIterator[Sequence[Step]]:
        elsewhere = found()._replace(bucket="elsewhere", path="b.png")
        yield [Step(found(), Place("1.csv", within=True)), Step(None, Place("1.csv"), "1.csv")]
        yield [Step(elsewhere, Place("2.csv", within=True)), Step(None, Place("2.csv"), "2.csv")]
        yield [Step(None, Place("3.csv", within=True))]

    (batch,) = [batch async for batch in batches(steps(), Wanted(settings()), Place())]
    assert taken_uploads(batch, "b") == ["a.png", "a.txt", "a.TXT", "a.Txt", "1.csv", "2.csv"]


@pytest.mark.parametrize(("labeling", "most"), [(True, 30), (False, 60)])
async def test_what_is_only_kept_of_images_has_room_in_a_batch_too(
    monkeypatch: pytest.MonkeyPatch, labeling: bool, most: int
) -> None:
    somebody_labels(monkeypatch, labels=labeling)

    async def steps() -> AsyncIterator[Sequence[Step]]:
        yield [Step(found()._replace(path=f"{number}", extra="x" * 60_000), Place()) for number in range(100)]

    sizes = [len(batch.found) async for batch in batches(steps(), Wanted(settings()), Place())]
    assert sum(sizes) == 100
    assert most / 2 <= max(sizes) < most
