"""What people see while labels are deleted and merged is what is there in the end, however the tidying goes."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.label.scene import ALICE, BOB, Ids, Scene, numbered, proposed, state
from tests.unit.label.scene import given as given_by

from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import (
    Annotate,
    HideLabel,
    HideMerged,
    Predict,
    Prediction,
    PurgeLabels,
    PutLabelsBack,
    TakeLabelOff,
    TurnInto,
)
from label_service.domain.items import State
from label_service.domain.settling import Settling, merging, taking_off

LABELS = "abcdef"
ENTRIES = st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(["alice", "bob", None])),
    max_size=6,
    unique_by=lambda one: one[0],
).map(lambda some: state(*(given_by(label, by) if by else proposed(label) for label, by in some)))
MERGES = st.dictionaries(st.sampled_from(LABELS[:4]), st.sampled_from([*LABELS[3:], None]), max_size=4).map(
    lambda ends: {label: end for label, end in ends.items() if label != end}
)


def end_of(label: str, merges: dict[str, str | None]) -> str | None:
    end = merges[label]
    return end_of(end, merges) if end in merges else end


@settings(max_examples=200)
@given(before=ENTRIES, merges=MERGES, order=st.permutations(list(LABELS[:4])), steps=st.integers(0, 4))
def test_partly_tidied_item_looks_like_one_that_nobody_touched(
    before: State, merges: dict[str, str | None], order: Sequence[str], steps: int
) -> None:
    ends = {label: end_of(label, merges) for label in merges}
    seen = Settling(ends)
    tidied = before
    for label in [label for label in order if label in ends][:steps]:
        end = ends[label]
        tidied = taking_off(label)(tidied) if end is None else merging({label: end})(tidied)
    assert seen(tidied) == seen(before)
    assert not {one["label_id"] for one in seen(before).labels} & ends.keys()


def test_nothing_to_settle_is_the_same_state() -> None:
    before = state(given_by("a"))
    assert Settling({})(before) is before
    assert Settling({"b": None})(before) is before


class Leaving:
    """A scene whose tidying is held back, and the same program where every deletion and merge is done at once."""

    def __init__(self, size: int) -> None:
        self.held, self.done = Scene(size), Scene(size)
        self.pending: list[tuple[list[str], str | None]] = []

    @property
    def both(self) -> tuple[Scene, Scene]:
        return self.held, self.done

    def id_of(self, scene: Scene, name: str) -> str:
        label = scene.labels.named(name)
        assert label is not None
        return label.id

    def delete(self, name: str) -> None:
        for scene in self.both:
            label_id = self.id_of(scene, name)
            scene.apply(HideLabel(scene.origin(), label_id))
            if scene is self.held:
                self.pending.append(([label_id], None))
            else:
                self.tidy(scene, [label_id], None, list(scene.items))
                scene.apply(PurgeLabels(scene.origin(), [label_id], 0))

    def merge(self, source: str, into: str) -> None:
        for scene in self.both:
            old, new = self.id_of(scene, source), self.id_of(scene, into)
            scene.apply(HideMerged(scene.origin(), [old], new))
            if scene is self.held:
                self.pending.append(([old], new))
            else:
                self.tidy(scene, [old], new, list(scene.items))
                scene.apply(PurgeLabels(scene.origin(), [old], 0))

    @staticmethod
    def tidy(scene: Scene, label_ids: list[str], into: str | None, samples: Sequence[str]) -> None:
        if into is None:
            scene.apply(TakeLabelOff(scene.origin(cause=Cause.LABEL_DELETED), label_ids[0], samples))
        else:
            scene.apply(TurnInto(scene.origin(cause=Cause.LABEL_MERGED), label_ids, into, samples))

    def shown(self, scene: Scene) -> dict[str, object]:
        found: dict[str, object] = {}
        for sample_id, item in scene.items.items():
            seen = scene.labels.settling(State(item["labels"], item["hard"], None))
            names = [(scene.labels.name(one["label_id"]), one["by"], one["source"]) for one in seen.labels]
            found[sample_id] = (names, seen.hard)
        return found

    def counts(self, scene: Scene) -> object:
        totals, hard, counts, labelers = scene.counted()
        assert (totals, hard, counts, labelers) == scene.recounted()
        return totals, hard, {scene.labels.name(label_id): count for label_id, count in counts.items()}, labelers


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_commands_during_the_tidying_do_what_they_would_do_after_it(data: st.DataObject) -> None:
    leaving = Leaving(3)
    for scene in leaving.both:
        scene.annotate(add=["a"], label_ids=Ids())
    for _ in range(data.draw(st.integers(1, 12))):
        step(leaving, data)
        assert leaving.shown(leaving.held) == leaving.shown(leaving.done)
        if data.draw(st.booleans()):
            assert leaving.counts(leaving.held) == leaving.counts(leaving.done)
    for label_ids, into in leaving.pending:
        leaving.tidy(leaving.held, label_ids, into, list(leaving.held.items))
        assert leaving.shown(leaving.held) == leaving.shown(leaving.done)
    assert leaving.counts(leaving.held) == leaving.counts(leaving.done)


def step(leaving: Leaving, data: st.DataObject) -> None:
    names = sorted(label.name for label in leaving.done.labels.seen())
    samples = data.draw(st.lists(st.integers(1, 3).map(numbered), min_size=1, max_size=3, unique=True))
    name, other = data.draw(st.sampled_from("abcd")), data.draw(st.sampled_from("abcd"))
    kind = data.draw(st.sampled_from(["add", "remove", "set", "replace", "hard", "predict", "delete", "merge", "tidy"]))
    if kind == "delete" and names:
        leaving.delete(data.draw(st.sampled_from(names)))
    elif kind == "merge" and len(names) > 1:
        leaving.merge(*data.draw(st.permutations(names))[:2])
    elif kind == "tidy" and leaving.pending:
        label_ids, into = data.draw(st.sampled_from(leaving.pending))
        leaving.tidy(leaving.held, label_ids, into, samples)
    elif kind == "predict":
        for scene in leaving.both:
            origin = scene.origin(Actor(ActorKind.MODEL, "net"), Cause.PREDICT)
            scene.apply(Predict(origin, [Prediction(one, [(name, 0.5)], "net") for one in samples], label_ids=Ids()))
    elif kind in {"add", "remove", "set", "replace", "hard"}:
        edits: dict[str, dict[str, object]] = {
            "add": {"add": [name]},
            "remove": {"remove": [name]},
            "set": {"choice": list(dict.fromkeys([name, other]))},
            "replace": {"replacing": (name, other)},
            "hard": {"hard": data.draw(st.booleans())},
        }
        edit = edits[kind]
        actor = data.draw(st.sampled_from([ALICE, BOB]))
        outcomes = [scene.annotate(*samples, actor=actor, **edit) for scene in leaving.both]
        assert (outcomes[0].changed, outcomes[0].counts) == (outcomes[1].changed, outcomes[1].counts)


def test_label_that_is_put_back_counts_again_on_what_still_carries_it() -> None:
    scene = Scene(3)
    scene.annotate(add=["cat"])
    scene.annotate(numbered(1), add=["dog"])
    cat = scene.labels.named("cat")
    assert cat is not None
    scene.apply(HideLabel(scene.origin(), cat.id))
    assert scene.counted()[0]["labeled"] == 1
    scene.annotate(numbered(2), add=["dog"])
    scene.apply(PutLabelsBack(scene.origin(), [cat.id]))
    assert scene.counted() == scene.recounted()
    assert scene.counted()[2][cat.id] == 2  # whoever labeled the second image since has taken it off there


def test_counts_stay_exact_where_an_edit_commits_together_with_a_deletion() -> None:
    scene = Scene(2)
    scene.annotate(add=["cat"])
    cat = scene.labels.named("cat")
    assert cat is not None
    edit = Annotate(scene.origin(), [numbered(1)], add=["dog"], label_ids=Ids())
    scene.apply(HideLabel(scene.origin(), cat.id), edit)
    assert scene.counted() == scene.recounted()
    assert scene.counted()[0] == {"total": 2, "labeled": 1, "unlabeled": 1, "to_confirm": 0}
