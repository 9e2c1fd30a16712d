"""The rules for labels and label sets that every service shares."""

import pytest

from labelstream_contracts.label_sets import (
    MAX_LABELS_OF_JOB,
    InvalidLabelSet,
    LabelSetTooLarge,
    LabelSpec,
    label_set,
)


def faults(*labels: LabelSpec) -> dict[tuple[int, str], str]:
    with pytest.raises(InvalidLabelSet) as refusal:
        label_set(labels)
    return {(fault.place, fault.field): fault.detail for fault in refusal.value.faults}


def test_labels_are_kept_in_their_order_and_in_one_spelling() -> None:
    wanted = [LabelSpec("dog", "#FF8800", "D"), LabelSpec("cafe\u0301"), LabelSpec("cat", None, "1")]
    stored = (LabelSpec("dog", "#ff8800", "d"), LabelSpec("caf\u00e9"), LabelSpec("cat", None, "1"))
    assert label_set(wanted) == stored
    assert label_set(stored) == stored


def test_no_labels_are_a_label_set() -> None:
    assert label_set([]) == ()


def test_name_may_stand_once_under_normal_form_c() -> None:
    found = faults(LabelSpec("caf\u00e9"), LabelSpec("cafe\u0301"))
    assert found == {(1, "name"): "The label at 0 has the same name."}


def test_names_differ_by_case() -> None:
    assert len(label_set([LabelSpec("cat"), LabelSpec("Cat")])) == 2


def test_shortcut_may_stand_once_in_either_case() -> None:
    labels = [LabelSpec("a", None, "!"), LabelSpec("b", None, "w"), LabelSpec("c", None, "W")]
    assert set(faults(*labels)) == {(0, "shortcut"), (2, "shortcut")}


@pytest.mark.parametrize("color", ["red", "#fff", "#12345", "#1234567", "#gggggg", "123456", "#１２３４５６", ""])
def test_color_is_written_in_one_way(color: str) -> None:
    assert set(faults(LabelSpec("cat", color))) == {(0, "color")}


@pytest.mark.parametrize("shortcut", ["", "ab", " ", "\t", "\x00", "\u200b", "-", "!", "\u0301", "\n"])
def test_shortcut_is_one_letter_or_digit(shortcut: str) -> None:
    assert set(faults(LabelSpec("cat", None, shortcut))) == {(0, "shortcut")}


@pytest.mark.parametrize(("shortcut", "stored"), [("C", "c"), ("e\u0301", "\u00e9"), ("\u0130", "\u0130"), ("ß", "ß")])
def test_shortcut_stays_one_character(shortcut: str, stored: str) -> None:
    assert label_set([LabelSpec("cat", None, shortcut)])[0].shortcut == stored


def test_every_fault_is_named() -> None:
    found = faults(LabelSpec("black cat", "red", "cc"), LabelSpec("dog"), LabelSpec("dog"))
    assert set(found) == {(0, "name"), (0, "color"), (0, "shortcut"), (2, "name")}


def test_ten_thousand_labels_are_enough() -> None:
    assert len(label_set([LabelSpec(f"label-{n}") for n in range(MAX_LABELS_OF_JOB)])) == MAX_LABELS_OF_JOB
    with pytest.raises(LabelSetTooLarge):
        label_set([LabelSpec(f"label-{n}") for n in range(MAX_LABELS_OF_JOB + 1)])
