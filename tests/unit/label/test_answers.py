"""Several labelers answer an item, each unseen by the others; the last answer decides."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.label.scene import ALICE, BOB, Ids, Scene, numbered

from label_service.application.events import contributions
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.answers import answers_at
from label_service.domain.commands import (
    Annotate,
    Confirm,
    HideLabel,
    HideMerged,
    Predict,
    Prediction,
    Restore,
    ReviewItems,
    TakeLabelOff,
    TurnInto,
    Undone,
)
from label_service.domain.items import PERSON, State, state_of
from label_service.domain.reviewing import Judgement
from label_service.domain.working_copy import ItemChange
from labelstream_contracts.team_settings import TeamSettings

CAROL, OWNER = Actor(ActorKind.PERSON, "carol"), Actor(ActorKind.PERSON, "owner")
PEOPLE = (ALICE, BOB, CAROL)
ONE = numbered(1)


class Team(Scene):
    """A job whose items each need some answers."""

    def __init__(self, overlap: int = 3, *, size: int = 1, review: str = "none") -> None:
        super().__init__(size)
        self.team = TeamSettings("none", overlap, review)  # type: ignore[arg-type]
        self.ids = Ids()

    def says(self, actor: Actor, *labels: str, sample: str = ONE, **edit: Any) -> Any:
        fields = edit or {"choice": labels}
        return self.apply(Annotate(self.origin(actor), [sample], label_ids=self.ids, **fields))

    def given(self, sample: str = ONE) -> Mapping[str, list[str]]:
        answers = self.items[sample].get("answers") or []
        return {one["by"]: [self.labels.name(label) for label in one["labels"]] for one in answers}


def test_before_the_last_answer_nothing_of_it_shows() -> None:
    team = Team()
    before = state_of(team.items[ONE])
    for actor in (ALICE, BOB):
        outcome = team.says(actor, "cat")
        assert (outcome.changed, outcome.conflicts) == (1, [])
        assert (outcome.counts["labeled"], outcome.counts["unlabeled"]) == (0, 1)
        assert state_of(team.items[ONE]) == before
        assert team.items[ONE]["version"] == 0
        assert not [change for change in team.work.changes if isinstance(change, ItemChange)]
        assert team.counted()[2:] == ({}, {})
        assert contributions(team.work.changes, team.work.credits) == []
    assert team.given() == {"alice": ["cat"], "bob": ["cat"]}


def test_the_last_answer_gives_what_more_than_half_said() -> None:
    team = Team()
    team.says(ALICE, "cat", "hat")
    team.says(BOB, "cat")
    outcome = team.says(CAROL, "hat", "dog")
    assert sorted(team.names(ONE)) == ["cat", "hat"]
    assert {(one["by"], one["source"]) for one in team.items[ONE]["labels"]} == {("consensus", PERSON)}
    (change,) = [change for change in team.work.changes if isinstance(change, ItemChange)]
    assert (change.origin.cause, change.origin.actor) == (Cause.CONSENSUS, Actor(ActorKind.SYSTEM, "consensus"))
    assert (change.version, outcome.counts["labeled"]) == (1, 1)
    assert team.items[ONE]["review"] is None
    assert team.items[ONE]["agreement"] == 0
    assert team.counted() == team.recounted()
    work = {one["actor"]["id"]: one["added"] for one in contributions(team.work.changes, team.work.credits)}
    assert work == {"alice": 2, "bob": 1, "carol": 2}


def test_none_above_half_waits_for_a_review() -> None:
    team = Team(2)
    team.says(ALICE, "cat")
    team.says(BOB, "dog")
    item = team.items[ONE]
    assert (item["labels"], item["review"]["state"], item["agreement"]) == ([], "pending", 0)
    team.says(OWNER, decides=True, add=["dog"])
    assert team.names(ONE) == ["dog"]
    assert team.items[ONE]["review"]["state"] == "accepted"


def test_where_a_review_is_required_consensus_waits_for_it() -> None:
    team = Team(2, review="required")
    team.says(ALICE, "cat")
    assert team.items[ONE].get("review") is None
    team.says(BOB, "cat")
    assert team.items[ONE]["review"]["state"] == "pending"
    assert team.items[ONE]["agreement"] == 1


def test_an_answer_may_be_corrected_and_taken_back_before_the_last() -> None:
    team = Team(2)
    team.says(ALICE, "cat")
    team.says(ALICE, add=["hat"])
    assert team.given() == {"alice": ["cat", "hat"]}
    team.says(ALICE, remove=["cat"])
    assert team.given() == {"alice": ["hat"]}
    assert team.says(ALICE, "hat").unchanged == 1
    team.says(ALICE)
    assert team.given() == {}
    team.says(ALICE, "dog")
    team.says(BOB, "dog")
    assert team.names(ONE) == ["dog"]


def test_after_the_last_answer_labelers_change_nothing() -> None:
    team = Team(2)
    for actor in (ALICE, BOB):
        team.says(actor, "cat")
    for actor in PEOPLE:
        outcome = team.says(actor, "dog")
        assert [one.sample_id for one in outcome.conflicts] == [ONE]
    assert team.names(ONE) == ["cat"]


def test_who_is_no_labeler_decides_at_once() -> None:
    team = Team()
    team.says(ALICE, "cat")
    team.says(OWNER, decides=True, add=["dog"])
    assert team.names(ONE) == ["dog"]
    assert team.items[ONE]["labels"][0]["by"] == "owner"
    assert team.says(BOB, "cat").conflicts
    assert team.given() == {"alice": ["cat"]}


def test_what_a_review_rejects_may_be_answered_again() -> None:
    team = Team(2)
    for actor in (ALICE, BOB):
        team.says(actor, "cat")
    settled = team.seq
    team.apply(ReviewItems(team.origin(OWNER, Cause.REVIEW), [ONE], Judgement("reject", None, "a dog")))
    assert team.names(ONE) == ["cat"]
    team.says(ALICE, "dog")
    assert (team.names(ONE), team.items[ONE]["review"]["state"]) == ([], "pending")
    assert team.says(BOB, "dog").conflicts
    team.apply(ReviewItems(team.origin(OWNER, Cause.REVIEW), [ONE], Judgement("reject")))
    team.says(BOB, "dog")
    assert (team.names(ONE), team.items[ONE]["agreement"]) == (["dog"], 1)

    def at(seq: int) -> dict[str, list[str]]:
        return {
            one["by"]: [team.labels.name(label) for label in one["labels"]] for one in answers_at(team.items[ONE], seq)
        }

    assert at(settled - 1) == {}
    assert at(settled) == {"alice": ["cat"], "bob": ["cat"]}
    assert at(team.seq - 1) == {"alice": ["dog"], "bob": ["cat"]}
    assert at(team.seq) == {"alice": ["dog"], "bob": ["dog"]}


def test_proposals_are_answered_too_and_stay_for_the_others() -> None:
    team = Team(2)
    origin = team.origin(Actor(ActorKind.MODEL, "net"), Cause.PREDICT)
    team.apply(Predict(origin, [Prediction(ONE, [("cat", 0.9)], "net")], label_ids=team.ids))
    team.apply(Confirm(team.origin(ALICE, Cause.CONFIRM), [ONE]))
    assert team.given() == {"alice": ["cat"]}
    assert team.sources(ONE) == {"cat": "model"}
    team.apply(Confirm(team.origin(BOB, Cause.CONFIRM), [ONE]))
    assert team.sources(ONE) == {"cat": PERSON}


def test_hard_is_no_answer_and_holds_at_once() -> None:
    team = Team(2)
    team.says(ALICE, choice=["cat"], hard=True)
    assert team.items[ONE]["hard"]
    assert (team.items[ONE]["labels"], team.given()) == ([], {"alice": ["cat"]})
    assert team.counted() == team.recounted()


def test_nobody_takes_the_consensus_back() -> None:
    team = Team(2)
    for actor in (ALICE, BOB):
        team.says(actor, "cat")
    undone = Undone(1, State([], False, None), state_of(team.items[ONE]))
    outcome = team.apply(Restore(team.origin(OWNER, Cause.UNDO), {ONE: undone}))
    assert [one.sample_id for one in outcome.conflicts] == [ONE]


def test_an_open_answer_is_taken_back_by_its_giver_as_it_was_before_the_change() -> None:
    team = Team(3)
    team.says(ALICE, "cat")
    second = team.says(ALICE, "dog").change_id
    team.says(BOB, "owl")
    assert team.apply(Restore(team.origin(BOB, Cause.UNDO), {}, [ONE], second)).changed == 0
    assert team.apply(Restore(team.origin(ALICE, Cause.UNDO), {}, [ONE], second)).changed == 1
    assert team.given() == {"bob": ["owl"], "alice": ["cat"]}
    first = team.says(CAROL, "cat", "dog")
    assert first.changed == 1
    assert team.apply(Restore(team.origin(CAROL, Cause.UNDO), {}, [ONE], first.change_id)).changed == 0


def test_deleted_labels_are_no_part_of_a_consensus() -> None:
    team = Team(2)
    team.says(ALICE, "cat", "hat")
    team.apply(HideLabel(team.origin(OWNER), team.ids["hat"]))
    team.says(BOB, "cat")
    assert team.names(ONE) == ["cat"]


def test_labels_that_are_merged_or_deleted_follow_into_open_answers() -> None:
    team = Team(3)
    team.says(ALICE, "cat", "hat")
    team.says(BOB, "hat")
    cat, hat, kitten = team.ids["cat"], team.ids["hat"], team.label("kitten")
    team.apply(HideMerged(team.origin(OWNER), [cat], kitten))
    team.apply(TurnInto(team.origin(OWNER), [cat], kitten, [ONE]))
    team.apply(HideLabel(team.origin(OWNER), hat))
    team.apply(TakeLabelOff(team.origin(OWNER), hat, [ONE]))
    assert team.given() == {"alice": ["kitten"]}
    assert team.items[ONE]["own"] == ["alice", f"alice:{kitten}", f"l:{kitten}"]
    assert team.items[ONE]["version"] == 0


def test_seconds_are_since_the_item_before_and_shared_by_those_answered_at_once() -> None:
    team = Team(2, size=3)
    team.says(ALICE, "cat")
    team.now += timedelta(seconds=8)
    team.apply(Annotate(team.origin(ALICE), [numbered(2), numbered(3)], choice=["cat"], label_ids=team.ids))
    seconds = [team.items[numbered(number)]["answers"][0]["seconds"] for number in (1, 2, 3)]
    assert seconds[0] is None
    assert seconds[1:] == pytest.approx([4.0, 4.0], abs=0.01)
    team.now += timedelta(minutes=11)
    team.says(ALICE, "dog", sample=numbered(2))
    assert team.items[numbered(2)]["answers"][0]["seconds"] == seconds[1]


@settings(max_examples=60, deadline=None)
@holds_for(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2), st.sets(st.sampled_from("abc"))), max_size=14))
def test_no_answer_shows_early_whoever_answers_in_whatever_order(steps: list[tuple[int, int, set[str]]]) -> None:
    """While answers are awaited, the item's state, version, events and counts are as if there were none."""
    team = Team(3, size=2)
    people = (*PEOPLE, Actor(ActorKind.PERSON, "dave"))
    for person, number, labels in steps:
        sample = numbered(number)
        was_settled = bool(team.items[sample].get("settled"))
        team.says(people[person], *sorted(labels), sample=sample)
        changes = [change for change in team.work.changes if isinstance(change, ItemChange)]
        item = team.items[sample]
        if item.get("settled"):
            assert len(item["answers"]) == 3
            assert len(changes) == (not was_settled)
        else:
            assert len(item.get("answers") or ()) < 3
            assert (item["version"], item["labels"], changes, team.work.credits) == (0, [], [], [])
        assert team.counted() == team.recounted()
