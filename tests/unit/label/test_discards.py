"""Which images go with a deleted label: those on which no other label counts as it comes off."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.label.scene import Ids, Scene, arriving, numbered

from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import (
    Confirm,
    HideLabel,
    HideMerged,
    Outcome,
    Predict,
    Prediction,
    PurgeLabels,
    PutLabelsBack,
    TakeLabelOff,
    TurnInto,
)
from label_service.domain.working_copy import LabelChange

ONE, TWO, THREE, FOUR = map(numbered, range(1, 5))


def discarded(scene: Scene) -> list[tuple[str, Sequence[str]]]:
    """What the last commit says: the label, and the images that go with it."""
    found: list[tuple[str, Sequence[str]]] = []
    for change in scene.work.changes:
        if isinstance(change, LabelChange) and change.kind == "images-discarded":
            assert change.detail["dataset_id"] == "dataset"
            samples = change.detail["sample_ids"]
            assert isinstance(samples, list)
            found.append((change.label.name, samples))
    return found


def predict(scene: Scene, label: str, *sample_ids: str) -> None:
    proposals = [Prediction(one, [(label, 0.9)], "net") for one in sample_ids]
    scene.apply(Predict(scene.origin(Actor(ActorKind.MODEL, "net"), Cause.PREDICT), proposals, label_ids=Ids()))


def id_of(scene: Scene, name: str) -> str:
    label = scene.labels.named(name)
    assert label is not None
    return label.id


def hide(scene: Scene, name: str, *, takes_images: bool = True) -> str:
    label_id = id_of(scene, name)
    scene.apply(HideLabel(scene.origin(), label_id, takes_images=takes_images))
    return label_id


def take_off(scene: Scene, label_id: str) -> Outcome:
    return scene.apply(TakeLabelOff(scene.origin(cause=Cause.LABEL_DELETED), label_id, list(scene.items)))


def test_images_with_no_other_label_go_and_the_others_stay() -> None:
    scene = Scene(3)
    scene.annotate(ONE, TWO, add=["cat"])
    scene.annotate(TWO, add=["dog"])
    cat = hide(scene, "cat")
    outcome = take_off(scene, cat)
    assert discarded(scene) == [("cat", [ONE])]
    assert (outcome.changed, outcome.images) == (2, 1)
    assert scene.seq == len({change.seq for change in scene.work.changes}) + scene.work.job.seq
    assert scene.counted() == scene.recounted()


def test_deletion_that_keeps_images_says_nothing_of_them() -> None:
    scene = Scene(1)
    scene.annotate(add=["cat"])
    cat = hide(scene, "cat", takes_images=False)
    assert take_off(scene, cat).images == 0
    assert discarded(scene) == []


def test_proposal_that_nobody_confirmed_neither_saves_nor_condemns() -> None:
    scene = Scene(4)
    scene.annotate(ONE, add=["cat"])
    predict(scene, "dog", ONE)
    predict(scene, "cat", TWO, THREE)
    scene.apply(Confirm(scene.origin(cause=Cause.CONFIRM), [THREE]))
    cat = hide(scene, "cat")
    take_off(scene, cat)
    assert discarded(scene) == [("cat", [ONE, THREE])]
    assert [scene.names(one) for one in (ONE, TWO, THREE)] == [["dog"], [], []]


def test_label_that_came_with_the_data_counts() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat"), arriving(2, "cat", "dog"))
    cat = hide(scene, "cat")
    take_off(scene, cat)
    assert discarded(scene) == [("cat", [ONE])]


def test_image_that_got_another_label_since_the_deletion_began_stays() -> None:
    scene = Scene(2)
    scene.annotate(add=["cat"])
    cat = hide(scene, "cat")
    scene.annotate(ONE, add=["dog"])
    take_off(scene, cat)
    assert discarded(scene) == [("cat", [TWO])]


def test_label_that_is_itself_on_its_way_out_does_not_save() -> None:
    scene = Scene(1)
    scene.annotate(add=["cat", "dog"])
    cat, dog = hide(scene, "cat"), hide(scene, "dog", takes_images=False)
    take_off(scene, cat)
    assert discarded(scene) == [("cat", [ONE])]
    take_off(scene, dog)
    assert discarded(scene) == []


def test_label_that_is_becoming_another_saves() -> None:
    scene = Scene(1)
    scene.annotate(add=["cat", "hound"])
    dog = scene.label("dog")
    scene.apply(HideMerged(scene.origin(), [id_of(scene, "hound")], dog))
    take_off(scene, hide(scene, "cat"))
    assert discarded(scene) == []


def test_images_of_what_was_still_becoming_the_label_go_with_it() -> None:
    for purged_first in (False, True):
        scene = Scene(2)
        scene.annotate(ONE, add=["kitty"])
        scene.annotate(TWO, add=["kitty", "dog"])
        kitty, cat = id_of(scene, "kitty"), scene.label("cat")
        scene.apply(HideMerged(scene.origin(), [kitty], cat))
        hide(scene, "cat")
        if purged_first:
            scene.apply(PurgeLabels(scene.origin(), [cat], 0))
        scene.apply(TurnInto(scene.origin(cause=Cause.LABEL_MERGED), [kitty], cat, [ONE, TWO]))
        assert discarded(scene) == [("kitty", [ONE])]


def test_label_that_came_back_takes_no_images_when_it_is_deleted_without_them() -> None:
    scene = Scene(1)
    scene.annotate(add=["cat"])
    cat = hide(scene, "cat")
    scene.apply(PutLabelsBack(scene.origin(), [cat]))
    assert not scene.labels.get(cat).takes_images
    assert take_off(scene, hide(scene, "cat", takes_images=False)).images == 0


@settings(max_examples=80)
@given(
    carried=st.lists(st.sets(st.sampled_from("abc")), min_size=1, max_size=8),
    added=st.dictionaries(st.integers(0, 7), st.sampled_from("bcd"), max_size=4),
)
def test_in_whatever_chunks_exactly_the_images_left_bare_go_once(
    carried: list[set[str]], added: dict[int, str]
) -> None:
    scene = Scene(len(carried))
    for name in "abcd":
        scene.label(name)
    for place, names in enumerate(carried):
        scene.annotate(numbered(place + 1), add=sorted(names))
    label_id = hide(scene, "a")
    for place, name in added.items():
        scene.annotate(numbered(place + 1), add=[name])
    going: list[str] = []
    for sample_id in list(scene.items):
        scene.apply(TakeLabelOff(scene.origin(cause=Cause.LABEL_DELETED), label_id, [sample_id]))
        going += [one for _, samples in discarded(scene) for one in samples]
    bare = [numbered(place + 1) for place, names in enumerate(carried) if names == {"a"} and place not in added]
    assert going == bare
    assert scene.counted() == scene.recounted()
