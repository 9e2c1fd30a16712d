"""What an edit does to the state of one item."""

from datetime import timedelta

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st
from tests.unit.label.scene import START, given, ids_of, proposed, state

from label_service.domain import edits, settling
from label_service.domain.edits import LabelEdit
from label_service.domain.items import IMPORT, MODEL, PERSON, State, counted, status_of, waits
from label_service.domain.labels import TooManyLabels

LATER = START + timedelta(seconds=1)


def edit(**fields: object) -> LabelEdit:
    return LabelEdit("bob", LATER, **fields)  # type: ignore[arg-type]


def test_adding_what_is_there_is_no_change() -> None:
    before = state(given("cat"))
    assert edit(add=["cat"])(before) is before


def test_added_label_is_the_persons_and_leaves_the_others_as_they_are() -> None:
    before = state(given("cat"))
    after = edit(add=["dog"])(before)
    assert after.labels[0] is before.labels[0]
    assert after.labels[1] == given("dog", "bob") | {"at": LATER}


def test_removing_what_is_not_there_is_no_change() -> None:
    before = state(given("cat"))
    assert edit(remove={"dog"})(before) is before


def test_add_remove_and_set_drop_what_waits() -> None:
    before = state(given("cat"), proposed("dog"))
    assert ids_of(edit(add=["bird"])(before).labels) == ["cat", "bird"]
    assert ids_of(edit(remove={"cat"})(before).labels) == []
    assert ids_of(edit(choice=["cat"])(before).labels) == ["cat"]
    assert ids_of(edit(remove={"not-on-it"})(before).labels) == ["cat"]


def test_only_what_a_model_is_sure_of_is_decided_when_that_is_asked_for() -> None:
    before = state(given("cat"), proposed("dog", 0.97), proposed("bird", 0.95))
    sure = edits.Proposals(confidence_above=0.95)
    confirmed = edits.confirming("bob", LATER, sure)(before)
    assert [one["source"] for one in confirmed.labels] == [PERSON, PERSON, MODEL]
    assert ids_of(edits.rejecting(sure)(before).labels) == ["cat", "bird"]
    assert edits.confirming("bob", LATER, sure)(confirmed) is confirmed


def test_mark_as_hard_leaves_labels_and_what_waits() -> None:
    before = state(given("cat"), proposed("dog"))
    after = edit(hard=True)(before)
    assert (after.labels, after.hard) == (before.labels, True)
    assert edit(hard=False)(before) is before


def test_adding_what_a_model_proposed_keeps_which_model() -> None:
    after = edit(add=["dog"])(state(proposed("dog", 0.7)))
    (one,) = after.labels
    assert (one["source"], one["by"], one["confidence"], one["model"]) == (PERSON, "bob", 0.7, "net")


def test_set_keeps_who_gave_what_stays() -> None:
    after = edit(choice=["dog", "cat"])(state(given("cat"), given("bird")))
    assert {one["label_id"]: one["by"] for one in after.labels} == {"cat": "alice", "dog": "bob"}


def test_set_to_nothing_takes_all_off() -> None:
    assert edit(choice=[])(state(given("cat"), proposed("dog"))).labels == []


def test_replace_touches_only_items_that_carry_the_old_label() -> None:
    other = state(given("bird"), proposed("cat"))
    assert edit(replacing=("dog", "cat"))(other) is other
    after = edit(replacing=("dog", "cat"))(state(given("dog"), given("bird")))
    assert ids_of(after.labels) == ["bird", "cat"]
    same = state(given("dog"))
    assert edit(replacing=("dog", "dog"))(same) is same


def test_replace_by_a_label_that_is_there_takes_the_old_one_off() -> None:
    after = edit(replacing=("dog", "cat"))(state(given("dog"), given("cat")))
    assert list(after.labels) == [given("cat")]


def test_more_than_200_labels_are_refused() -> None:
    full = state(*(given(f"l{number}") for number in range(200)))
    with pytest.raises(TooManyLabels) as refused:
        edit(add=["one-more"])(full)
    assert [error.pointer for error in refused.value.errors] == ["/add"]
    with pytest.raises(TooManyLabels) as refused:
        edit(choice=[f"m{number}" for number in range(201)])(full)
    assert [error.pointer for error in refused.value.errors] == ["/set"]
    assert len(edit(add=["one-more"], remove={"l0"})(full).labels) == 200
    assert edit(hard=True)(full).hard


def test_confirm_makes_what_waits_the_persons_and_keeps_which_model() -> None:
    before = state(given("cat"), proposed("dog", 0.7), proposed("bird", 0.6))
    after = edits.confirming("bob", LATER, edits.Proposals({"dog"}))(before)
    assert [(one["label_id"], one["source"]) for one in after.labels] == [
        ("cat", PERSON),
        ("dog", PERSON),
        ("bird", MODEL),
    ]
    assert (after.labels[1]["confidence"], after.labels[1]["model"]) == (0.7, "net")
    whole = edits.confirming("bob", LATER)(before)
    assert not any(map(waits, whole.labels))
    assert edits.confirming("alice", LATER)(whole) is whole


def test_reject_takes_off_only_what_waits() -> None:
    before = state(given("cat"), proposed("dog"), proposed("bird"))
    assert ids_of(edits.rejecting()(before).labels) == ["cat"]
    assert ids_of(edits.rejecting(edits.Proposals({"dog", "cat"}))(before).labels) == ["cat", "bird"]
    nothing = state(given("cat"))
    assert edits.rejecting()(nothing) is nothing


def test_prediction_takes_the_place_of_earlier_ones_and_not_of_what_counts() -> None:
    before = state(given("cat"), proposed("dog"))
    after = edits.predicting([("cat", 0.5), ("bird", 0.4)], "net2", LATER)(before)
    assert [(one["label_id"], one["source"]) for one in after.labels] == [("cat", PERSON), ("bird", MODEL)]
    assert edits.predicting([("cat", 0.5), ("bird", 0.4)], "net2", LATER + timedelta(1))(after) is after


def test_uncertain_prediction_marks_a_hard_example() -> None:
    after = edits.predicting([("cat", 0.51), ("dog", 0.49)], "net", LATER, hard_above=0.9)(state())
    assert after.hard
    assert after.hardness == 0.98
    assert not edits.predicting([("cat", 0.99)], "net", LATER, hard_above=0.9)(state()).hard


def test_prediction_that_only_says_how_hard_it_was_leaves_the_labels_as_they_are() -> None:
    before = state(given("cat"))
    after = edits.predicting([("cat", 0.6)], "net", LATER)(before)
    assert after.labels is before.labels
    assert (after.hard, after.hardness) == (False, edits.uncertainty([0.6]))
    assert edits.predicting([("cat", 0.6)], "net", LATER)(after) is after
    assert edits.predicting([("cat", 0.51)], "net", LATER, hard_above=0.1)(before).hard


def test_uncertainty_falls_with_the_margin() -> None:
    assert edits.uncertainty([]) == 1
    assert edits.uncertainty([1.0]) == 0
    assert edits.uncertainty([0.5, 0.5]) == 1
    assert edits.uncertainty([0.9, 0.1]) < edits.uncertainty([0.6, 0.4])


def test_import_never_overwrites_what_a_person_gave() -> None:
    before = state(given("cat"), given("dog", "dataset", IMPORT))
    after = edits.importing(["cat", "bird"], {"cat", "dog"}, LATER, "dataset")(before)
    assert [(one["label_id"], one["source"]) for one in after.labels] == [("cat", PERSON), ("bird", IMPORT)]


def test_import_leaves_room_for_what_counts() -> None:
    before = state(*(given(f"l{number}") for number in range(199)), proposed("dog"))
    after = edits.importing(["cat", "bird"], (), LATER, "dataset")(before)
    assert len(after.labels) == 200
    assert ids_of(after.labels)[-1] == "cat"


def test_merge_keeps_one_label_and_rather_what_counts() -> None:
    after = settling.merging({"kitty": "cat"})(state(proposed("cat"), given("kitty", "bob")))
    (one,) = after.labels
    assert (one["label_id"], one["source"], one["by"]) == ("cat", PERSON, "bob")
    untouched = state(given("dog"))
    assert settling.merging({"kitty": "cat"})(untouched) is untouched


def test_restoring_the_present_state_is_no_change() -> None:
    before = state(given("cat"), hard=True)
    assert edits.restoring(state(given("cat"), hard=True))(before) is before


NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
ENTRIES = st.builds(
    lambda name, source: proposed(name) if source == MODEL else given(name, source=source),
    NAMES,
    st.sampled_from([PERSON, IMPORT, MODEL]),
)
STATES = st.builds(
    State, st.lists(ENTRIES, max_size=5, unique_by=lambda one: one["label_id"]), st.booleans(), st.none()
)
LISTS = st.lists(NAMES, max_size=4)
EDITS = st.one_of(
    st.builds(
        lambda add, remove, hard: edit(add=add, remove=set(remove) - set(add), hard=hard),
        LISTS,
        LISTS,
        st.none() | st.booleans(),
    ),
    st.builds(lambda choice: edit(choice=choice), LISTS),
    st.builds(lambda old, new: edit(replacing=(old, new)), NAMES, NAMES),
    st.builds(lambda only: edits.confirming("bob", LATER, edits.Proposals(set(only))), LISTS),
    st.builds(lambda only: edits.rejecting(edits.Proposals(set(only))), LISTS),
    st.builds(lambda names: edits.predicting([(name, 0.5) for name in dict.fromkeys(names)], "net", LATER), LISTS),
    st.builds(lambda added, gone: edits.importing(added, set(gone) - set(added), LATER, "dataset"), LISTS, LISTS),
    st.builds(settling.taking_off, NAMES),
    st.builds(lambda old: settling.merging({old: "e"}), st.sampled_from(["a", "b", "c", "d"])),
    st.builds(edits.restoring, STATES),
)


@holds_for(STATES, EDITS)
def test_every_edit_keeps_labels_unique_and_is_no_change_the_second_time(before: State, change: settling.Edit) -> None:
    untouched = before._replace(labels=list(before.labels))
    after = change(before)
    assert before == untouched
    assert len(set(ids_of(after.labels))) == len(after.labels)
    assert change(after) is after
    assert after is before or after != before


@holds_for(STATES)
def test_status_follows_from_what_counts(before: State) -> None:
    status = status_of(before.labels)
    assert (status == "labeled") == bool(counted(before.labels))
    assert (status == "unlabeled") == (not before.labels)
