"""The figures of a job, from its items at one `seq`; and items whose answers are known."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.label.scene import ALICE, BOB, START, arriving, given, numbered
from tests.unit.label.test_answers import CAROL, ONE, OWNER, Team

from label_service.domain.answers import answers_at, own_state
from label_service.domain.applying import apply
from label_service.domain.commands import BeginDealing, DealOn, ForgetKnownAnswers, ReplaceKnownAnswers, SetKnownAnswers
from label_service.domain.consensus import majority
from label_service.domain.items import state_of
from label_service.domain.known_answers import KnownAnswerNotUsable, KnownAnswersMoved
from label_service.domain.quality import Collected, Confusion, Observed, Person, Quality
from label_service.domain.reviews import ACCEPTED, REJECTED, Review
from labelstream_contracts.team_settings import TeamSettings


def said(by: str, *labels: str, seconds: float | None = None) -> dict[str, Any]:
    return {"by": by, "labels": list(labels), "at": START, "seconds": seconds}


def of(*items: Observed, consensus: Any = "majority") -> Quality:
    collected = Collected()
    for item in items:
        collected.add(item)
    return collected.quality(consensus)


def person(found: Quality, account_id: str) -> Person:
    return next(one for one in found.people if one.account_id == account_id)


def test_answers_are_compared_with_their_consensus() -> None:
    items = [Observed((), None, [said("a", "cat"), said("b", "cat"), said("c", "dog")]) for _ in range(3)]
    items.append(Observed((), None, [said("a", "cat"), said("b", "dog"), said("c", "owl")]))
    found = of(*items)
    assert found.agreement.items == 4
    assert found.agreement.percent == pytest.approx(0.25)
    assert found.confusions == [Confusion(("cat",), ("dog",), 3)]
    assert [(one.account_id, one.agrees_with_consensus) for one in found.people] == [("a", 1.0), ("b", 1.0), ("c", 0.0)]
    assert [(pair.a, pair.b, pair.items) for pair in found.pairs] == [("a", "b", 4), ("a", "c", 4), ("b", "c", 4)]


def test_known_answers_count_for_themselves_alone() -> None:
    found = of(Observed((), None, [said("a", "cat"), said("b", "dog", "cat")], ["dog", "cat"]))
    assert found.agreement.items == 0
    assert [(one.account_id, one.right, one.tested, one.labeled) for one in found.people] == [
        ("a", 0, 1, 0),
        ("b", 1, 1, 0),
    ]


def test_where_one_labels_each_image_their_work_is_counted_too() -> None:
    def labeled(seconds: float, *by: str, review: Review | None = None) -> Observed:
        at = START + timedelta(seconds=seconds)
        return Observed([{**given("cat", one), "at": at} for one in by], review)

    accepted, rejected = Review(ACCEPTED, START, "owner"), Review(REJECTED, START, "owner")
    own = Review(ACCEPTED, START, "a")
    found = of(
        labeled(0, "a", review=accepted),
        labeled(4, "a", review=rejected),
        labeled(10, "a", "b", review=own),
        labeled(10, "a"),
        labeled(2000, "a"),
    )
    assert (person(found, "a").labeled, person(found, "a").accepted, person(found, "a").rejected) == (5, 1, 1)
    assert (person(found, "b").accepted, person(found, "b").seconds_median) == (1, None)
    assert person(found, "a").seconds_median == 3.0  # 4 s for the second, 3 s each for two at once
    assert found.agreement.items == 0


def test_those_who_gave_what_was_reviewed_are_credited() -> None:
    labels = [given("cat", "consensus")]
    review = Review(REJECTED, START, "owner")
    found = of(Observed(labels, review, [said("a", "cat", seconds=2), said("b", "cat", seconds=4), said("c", "dog")]))
    assert [(one.account_id, one.rejected, one.seconds_median) for one in found.people] == [
        ("a", 1, 2.0),
        ("b", 1, 4.0),
        ("c", 0, None),
    ]


def test_nothing_is_nothing() -> None:
    for consensus in ("majority", "dawid_skene"):
        found = of(consensus=consensus)
        assert (found.agreement.items, found.people, found.pairs, found.confusions) == (0, [], [], [])


Given = st.lists(st.dictionaries(st.sampled_from("abcd"), st.sets(st.sampled_from("xyz"), min_size=1), min_size=1))


@settings(max_examples=60, deadline=None)
@holds_for(Given, st.sampled_from(["majority", "dawid_skene"]))
def test_figures_are_those_of_a_recount(rows: list[dict[str, set[str]]], consensus: str) -> None:
    found = of(
        *(Observed((), None, [said(by, *sorted(labels)) for by, labels in row.items()]) for row in rows),
        consensus=consensus,
    )
    assert {one.account_id: one.labeled for one in found.people} == Counter(by for row in rows for by in row)
    assert found.agreement.items == sum(len(row) > 1 for row in rows)
    if consensus == "majority":
        wrong = Counter(
            (tuple(sorted(chosen)), tuple(sorted(labels)))
            for row in rows
            if (chosen := majority(row.values()))
            for labels in row.values()
            if labels != chosen
        )
        assert {(one.consensus, one.answer): one.count for one in found.confusions} == wrong
    for one in found.people:
        assert one.agrees <= one.compared <= one.labeled


def knowing(*people: str, overlap: int = 1) -> Team:
    """A job with one item whose answer, a cat, is known; it was dealt to these people."""
    team = Team(overlap)
    team.team = TeamSettings("even", overlap)
    cat = team.label("cat")
    team.apply(SetKnownAnswers(team.origin(OWNER), {ONE: [cat]}, people))
    return team


def test_everybody_answers_an_item_whose_answer_is_known_and_only_then_is_it_decided() -> None:
    team = knowing("alice", "bob", "carol")
    team.says(ALICE, "dog")
    team.says(BOB, "cat")
    item = team.items[ONE]
    assert (item["labels"], item["version"], len(answers_at(item, team.seq))) == ([], 0, 2)
    seen = own_state(item, state_of(item), "alice")
    assert [team.labels.name(one["label_id"]) for one in seen.labels] == ["dog"]
    team.says(CAROL, "owl")
    assert (team.names(ONE), team.items[ONE]["agreement"]) == (["cat"], None)
    seen = own_state(team.items[ONE], state_of(team.items[ONE]), "alice")
    assert [team.labels.name(one["label_id"]) for one in seen.labels] == ["dog"], "they still see what they said"
    assert team.counted() == team.recounted()


def test_an_item_that_is_forgotten_is_like_others_again() -> None:
    team = knowing("alice", "bob")
    team.says(ALICE, "dog")
    team.apply(ForgetKnownAnswers(team.origin(OWNER), [ONE]))
    assert not team.items[ONE]["answers"]
    assert team.items[ONE]["assignees"] == []
    team.says(BOB, "dog")
    assert team.names(ONE) == ["dog"]
    assert team.items[ONE]["labels"][0]["by"] == "bob"


def test_a_forgotten_item_with_enough_answers_is_decided_by_these() -> None:
    team = knowing("alice", "bob", "carol", overlap=2)
    for actor in (ALICE, BOB):
        team.says(actor, "dog")
    assert team.items[ONE]["labels"] == []
    team.apply(ForgetKnownAnswers(team.origin(OWNER), [ONE]))
    assert (team.names(ONE), team.items[ONE]["agreement"]) == (["dog"], 1)


def test_answers_that_became_enough_decide_when_items_are_dealt_anew() -> None:
    """Fewer are asked for, or whoever had not answered has left."""
    team = Team(3)
    for actor in (ALICE, BOB):
        team.says(actor, "dog")
    team.team = TeamSettings("none", 2)
    team.apply(BeginDealing(team.origin(OWNER), []), DealOn(team.origin(OWNER), [ONE], 1, None, is_last=True))
    assert (team.names(ONE), team.items[ONE]["agreement"]) == (["dog"], 1)
    team = knowing("alice", "bob")
    team.says(ALICE, "dog")
    team.apply(BeginDealing(team.origin(OWNER), ["alice"]), DealOn(team.origin(OWNER), [ONE], 1, None, is_last=True))
    assert team.names(ONE) == ["cat"]
    assert team.counted() == team.recounted()


def test_known_answers_are_replaced_all_at_once_or_not_at_all() -> None:
    team = knowing("alice", "bob")
    team.follow(arriving(2), arriving(3, "cat"))
    cat, (two, three) = team.ids["cat"], (numbered(2), numbered(3))
    before = {one: dict(item) for one, item in team.items.items()}
    with pytest.raises(KnownAnswerNotUsable) as refused:
        team.apply(ReplaceKnownAnswers(team.origin(OWNER), {two: [cat], three: [cat]}, [ONE], ["alice"]))
    assert refused.value.errors[0].pointer == "/1/sample_id"
    assert team.items == before
    outcome = team.apply(ReplaceKnownAnswers(team.origin(OWNER), {two: [cat]}, [ONE], ["alice", "bob"]))
    assert outcome.changed == 2
    assert [bool(team.items[one].get("known")) for one in (ONE, two, three)] == [False, True, False]


def test_known_answers_are_not_replaced_by_who_has_not_seen_the_present_ones() -> None:
    team = knowing("alice", "bob")
    team.follow(arriving(2))
    cat, two = team.ids["cat"], numbered(2)
    head = replace(team.work.job, known_edits=3)
    for read_at, moved in ((2, True), (3, False)):
        work = replace(team.copy(), job=head)
        command = ReplaceKnownAnswers(team.origin(OWNER), {two: [cat]}, [ONE], ["alice"], read_at)
        if moved:
            with pytest.raises(KnownAnswersMoved):
                apply(work, command)
            continue
        apply(work, command)
        assert work.head_after().known_edits > 3


def test_what_is_decided_cannot_become_known() -> None:
    team = Team(1)
    team.says(ALICE, "dog")
    outcome = team.apply(SetKnownAnswers(team.origin(OWNER), {ONE: [team.ids["dog"]]}, ["bob"]))
    assert [one.sample_id for one in outcome.conflicts] == [ONE]
    assert not team.items[ONE].get("known")
