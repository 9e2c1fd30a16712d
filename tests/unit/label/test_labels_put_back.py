"""Labels whose deletion or merge is cancelled: people see them again, on the items that still carry them."""

import pytest
from tests.unit.label.scene import Scene, numbered

from label_service.domain import labels
from label_service.domain.commands import HideLabel, HideMerged, PurgeLabels, PutLabelsBack, TakeLabelOff, TurnInto
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import LabelNameTaken, TooManyLabels
from label_service.domain.working_copy import LabelChange

ONE, TWO, THREE = numbered(1), numbered(2), numbered(3)


def hidden_cat(scene: Scene, **look: str) -> str:
    """A label on every item, whose deletion has begun."""
    cat = scene.label("cat", **look)
    scene.annotate(add=["cat"])
    scene.apply(HideLabel(scene.origin(), cat))
    return cat


def told(scene: Scene) -> list[tuple[str, str]]:
    return [(change.kind, change.label.name) for change in scene.work.changes if isinstance(change, LabelChange)]


def test_label_is_back_on_the_items_that_still_carry_it_and_said_to_be_created() -> None:
    scene = Scene(3)
    cat = hidden_cat(scene, color="#aabbcc", shortcut="c")
    scene.apply(TakeLabelOff(scene.origin(), cat, [ONE]))
    outcome = scene.apply(PutLabelsBack(scene.origin(), [cat]))
    assert (outcome.changed, told(scene)) == (1, [("created", "cat")])
    label = scene.labels.get(cat)
    assert (label.name, label.color, label.shortcut) == ("cat", "#aabbcc", "c")
    assert [scene.names(one) for one in (ONE, TWO, THREE)] == [[], ["cat"], ["cat"]]
    assert scene.counted()[2] == {cat: 2}
    assert scene.counted() == scene.recounted()
    assert scene.annotate(ONE, add=["cat"]).created_labels == []


def test_name_that_was_taken_meanwhile_keeps_it_hidden_and_changes_nothing() -> None:
    scene = Scene(1)
    cat = hidden_cat(scene)
    scene.label("cat")
    seq = scene.seq
    with pytest.raises(LabelNameTaken) as refused:
        scene.apply(PutLabelsBack(scene.origin(), [cat]))
    assert refused.value.errors == ()  # the request has no field that names the label
    assert scene.seq == seq
    assert scene.labels.hides(cat)


def test_shortcut_that_was_taken_meanwhile_is_given_up() -> None:
    scene = Scene(1)
    cat = hidden_cat(scene, shortcut="c")
    cow = scene.label("cow", shortcut="c")
    scene.apply(PutLabelsBack(scene.origin(), [cat]))
    assert (scene.labels.get(cat).shortcut, scene.labels.get(cow).shortcut) == (None, "c")


def test_label_for_which_there_is_no_room_any_more_stays_hidden() -> None:
    scene = Scene()
    many = [labels.Label(numbered(at), f"l{at}", "#000000") for at in range(10_000)]
    scene.labels = LabelSet(many, len(many))
    scene.apply(HideLabel(scene.origin(), numbered(7)))
    scene.label("one-more")
    with pytest.raises(TooManyLabels):
        scene.apply(PutLabelsBack(scene.origin(), [numbered(7)]))


def test_sources_of_a_merge_come_back_each_on_what_is_left_of_it() -> None:
    scene = Scene(3)
    a, b, c = (scene.label(name) for name in "abc")
    scene.annotate(ONE, add=["a"])
    scene.annotate(TWO, THREE, add=["a", "b"])
    scene.apply(HideMerged(scene.origin(), [a, b], c))
    scene.apply(TurnInto(scene.origin(), [a, b], c, [TWO]))
    scene.apply(PutLabelsBack(scene.origin(), [a, b]))
    assert told(scene) == [("created", "a"), ("created", "b")]
    assert [scene.names(one) for one in (ONE, TWO, THREE)] == [["a"], ["c"], ["a", "b"]]
    assert scene.counted() == scene.recounted()


def test_what_has_been_purged_or_is_seen_is_left_as_it_is() -> None:
    scene = Scene(1)
    cat, dog = hidden_cat(scene), scene.label("dog")
    scene.apply(TakeLabelOff(scene.origin(), cat, [ONE]))
    scene.apply(PurgeLabels(scene.origin(), [cat], 1))
    assert scene.apply(PutLabelsBack(scene.origin(), [cat, dog])).changed == 0
    assert told(scene) == []


def test_merge_goes_to_its_first_target_again_once_that_is_back() -> None:
    scene = Scene(2)
    a, b = scene.label("a"), scene.label("b")
    scene.annotate(add=["a"])
    scene.apply(HideMerged(scene.origin(), [a], b))
    scene.apply(HideLabel(scene.origin(), b))
    scene.apply(TurnInto(scene.origin(), [a], b, [ONE]))  # b is on its way out: a comes off
    scene.apply(PutLabelsBack(scene.origin(), [b]))
    scene.apply(TurnInto(scene.origin(), [a], b, [TWO]))
    assert [scene.names(one) for one in (ONE, TWO)] == [[], ["b"]]
    assert scene.counted() == scene.recounted()


def test_label_that_is_back_can_be_what_its_former_target_is_merged_into() -> None:
    scene = Scene(1)
    a, b = scene.label("a"), scene.label("b")
    scene.annotate(add=["b"])
    scene.apply(HideMerged(scene.origin(), [a], b))
    scene.apply(PutLabelsBack(scene.origin(), [a]))
    scene.apply(HideMerged(scene.origin(), [b], a))
    scene.apply(TurnInto(scene.origin(), [b], a, [ONE]))
    assert scene.names(ONE) == ["a"]


def test_label_that_is_back_has_forgotten_where_it_was_to_go() -> None:
    scene = Scene(1)
    a, b, c = (scene.label(name) for name in "abc")
    scene.annotate(add=["c"])
    scene.apply(HideMerged(scene.origin(), [a], b))
    scene.apply(PutLabelsBack(scene.origin(), [a]))
    scene.apply(HideMerged(scene.origin(), [c], a))
    scene.apply(HideLabel(scene.origin(), a))
    scene.apply(TurnInto(scene.origin(), [c], a, [ONE]))
    assert scene.names(ONE) == []
