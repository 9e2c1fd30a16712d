"""The labels that a job may start with: the rules are those of the contracts, the errors are HTTP's."""

import pytest

from job_service.domain.errors import InvalidLabelSet, TooManyLabels
from job_service.domain.label_set import MAX_BYTES_OF_PIECE, label_set, pieces
from labelstream_contracts.label_sets import MAX_LABELS_OF_JOB, LabelSpec


def test_every_fault_is_named_by_its_pointer() -> None:
    with pytest.raises(InvalidLabelSet) as refusal:
        label_set([LabelSpec("a", None, "!"), LabelSpec("b", "red", "w"), LabelSpec("c", None, "W")])
    assert {pointer for pointer, _ in refusal.value.errors} == {
        "/labels/0/shortcut",
        "/labels/1/color",
        "/labels/2/shortcut",
    }


def test_one_more_than_a_job_may_have_is_refused() -> None:
    label_set([LabelSpec(f"label-{n}") for n in range(MAX_LABELS_OF_JOB)])
    with pytest.raises(TooManyLabels) as refusal:
        label_set([LabelSpec(f"label-{n}") for n in range(MAX_LABELS_OF_JOB + 1)])
    assert refusal.value.errors[0].pointer == "/labels"


def test_no_labels_are_one_empty_piece() -> None:
    assert list(pieces(())) == [()]


def test_largest_label_set_goes_in_pieces_that_fit_into_an_event() -> None:
    longest = [LabelSpec(f"{n:04d}" + "𠀋" * 1020) for n in range(1_000)]
    found = list(pieces(longest))
    assert [label for piece in found for label in piece] == longest
    assert len(found) == 17
    assert all(sum(len(label.name.encode()) for label in piece) <= MAX_BYTES_OF_PIECE for piece in found)
