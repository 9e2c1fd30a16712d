"""Whose items are, commit after commit: counts that add up, everything dealt, nothing to somebody who is gone."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.label.scene import BOB, Ids, Scene, arriving, numbered
from tests.unit.label.team_scene import Team

from label_service.application.dealer import DealtJob, stands
from label_service.domain.applying import apply
from label_service.domain.commands import (
    Annotate,
    Assign,
    BeginDealing,
    DealOn,
    EndLeases,
    FollowSamples,
    ReleaseItems,
    ReplaceKnownAnswers,
    SetKnownAnswers,
    TakeItems,
    TellShares,
)
from label_service.domain.dealing import PRESENT_RULES, Dealing
from label_service.domain.errors import JobClosed, NotAQueue
from label_service.domain.ownership import is_open, open_entries
from labelstream_contracts.team_settings import TeamSettings

HALF_AN_HOUR = timedelta(minutes=30)
PEOPLE = ("ada", "bob", "eve", "dan")


def test_what_comes_is_dealt_with_the_commit_that_brings_it() -> None:
    team = Team(assignment="even")
    team.deal(PEOPLE[:2])
    seq = team.seq
    team.follow(*(arriving(number) for number in range(1, 10)), arriving(20, "cat"))
    loads = Counter(person for held in team.hands().values() for person in held)
    assert sorted(loads.values()) == [4, 5]
    assert team.hands()[numbered(20)] == [], "what comes with labels needs nobody"
    assert team.seq == seq + 3, "items came, a label, and one was labeled; dealing tells nothing"
    team.check()


def test_shares_of_an_earlier_release_are_all_told_once() -> None:
    team = Team(9, assignment="even")
    team.deal(PEOPLE[:3])
    team.head, team.told = replace(team.head, shares_told=False), {}
    team.apply(TellShares(team.origin()))
    team.check()
    assert team.head.shares_told
    assert not team.work.changes
    team.apply(TellShares(team.origin()))
    assert team.work.shares_to_tell() == {}


def test_what_loses_its_labels_is_dealt() -> None:
    team = Team(assignment="even")
    team.deal(PEOPLE[:2])
    team.follow(arriving(1, "cat"))
    team.annotate(numbered(1), remove=["cat"])
    assert len(team.hands()[numbered(1)]) == 1


def test_only_own_items_can_be_changed_and_count() -> None:
    team = Team(6, assignment="even")
    team.deal(PEOPLE[:2])
    theirs = [one for one, held in team.hands().items() if held == ["ada"]]
    others = [one for one, held in team.hands().items() if held == ["bob"]]
    origin = team.by("ada", own_only=True)
    outcome = team.apply(Annotate(origin, [theirs[0], others[0]], add=["cat"], label_ids=Ids()))
    assert (outcome.changed, list(outcome.missing)) == (1, [others[0]])
    assert outcome.counts == {"total": 3, "labeled": 1, "unlabeled": 2, "to_confirm": 0}
    assert team.items[others[0]]["labels"] == []


def test_a_lease_ends_and_labeling_makes_it_last() -> None:
    team = Team(4, assignment="queue")
    until = team.now + HALF_AN_HOUR
    taken = team.apply(TakeItems(team.by("ada"), tuple(team.items), 3, until)).taken
    assert len(taken) == 3
    assert list(team.apply(TakeItems(team.by("bob"), tuple(team.items), 3, until)).taken) == [
        one for one in team.items if one not in taken
    ]
    team.apply(Annotate(team.by("ada", own_only=True), [taken[0]], add=["cat"], label_ids=Ids()))
    assert team.items[taken[0]]["assignees"] == [{"account_id": "ada"}]
    team.now = until + timedelta(seconds=1)
    late = team.apply(Annotate(team.by("ada", own_only=True), list(taken), add=["cat"], label_ids=Ids()))
    assert (late.unchanged, list(late.missing)) == (1, list(taken[1:]))
    assert set(team.apply(TakeItems(team.by("bob"), taken, 3, until + HALF_AN_HOUR)).taken) == set(taken[1:])
    team.apply(EndLeases(team.origin(), tuple(team.items)))
    assert {one for one, held in team.hands().items() if held == ["ada"]} == {taken[0]}
    team.check()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["take", "label", "release", "end"]),
            st.sampled_from(PEOPLE[:3]),
            st.integers(-20, 20),
            st.integers(0, 15),
        ),
        min_size=5,
        max_size=60,
    )
)
def test_nobody_labels_what_somebody_else_has_labeled_however_clocks_differ(
    steps: list[tuple[str, str, int, int]],
) -> None:
    """Each step runs where the clock is some minutes off, and some minutes after the one before."""
    team = Team(5, assignment="queue")
    labeled_by: dict[str, str] = {}
    now = team.now
    for kind, person, minutes_off, passed in steps:
        now += timedelta(minutes=passed)
        team.now = now + timedelta(minutes=minutes_off)
        if kind == "take":
            team.apply(TakeItems(team.by(person), tuple(team.items), 2, team.now + HALF_AN_HOUR))
        elif kind == "release":
            held = [one for one, hands in team.hands().items() if person in hands]
            team.apply(ReleaseItems(team.by(person), held, skip=False))
        elif kind == "end":
            team.apply(EndLeases(team.origin(), tuple(team.items)))
        else:
            before = {one: item["version"] for one, item in team.items.items()}
            origin = team.by(person, own_only=True)
            team.apply(Annotate(origin, list(team.items), add=[f"{person}-says"], label_ids=Ids()))
            for one in [one for one, item in team.items.items() if item["version"] != before[one]]:
                assert labeled_by.setdefault(one, person) == person
    team.check()


def test_a_lease_ends_in_a_closed_job_too() -> None:
    team = Team(2, assignment="queue")
    until = team.now + HALF_AN_HOUR
    team.apply(TakeItems(team.by("ada"), tuple(team.items), 2, until))
    team.head = replace(team.head, state="completed")
    team.now = until + timedelta(seconds=1)
    assert team.apply(EndLeases(team.origin(), tuple(team.items))).changed == 2
    with pytest.raises(JobClosed):
        team.apply(TakeItems(team.by("bob"), tuple(team.items), 2, team.now + HALF_AN_HOUR))


def test_what_was_skipped_is_not_offered_again() -> None:
    team = Team(2, assignment="queue")
    until = team.now + HALF_AN_HOUR
    one, other = team.apply(TakeItems(team.by("ada"), tuple(team.items), 2, until)).taken
    released = team.apply(ReleaseItems(team.by("ada"), [one, other, "x"], skip=True))
    assert (released.changed, list(released.missing)) == (2, ["x"])
    assert not team.apply(TakeItems(team.by("ada"), tuple(team.items), 2, until)).taken
    assert len(team.apply(TakeItems(team.by("bob"), tuple(team.items), 2, until)).taken) == 2


def test_a_known_answer_that_nobody_had_tests_whoever_joins() -> None:
    """Nobody had joined yet when the item was named, or all who had it left or skipped it."""
    for assignment in ("queue", "even"):
        team = Team(2, assignment=assignment)
        known, other = team.items
        team.apply(SetKnownAnswers(team.by("owner"), {known: [team.label("cat")]}, []))
        for people in ((), ("ada",), (), ("bob", "eve")):
            team.deal(people)
            given = team.items[known].get("assignees") or ()
            assert {one["account_id"] for one in given if one.get("besides")} == set(people)
        if assignment == "queue":
            taken = team.apply(TakeItems(team.by("bob"), (known,), 1, team.now + HALF_AN_HOUR)).taken
            team.apply(ReleaseItems(team.by("bob"), taken, skip=True))
            team.deal(("bob",))
            assert not team.items[known]["assignees"]
            team.deal(("bob", "ada"))
            assert team.apply(TakeItems(team.by("ada"), (known, other), 2, team.now + HALF_AN_HOUR)).taken
        team.check()


def test_who_has_taken_a_known_answer_from_the_queue_keeps_it_when_it_is_known_no_more() -> None:
    team = Team(2, assignment="queue")
    known, other = team.items
    people, cat = ("ada", "bob", "eve"), team.label("cat")
    team.deal(people)
    team.apply(SetKnownAnswers(team.by("owner"), {known: [cat]}, people))
    soon = team.now + HALF_AN_HOUR
    for person, until in (("ada", team.now + timedelta(minutes=1)), ("bob", soon)):
        assert team.apply(TakeItems(team.by(person), (known,), 1, until)).taken
    team.now += timedelta(minutes=2)
    team.apply(ReplaceKnownAnswers(team.by("owner"), {other: [cat]}, [known], people))
    assert team.items[known]["assignees"] == [{"account_id": "bob", "until": soon}]
    team.check()
    answered = team.apply(Annotate(team.by("bob", own_only=True), [known], add=["dog"], label_ids=Ids()))
    assert (answered.changed, list(answered.missing), team.names(known)) == (1, [], ["dog"])


def test_a_queue_that_was_dealt_by_earlier_rules_does_not_stand() -> None:
    settings = TeamSettings("queue")
    dealing = Dealing(("ada",), (), "queue", 1, None, PRESENT_RULES)
    assert stands(DealtJob(settings, dealing), ("ada",), ())
    assert not stands(DealtJob(settings, replace(dealing, rules=0)), ("ada",), ())


def test_only_a_queue_gives_items_out() -> None:
    team = Team(2, assignment="even")
    with pytest.raises(NotAQueue):
        team.apply(TakeItems(team.by("ada"), tuple(team.items), 1, team.now))
    with pytest.raises(NotAQueue):
        team.apply(ReleaseItems(team.by("ada"), tuple(team.items)))


def test_a_round_that_has_moved_on_is_not_gone_on_with_twice() -> None:
    team = Team(6, assignment="even")
    team.apply(BeginDealing(team.origin(), ("ada",)))
    first = DealOn(team.origin(), sorted(team.items)[:3], 1, None, is_last=False)
    team.apply(first)
    before = team.hands()
    assert team.apply(first).changed == 0
    assert team.hands() == before
    assert sum(map(bool, before.values())) == 3


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_happens_everything_open_is_dealt_and_the_counts_add_up(data: st.DataObject) -> None:
    overlap = data.draw(st.integers(1, 3))
    team = Team(data.draw(st.integers(0, 12)), assignment="even", overlap=overlap)
    people: tuple[str, ...] = ()
    for _ in range(data.draw(st.integers(1, 12))):
        people = _happens(team, data, people)
        team.check()
        for item in team.items.values():
            if is_open(item):
                assert len(open_entries(item)) >= min(overlap, len(people)), "everything is dealt"
                assert len({one["account_id"] for one in item.get("assignees") or ()}) == len(
                    item.get("assignees") or ()
                )
                assert {one["account_id"] for one in open_entries(item)} <= set(people)


def _happens(team: Team, data: st.DataObject, people: tuple[str, ...]) -> tuple[str, ...]:
    ids = data.draw(st.lists(st.sampled_from(sorted(team.items)), max_size=4, unique=True)) if team.items else []
    match data.draw(st.integers(0, 4)):
        case 0:
            people = tuple(data.draw(st.lists(st.sampled_from(PEOPLE), unique=True)))
            team.deal(people, piece=data.draw(st.integers(1, 5)))
        case 1:
            number = data.draw(st.integers(1, 40))
            team.follow(arriving(number, *data.draw(st.sampled_from([[], ["cat"]]))))
        case 2 if ids:
            team.follow(*(replace(arriving(1), sample_id=one, removed=True) for one in ids))
        case 3 if ids and people:
            command = Assign(team.origin(BOB), ids, data.draw(st.sampled_from([None, *people])))
            team.apply(command)
        case 4 if ids:
            edits: list[dict[str, Any]] = [{"add": ["cat"]}, {"choice": []}]
            edit = data.draw(st.sampled_from(edits))
            origin = team.by(data.draw(st.sampled_from(PEOPLE)))
            team.apply(Annotate(origin, ids, label_ids=Ids(), decides=True, **edit))
    return people


def test_following_goes_on_while_nobody_is_there() -> None:
    team = Team(assignment="even")
    team.deal(())
    team.follow(arriving(1))
    assert team.hands() == {numbered(1): []}
    team.deal(("ada",))
    assert team.hands() == {numbered(1): ["ada"]}


def test_dealing_needs_no_working_copy_of_a_job_without_a_team() -> None:
    scene = Scene(3)
    work = scene.copy()
    apply(work, FollowSamples(scene.origin(), scene.rev, scene.rev + 1, [arriving(9)], key_hashes={numbered(9): 7}))
    assert not work.share_moves
    assert not work.fields_written
