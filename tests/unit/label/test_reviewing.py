"""Reviews: what waits, who decides, what goes back to its labeler, and what an undo puts back."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.unit.label.scene import ALICE, BOB, START, Scene, arriving, given, numbered, proposed, state

from label_service.application.events import contributions
from label_service.domain import items, settling
from label_service.domain.actors import Actor, Cause
from label_service.domain.commands import (
    Conclude,
    Confirm,
    HideLabel,
    Outcome,
    Predict,
    Prediction,
    Restore,
    ReviewItems,
    TakeLabelOff,
    Undone,
)
from label_service.domain.filters import ItemFilter
from label_service.domain.items import facets, state_of
from label_service.domain.matching import Matcher
from label_service.domain.ownership import is_done
from label_service.domain.reviewing import Judgement
from label_service.domain.reviews import Review, review_fields, review_of
from label_service.domain.working_copy import ItemChange
from labelstream_contracts.team_settings import TeamSettings

ONE, TWO = numbered(1), numbered(2)
REQUIRED = TeamSettings(review="required")
ACCEPT, REJECT = Judgement("accept", "B"), Judgement("reject", reason="blurred")


def reviewed(size: int = 2) -> Scene:
    return Scene(size, team=REQUIRED)


def judge(scene: Scene, *samples: str, judgement: Judgement = ACCEPT, by: Actor = BOB, **more: Any) -> Outcome:
    return scene.apply(ReviewItems(scene.origin(by, Cause.REVIEW), samples, judgement, **more))


def review(scene: Scene, sample_id: str = ONE) -> Review | None:
    return review_of(scene.items[sample_id].get("review"))


def standing(scene: Scene, sample_id: str = ONE) -> str | None:
    found = review(scene, sample_id)
    return found.state if found else None


def test_what_a_labeler_labels_waits_where_a_review_is_required() -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"])
    assert (standing(scene), review(scene, TWO)) == ("pending", None)
    assert scene.items[ONE]["version"] == 1
    assert "r:pending" in facets(state_of(scene.items[ONE]))


def test_nothing_waits_where_no_review_is_required() -> None:
    scene = Scene(1)
    scene.annotate(ONE, add=["cat"])
    assert review(scene) is None


def test_whoever_may_review_decides_at_once() -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"], actor=BOB, decides=True)
    assert (standing(scene), review(scene).by) == ("accepted", "bob")  # type: ignore[union-attr]
    scene.annotate(TWO, add=["cat"])
    scene.annotate(TWO, choice=["dog"], actor=BOB, decides=True)
    assert (standing(scene, TWO), scene.names(TWO)) == ("accepted", ["dog"])


def test_a_confirmed_proposal_waits_and_one_that_is_rejected_does_not() -> None:
    scene = reviewed()
    predictions = [Prediction(one, [("cat", 0.9)], "net") for one in (ONE, TWO)]
    cat = scene.label("cat")
    scene.apply(Predict(scene.origin(cause=Cause.PREDICT), predictions))
    assert review(scene) is None
    scene.apply(Confirm(scene.origin(cause=Cause.CONFIRM), [ONE], [cat]))
    assert (standing(scene), standing(scene, TWO)) == ("pending", None)


def test_judging_says_who_when_how_good_and_why() -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"])
    before = scene.items[ONE]["labels"]
    assert judge(scene, ONE, judgement=REJECT).changed == 1
    assert review(scene) == Review("rejected", scene.now, "bob", None, "blurred")
    assert (scene.items[ONE]["labels"], items.status_of(before)) == (before, "labeled")
    judge(scene, ONE)
    assert review(scene) == Review("accepted", scene.now, "bob", "B", None)


def test_nothing_to_review_is_a_conflict() -> None:
    scene = Scene(2)
    scene.annotate(ONE, add=["cat"])
    scene.apply(Predict(scene.origin(cause=Cause.PREDICT), [Prediction(TWO, [("cat", 0.9)], "net")]))
    outcome = judge(scene, ONE, TWO, "nowhere")
    assert [(one.sample_id, one.version) for one in outcome.conflicts] == [(TWO, 1)]
    assert (outcome.changed, outcome.missing) == (1, ["nowhere"])


def test_a_judgement_of_something_else_than_was_seen_is_a_conflict() -> None:
    scene = Scene(2)
    scene.annotate(add=["cat"])
    outcome = judge(scene, ONE, TWO, expect={ONE: 1, TWO: 7})
    assert ([one.sample_id for one in outcome.conflicts], outcome.changed) == ([TWO], 1)
    only = ItemFilter(review="none")
    outcome = judge(scene, ONE, TWO, only=only)
    assert ([one.sample_id for one in outcome.conflicts], outcome.changed) == ([ONE], 1)


def test_same_judgement_again_changes_nothing() -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"])
    judge(scene, ONE)
    outcome = judge(scene, ONE, by=ALICE)
    assert (outcome.changed, outcome.unchanged, review(scene).by) == (0, 1, "bob")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "edit", [{"add": ["dog"]}, {"choice": ["dog"]}, {"hard": True}, {"add": ["cat"]}, {"choice": ["cat"]}]
)
def test_next_change_of_what_was_rejected_waits_again(edit: dict[str, Any]) -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"])
    judge(scene, ONE, judgement=REJECT)
    assert scene.annotate(ONE, **edit).changed == 1
    assert standing(scene) == "pending"
    assert scene.annotate(ONE, **edit).changed == 0


def test_what_was_rejected_is_open_again_for_whoever_labeled_it() -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"])
    assert is_done(scene.items[ONE], "alice")
    judge(scene, ONE, judgement=REJECT)
    assert [is_done(scene.items[ONE], person) for person in ("alice", "bob")] == [False, True]
    scene.annotate(ONE, choice=["dog"])
    assert is_done(scene.items[ONE], "alice")


def test_what_takes_nothing_off_a_rejected_item_leaves_it_rejected() -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"])
    judge(scene, ONE, judgement=REJECT)
    assert scene.annotate(ONE, remove=["dog"]).changed == 0
    assert standing(scene) == "rejected"


def test_a_mark_as_hard_example_leaves_what_was_accepted() -> None:
    scene = reviewed()
    scene.annotate(ONE, add=["cat"])
    judge(scene, ONE)
    scene.annotate(ONE, hard=True)
    assert standing(scene) == "accepted"


def test_new_labels_are_not_what_was_accepted_whatever_the_job_requires() -> None:
    scene = Scene(1)
    scene.annotate(ONE, add=["cat"])
    judge(scene, ONE)
    scene.annotate(ONE, add=["dog"])
    assert standing(scene) == "pending"


def test_review_goes_with_the_last_label_that_counts() -> None:
    scene = reviewed()
    scene.annotate(add=["cat"])
    judge(scene, ONE)
    scene.annotate(ONE, choice=[])
    assert review(scene) is None
    cat = scene.labels.named("cat")
    assert cat is not None
    scene.apply(HideLabel(scene.origin(), cat.id))
    seen = scene.labels.settling(state_of(scene.items[TWO]))
    assert (seen.labels, seen.review) == ([], None)
    scene.apply(TakeLabelOff(scene.origin(cause=Cause.LABEL_DELETED), cat.id, [TWO]))
    assert review(scene, TWO) is None


def test_a_tie_keeps_its_place_in_the_queue_without_any_label() -> None:
    tie = state()._replace(review=Review("pending", START))
    assert settling.taking_off("cat")(tie).review is not None
    waiting = state(proposed("cat"))._replace(review=Review("pending", START))
    assert settling.taking_off("cat")(waiting).review is not None


def test_imports_leave_what_was_judged_alone() -> None:
    scene = Scene()
    scene.label("cat")
    scene.follow(arriving(1, "cat"))
    judge(scene, ONE, judgement=REJECT)
    scene.follow(arriving(1, "dog", version=2))
    assert (scene.names(ONE), standing(scene)) == (["cat"], "rejected")


def test_end_of_an_acceptance_judges_what_is_still_as_it_was() -> None:
    scene = Scene(3)
    scene.annotate(add=["cat"])
    scene.annotate(TWO, add=["dog"])
    three = numbered(3)
    judgements = {ONE: ACCEPT, TWO: ACCEPT, three: REJECT}
    origin = scene.origin(BOB, Cause.ACCEPTANCE)
    outcome = scene.apply(Conclude(origin, judgements, dict.fromkeys(judgements, 1)))
    assert [one.sample_id for one in outcome.conflicts] == [TWO]
    assert [standing(scene, one) for one in judgements] == ["accepted", None, "rejected"]
    scene.apply(Conclude(origin, {TWO: ACCEPT}))
    assert standing(scene, TWO) == "accepted"


def test_reviews_are_counted_for_whoever_made_them() -> None:
    scene = reviewed(3)
    scene.annotate(add=["cat"])
    assert [one["reviewed"] for one in contributions(scene.work.changes)] == [0]
    judge(scene, ONE, TWO)
    (by,) = contributions(scene.work.changes)
    assert (by["actor"]["id"], by["reviewed"], by["added"], by["removed"]) == ("bob", 2, 0, 0)
    scene.annotate(numbered(3), choice=["dog"], actor=BOB, decides=True)
    (by,) = contributions(scene.work.changes)
    assert (by["reviewed"], by["added"], by["removed"]) == (1, 1, 1)


def test_stored_review_reads_as_it_was_and_documents_of_earlier_releases_have_none() -> None:
    found = Review("accepted", START, "bob", "A", "good")
    assert review_of(review_fields(found)) == found
    assert review_of(None) is None
    assert state_of({"labels": [], "hard": False, "version": 1}).review is None


@pytest.mark.parametrize("wanted", ["pending", "accepted", "rejected", "none"])
def test_filter_finds_exactly_one_state(wanted: str) -> None:
    matcher = Matcher(ItemFilter(review=wanted), lambda name: name)
    states = {
        name: state(given("cat"))._replace(review=Review(name, START)) for name in ("pending", "accepted", "rejected")
    }
    found = [name for name, one in {**states, "none": state(given("cat"))}.items() if matcher.matches(one, "p")]
    assert found == [wanted]


SAMPLES = [ONE, TWO]
LABELS = ["cat", "dog"]


class Reviews(RuleBasedStateMachine):
    """Labelers, reviewers and undos in any order, against what the rules say in a few words."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = reviewed()
        self.expected: dict[str, str | None] = dict.fromkeys(SAMPLES)
        self.done: list[tuple[dict[str, Undone], dict[str, str | None]]] = []

    @rule(sample=st.sampled_from(SAMPLES), names=st.sets(st.sampled_from(LABELS)), decides=st.booleans())
    def labels(self, sample: str, names: set[str], decides: bool) -> None:
        before = set(self.scene.names(sample))
        was = dict(self.expected)
        self.scene.annotate(sample, choice=sorted(names), decides=decides, actor=BOB if decides else ALICE)
        if names != before:
            self.expected[sample] = None if not names else "accepted" if decides else "pending"
        elif names and not decides and self.expected[sample] == "rejected":
            self.expected[sample] = "pending"
        self._note(was)

    @rule(sample=st.sampled_from(SAMPLES), judgement=st.sampled_from([ACCEPT, REJECT, Judgement("accept", "A")]))
    def reviews(self, sample: str, judgement: Judgement) -> None:
        was = dict(self.expected)
        outcome = judge(self.scene, sample, judgement=judgement)
        labeled = bool(self.scene.names(sample))
        assert bool(outcome.conflicts) == (not labeled)
        if labeled:
            self.expected[sample] = "accepted" if judgement.decision == "accept" else "rejected"
        self._note(was)

    @rule(which=st.integers(0, 20))
    def undoes(self, which: int) -> None:
        if not self.done:
            return
        undone, was = self.done[which % len(self.done)]
        then = dict(self.expected)
        outcome = self.scene.apply(Restore(self.scene.origin(cause=Cause.UNDO), undone))
        if not outcome.conflicts:
            self.expected |= {one: was[one] for one in undone}
        self._note(then)

    @invariant()
    def every_review_is_what_the_rules_say(self) -> None:
        assert {one: standing(self.scene, one) for one in SAMPLES} == self.expected
        for one in SAMPLES:
            assert self.scene.names(one) or review(self.scene, one) is None
        assert self.scene.counted() == self.scene.recounted()

    def _note(self, was: dict[str, str | None]) -> None:
        changes = [one for one in self.scene.work.changes if isinstance(one, ItemChange)]
        undone = {
            one.sample_id: Undone(one.version, one.decision.before, one.decision.after)
            for one in changes
            if one.decision.before is not None and one.decision.after is not None
        }
        if undone:
            self.done.append((undone, was))


TestReviews = Reviews.TestCase
TestReviews.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
