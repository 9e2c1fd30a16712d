"""A command that is refused leaves no trace; a closed job refuses every change; a full image is left alone."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.label.scene import ALICE, BOB, Ids, Scene, arriving, numbered

from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.applying import apply
from label_service.domain.commands import (
    Annotate,
    ChangeLabel,
    Command,
    Conclude,
    Confirm,
    CreateLabel,
    EndItems,
    FollowSamples,
    HideLabel,
    HideMerged,
    Predict,
    Prediction,
    PurgeLabels,
    PutLabelsBack,
    Reject,
    Restore,
    ReviewItems,
    TakeLabelOff,
    TurnInto,
    Undone,
)
from label_service.domain.errors import CLOSED_STATES, JobClosed
from label_service.domain.filters import ItemFilter
from label_service.domain.items import state_of
from label_service.domain.job_head import JobHead
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import InvalidLabel, Label, TooManyLabels
from label_service.domain.reviewing import Judgement
from label_service.domain.working_copy import Origin, WorkingCopy
from labelstream_common.errors import DomainError

SAMPLES = [numbered(number) for number in range(1, 6)]
NAMES = st.sampled_from(["cat", "dog", "new", "bad name", "x" * 1025, "full", "hidden", numbered(77)])
LABEL_IDS = st.sampled_from([numbered(1_000 + number) for number in range(4)])
IDS = st.lists(st.sampled_from([*SAMPLES, numbered(99)]), max_size=5)


def scene_with_a_full_image() -> Scene:
    scene = Scene(5)
    for name in ("cat", "dog", "hidden"):
        scene.label(name, shortcut=name[0])
    scene.annotate(SAMPLES[1], add=["cat"])
    scene.apply(_predict(scene, [(SAMPLES[2], [("dog", 0.6)])]))
    more = [Label(numbered(5_000 + at), f"more-{at}", f"#{at:06x}") for at in range(200)]
    scene.labels = LabelSet([*scene.labels, *more], 203)
    scene.annotate(SAMPLES[0], add=[label.id for label in more])
    scene.apply(HideLabel(scene.origin(), numbered(1_002)))
    return scene


def _predict(scene: Scene, proposals: Any) -> Predict:
    model = Actor(ActorKind.MODEL, "net")
    predictions = [Prediction(sample_id, labels, "net") for sample_id, labels in proposals]
    return Predict(scene.origin(model, Cause.PREDICT), predictions, 0.5, Ids())


JUDGEMENTS = st.builds(Judgement, st.sampled_from(["accept", "reject"]), st.sampled_from([None, "A"]))
EXPECTED = st.dictionaries(st.sampled_from(SAMPLES), st.integers(0, 2), max_size=2)
FEW_NAMES = st.lists(NAMES, max_size=3)
SOME_NAMES = st.none() | st.lists(NAMES, min_size=1, max_size=3)


def commands(scene: Scene) -> st.SearchStrategy[Command]:
    """Any change of items or labels, by one of two people, much of it refused."""
    origins = st.builds(scene.origin, st.sampled_from([ALICE, BOB]))
    return _of_items(scene, origins) | _of_labels(origins)


def _of_items(scene: Scene, by: st.SearchStrategy[Origin]) -> st.SearchStrategy[Command]:
    ids = st.builds(Ids)
    share = st.floats(0, 1)
    proposals = st.builds(
        lambda sample_ids, names, share: _predict(
            scene, [(one, [(name, share) for name in names]) for one in sample_ids]
        ),
        IDS,
        FEW_NAMES,
        share,
    )
    return st.one_of(
        st.builds(Annotate, by, IDS, add=FEW_NAMES, remove=st.lists(NAMES, max_size=2), expect=EXPECTED, label_ids=ids),
        st.builds(Annotate, by, IDS, choice=FEW_NAMES, create_labels=st.booleans(), label_ids=ids),
        st.builds(
            Annotate,
            by,
            IDS,
            replacing=st.tuples(st.just("cat"), NAMES),
            may_create_labels=st.just(False),
            label_ids=ids,
        ),
        st.builds(Confirm, by, IDS, SOME_NAMES, EXPECTED),
        st.builds(Reject, by, IDS, SOME_NAMES, EXPECTED),
        st.builds(ReviewItems, by, IDS, JUDGEMENTS, EXPECTED),
        st.builds(Conclude, by, st.dictionaries(st.sampled_from([*SAMPLES, numbered(99)]), JUDGEMENTS), EXPECTED),
        proposals,
        st.builds(Restore, by, IDS.map(lambda sample_ids: _as_they_are(scene, sample_ids))),
        st.builds(TurnInto, by, st.lists(LABEL_IDS, min_size=1, max_size=1), LABEL_IDS, IDS),
        st.builds(TakeLabelOff, by, LABEL_IDS, IDS),
    )


def _as_they_are(scene: Scene, sample_ids: list[str]) -> dict[str, Undone]:
    states = {one: state_of(scene.items[one]) for one in sample_ids if one in scene.items}
    return {one: Undone(1, state, state) for one, state in states.items()}


def _of_labels(by: st.SearchStrategy[Origin]) -> st.SearchStrategy[Command]:
    shortcuts = st.sampled_from([None, "c", "d", "!", "!!", "z"])
    nothing = st.none()
    return st.one_of(
        st.builds(CreateLabel, by, st.just(numbered(8_000)), NAMES, shortcut=shortcuts),
        st.builds(ChangeLabel, by, LABEL_IDS, NAMES, nothing, shortcuts, nothing, nothing),
        st.builds(HideLabel, by, LABEL_IDS, st.sampled_from([None, frozenset({9})])),
        st.builds(HideMerged, by, st.lists(LABEL_IDS, min_size=2, max_size=2), LABEL_IDS),
        st.builds(PutLabelsBack, by, st.lists(LABEL_IDS, min_size=2, max_size=2)),
        st.builds(PurgeLabels, by, st.lists(LABEL_IDS, min_size=1, max_size=1), st.just(0)),
    )


def everything(work: WorkingCopy) -> Any:
    return (
        work.seq,
        {sample_id: {**item, "labels": list(item["labels"])} for sample_id, item in work.items.items()},
        dict(work.removed),
        dict(work.written),
        {sample_id: dict(fields) for sample_id, fields in work.fields_written.items()},
        set(work.inserted),
        [*work.ended],
        [*work.returned],
        [*work.changes],
        {label.id: label for label in work.labels},
        work.labels.created,
        dict(work.labels_written),
        dict(work.labels_moved),
        [*work.labels_dropped],
        {name: count for name, count in work.label_counts.items() if count},
        {name: count for name, count in work.labelers.items() if count},
        work.totals.by_status(),
        work.totals.hard,
        work.applied_rev,
        work.prepared,
    )


SCENE = scene_with_a_full_image()


@settings(max_examples=150, deadline=None)
@forall(st.lists(commands(SCENE), min_size=1, max_size=4))
def test_whatever_is_refused_leaves_no_trace(program: list[Command]) -> None:
    work = SCENE.copy()
    for command in program:
        before = everything(work)
        try:
            apply(work, command)
        except DomainError:
            assert everything(work) == before


def test_refused_predictions_leave_hardness_alone() -> None:
    scene = Scene(2)
    one, other = list(scene.items)
    with pytest.raises(DomainError):
        scene.apply(_predict(scene, [(one, []), (other, [("no name", 0.5)])]))
    work = SCENE.copy()
    full = _predict(SCENE, [(SAMPLES[0], [("cat", 0.5)])])
    with pytest.raises(TooManyLabels):
        apply(work, full)
    assert work.fields_written == {}


def test_full_image_is_left_alone_and_listed() -> None:
    scene = scene_with_a_full_image()
    outcome = scene.annotate(add=["cat"])
    assert [one.sample_id for one in outcome.conflicts] == [SAMPLES[0]]
    assert (outcome.changed, outcome.unchanged) == (3, 1)
    assert len(scene.items[SAMPLES[0]]["labels"]) == 200


def test_command_that_only_full_images_are_in_the_way_of_is_refused() -> None:
    scene = scene_with_a_full_image()
    with pytest.raises(TooManyLabels):
        scene.annotate(SAMPLES[0], add=["cat"])
    with pytest.raises(TooManyLabels):
        scene.annotate(add=[f"more-{at}" for at in range(200)] + ["cat"])


def closed(scene: Scene, state: str) -> WorkingCopy:
    work = scene.copy()
    work.job = JobHead("job", "dataset", scene.seq, scene.rev, state=state)
    return work


CHANGES: list[Callable[[Scene], Command]] = [
    lambda scene: Annotate(scene.origin(), SAMPLES, add=["dog"]),
    lambda scene: Annotate(scene.origin(), SAMPLES, hard=True),
    lambda scene: Annotate(scene.origin(), [numbered(99)], add=["dog"]),
    lambda scene: Confirm(scene.origin(), SAMPLES),
    lambda scene: Reject(scene.origin(), SAMPLES),
    lambda scene: _predict(scene, [(SAMPLES[3], [("cat", 0.5)])]),
    lambda scene: Restore(scene.origin(), {}),
    lambda scene: CreateLabel(scene.origin(), numbered(8_000), "new"),
    lambda scene: ChangeLabel(scene.origin(), numbered(1_000), "new"),
    lambda scene: HideLabel(scene.origin(), numbered(1_000)),
    lambda scene: HideMerged(scene.origin(), [numbered(1_000)], numbered(1_001)),
    lambda scene: PutLabelsBack(scene.origin(), [numbered(1_002)]),
    lambda scene: FollowSamples(scene.origin(), scene.rev, scene.rev + 1, [arriving(9)], False, {numbered(9): 7}),
]


@pytest.mark.parametrize("state", sorted(CLOSED_STATES))
@pytest.mark.parametrize("change", CHANGES)
def test_closed_job_refuses_every_change(change: Callable[[Scene], Command], state: str) -> None:
    work = closed(SCENE, state)
    before = everything(work)
    with pytest.raises(JobClosed) as refused:
        apply(work, change(SCENE))
    assert refused.value.code == "job-state"
    assert everything(work) == before


def test_closed_job_tells_first_what_is_wrong_with_the_request() -> None:
    with pytest.raises(InvalidLabel):
        apply(closed(SCENE, "completed"), Annotate(SCENE.origin(), SAMPLES, add=["bad name"], label_ids=Ids()))


def test_closed_job_still_tidies_up() -> None:
    work = closed(SCENE, "completed")
    hidden = numbered(1_002)
    apply(work, TakeLabelOff(SCENE.origin(), hidden, SAMPLES))
    apply(work, PurgeLabels(SCENE.origin(), [hidden], 0))
    apply(closed(SCENE, "archived"), EndItems(SCENE.origin(), SAMPLES))


def test_item_that_does_not_match_any_more_is_left_alone() -> None:
    scene = Scene(3)
    one, other, third = list(scene.items)
    scene.annotate(one, add=["cat"], actor=BOB)
    outcome = scene.annotate(add=["dog"], only=ItemFilter(status="unlabeled"))
    assert [conflict.sample_id for conflict in outcome.conflicts] == [one]
    assert scene.names(one) == ["cat"]
    assert scene.names(other) == scene.names(third) == ["dog"]
    confirmed = scene.apply(Confirm(scene.origin(), [one, other], only=ItemFilter(labels=("cat",))))
    assert [conflict.sample_id for conflict in confirmed.conflicts] == [other]
