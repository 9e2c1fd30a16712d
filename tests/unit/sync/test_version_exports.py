"""Exports copy only what lies in the dataset's own object store, and remember a bounded part of what they leave out."""

from datetime import UTC, datetime

from labelstream_common.operations import Counted
from sync_service.application.export_copies import apart
from sync_service.application.export_rows import ELSEWHERE, MISSING, Wrote
from sync_service.application.export_version import ExportProgress
from sync_service.domain.dataset import OWN_STORE, DatasetId
from sync_service.domain.sample import Sample, SampleId
from sync_service.domain.version import VersionRow
from sync_service.domain.version_export import copied_key_fault, ends_export

_NOW = datetime(2026, 1, 31, tzinfo=UTC)


def _row(sample_id: str) -> VersionRow:
    return VersionRow(SampleId(sample_id), "images", f"{sample_id}.png", "train", ["cat"], False)


def _sample(sample_id: str, source_id: str) -> Sample:
    path = f"{sample_id}.png"
    return Sample(
        SampleId(sample_id), DatasetId("d"), "images", path, 1, "e", "image/png", _NOW, _NOW, source_id=source_id
    )


def test_an_image_of_another_store_is_never_taken_for_one_of_the_same_name_here() -> None:
    known = {SampleId(each): _sample(each, where) for each, where in (("a", OWN_STORE), ("b", "other"))}
    here, others = apart([_row("a"), _row("b"), _row("c")], known, OWN_STORE)
    assert [row.sample_id for row in here] == ["a"]
    assert [(each["sample_id"], each["reason"]) for each in others] == [("b", ELSEWHERE), ("c", MISSING)]


def test_what_is_left_out_is_counted_whole_and_remembered_in_part() -> None:
    left = Counted().plus([{"path": str(number)} for number in range(3_000)])
    progress = ExportProgress()
    for _ in range(2):
        progress = progress.plus(Wrote("z", 1, 0, 3_000, is_complete=False, left_out=left))
    assert (progress.left_out.count, len(progress.left_out.examples)) == (6_000, 1_000)


def test_what_is_wrong_with_the_key_of_a_copy_is_what_is_told() -> None:
    assert copied_key_fault("out/cat/a b%20+#?.png") is None
    assert copied_key_fault("out/" + "猫" * 400) == "The key would be too long."
    faults = {key: copied_key_fault(key) or "" for key in ("cat/a\\b.png", "cat/a\nb.png", "../b.png", "a//b.png")}
    assert all(
        fault.startswith("The key cannot be made of the label and the file name. It ") for fault in faults.values()
    )
    words = ("backslash", "control", "'..'", "empty")
    assert all(word in fault for word, fault in zip(words, faults.values(), strict=True)), faults


def test_only_the_file_that_ends_an_export_is_taken_for_it() -> None:
    assert [
        ends_export(key) for key in ("_SUCCESS.json", "a/_SUCCESS.json", "a_SUCCESS.json", "a/_SUCCESS.json/b")
    ] == [
        True,
        True,
        False,
        False,
    ]
