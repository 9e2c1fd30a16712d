"""The labels that a job may start with."""

import pytest

from job_service.domain.errors import InvalidLabelSet, TooManyLabels
from job_service.domain.label_set import MAX_LABELS, Label, label_set


def refused(*labels: Label) -> dict[str, str]:
    with pytest.raises(InvalidLabelSet) as refusal:
        label_set(labels)
    return dict(refusal.value.errors)


def test_labels_are_kept_in_their_order_and_normal_form() -> None:
    wanted = [Label("dog", "#FF8800", "d"), Label("cafe\u0301"), Label("cat", None, "1")]
    assert label_set(wanted) == (Label("dog", "#ff8800", "d"), Label("caf\u00e9"), Label("cat", None, "1"))


def test_no_labels_are_a_label_set() -> None:
    assert label_set([]) == ()


def test_name_may_stand_once_under_normal_form_c() -> None:
    assert refused(Label("caf\u00e9"), Label("cafe\u0301")) == {"/labels/1/name": "The label at 0 has the same name."}


def test_names_differ_by_case() -> None:
    assert len(label_set([Label("cat"), Label("Cat")])) == 2


def test_shortcut_may_stand_once() -> None:
    assert set(refused(Label("cat", None, "c"), Label("cow", None, "c"))) == {"/labels/1/shortcut"}


@pytest.mark.parametrize("color", ["red", "#fff", "#12345", "#1234567", "#gggggg", "123456", "#１２３４５６", ""])
def test_color_is_written_in_one_way(color: str) -> None:
    assert set(refused(Label("cat", color))) == {"/labels/0/color"}


@pytest.mark.parametrize("shortcut", ["", "ab", " ", "\t", "\x00", "\u200b"])
def test_shortcut_is_one_visible_character(shortcut: str) -> None:
    assert set(refused(Label("cat", None, shortcut))) == {"/labels/0/shortcut"}


def test_every_fault_is_named() -> None:
    faults = refused(Label("black cat", "red", "cc"), Label("dog"), Label("dog"))
    assert set(faults) == {"/labels/0/name", "/labels/0/color", "/labels/0/shortcut", "/labels/2/name"}


def test_ten_thousand_labels_are_enough() -> None:
    assert len(label_set([Label(f"label-{n}") for n in range(MAX_LABELS)])) == MAX_LABELS
    with pytest.raises(TooManyLabels):
        label_set([Label(f"label-{n}") for n in range(MAX_LABELS + 1)])


def test_label_set_fits_into_one_event() -> None:
    longest = [Label(f"{n:04d}" + "漢" * 1020) for n in range(400)]
    assert set(refused(*longest)) == {"/labels"}
