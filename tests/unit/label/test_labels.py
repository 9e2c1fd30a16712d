"""The label set of a job."""

import unicodedata
from typing import Any

import pytest
from tests.unit.label.scene import ALICE, Ids, Scene, numbered

from label_service.domain import label_management, labels
from label_service.domain.commands import ChangeLabel, HideLabel, HideMerged, PurgeLabels, TakeLabelOff, TurnInto
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import (
    InvalidLabel,
    LabelNameTaken,
    LabelNotFound,
    LabelShortcutTaken,
    TooManyLabels,
    UnknownLabel,
)
from label_service.domain.naming import LabelCreationForbidden
from label_service.domain.working_copy import LabelChange
from labelstream_common.errors import DomainError


def pointer_of(error: DomainError) -> str:
    (one,) = error.errors
    return one.pointer


DECOMPOSED, COMPOSED = "cafe\u0301", "caf\u00e9"


def test_names_are_kept_and_compared_in_nfc() -> None:
    scene = Scene()
    scene.label(DECOMPOSED)
    assert scene.labels.named(COMPOSED) is not None
    with pytest.raises(LabelNameTaken):
        scene.label(COMPOSED)


@pytest.mark.parametrize("name", ["", " ", "a b", "a|b", "=1+1", "a\0", "😀", "\u0301a", "a\u200db", "x" * 1025])
def test_bad_name_is_refused_and_leaves_no_label(name: str) -> None:
    scene = Scene()
    with pytest.raises(InvalidLabel) as refused:
        scene.label(name)
    assert pointer_of(refused.value) == "/name"
    assert not list(scene.labels)
    assert scene.seq == 0


def test_default_colors_are_distinct_also_from_chosen_ones() -> None:
    scene = Scene()
    scene.label("chosen", color=labels.distinct_color(1))
    for number in range(300):
        scene.label(f"l{number}")
    colors = [label.color for label in scene.labels]
    assert len(set(colors)) == len(colors)


def test_colors_run_out_without_harm() -> None:
    full = LabelSet([labels.Label(numbered(at), f"l{at}", labels.distinct_color(at)) for at in range(5_000)], 0)
    assert full.free_color().startswith("#")


def test_the_color_of_a_label_among_thousands_is_found_by_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand labels took minutes of one processor: each looked through all colors, when all were taken."""
    full = LabelSet([labels.Label(numbered(at), f"l{at}", labels.distinct_color(at)) for at in range(9_999)], 0)
    looks: list[int] = []
    color = labels.distinct_color

    def counted(position: int) -> str:
        looks.append(position)
        return color(position)

    monkeypatch.setattr(labels, "distinct_color", counted)
    full.free_color()
    assert len(looks) < 20


@pytest.mark.parametrize("color", ["red", "#12345", "#1234567", "#gggggg", "123456", ""])
def test_color_is_written_as_rrggbb(color: str) -> None:
    scene = Scene()
    label_id = scene.label("cat")
    with pytest.raises(InvalidLabel):
        scene.apply(ChangeLabel(scene.origin(), label_id, color=color))


@pytest.mark.parametrize("shortcut", ["ab", " ", "-", "\u0301", "\n"])
def test_shortcut_is_one_letter_or_digit(shortcut: str) -> None:
    with pytest.raises(InvalidLabel):
        Scene().label("cat", shortcut=shortcut)


def test_shortcut_belongs_to_one_label_in_either_case() -> None:
    scene = Scene()
    first = scene.label("cat", shortcut="C")
    with pytest.raises(LabelShortcutTaken):
        scene.label("cow", shortcut="c")
    scene.apply(ChangeLabel(scene.origin(), first, shortcut="c"))
    scene.apply(ChangeLabel(scene.origin(), first, shortcut=""))
    scene.label("cow", shortcut="c")


def test_rename_is_one_change_and_frees_the_old_name() -> None:
    scene = Scene()
    label_id = scene.label("cat")
    scene.apply(ChangeLabel(scene.origin(), label_id, name="kitty"))
    (change,) = scene.work.changes
    assert change.seq == scene.seq == 2
    assert scene.labels.name(label_id) == "kitty"
    scene.label("cat")
    with pytest.raises(LabelNameTaken):
        scene.apply(ChangeLabel(scene.origin(), label_id, name="cat"))


def test_new_look_takes_a_number_and_is_told() -> None:
    scene = Scene()
    label_id = scene.label("cat")
    outcome = scene.apply(ChangeLabel(scene.origin(), label_id, color="#ABCDEF"))
    assert outcome.label is not None
    assert (outcome.label.color, outcome.label.version) == ("#abcdef", 2)
    (change,) = scene.work.changes
    assert isinstance(change, LabelChange)
    assert (change.seq, change.kind, change.label.color, scene.seq) == (2, "updated", "#abcdef", 2)


def test_change_of_a_label_that_has_changed_is_stale() -> None:
    scene = Scene()
    label_id = scene.label("cat")
    scene.apply(ChangeLabel(scene.origin(), label_id, name="kitty", if_versions=frozenset({1})))
    with pytest.raises(label_management.LabelStale):
        scene.apply(ChangeLabel(scene.origin(), label_id, name="tom", if_versions=frozenset({1})))
    with pytest.raises(label_management.LabelStale):
        scene.apply(HideLabel(scene.origin(), label_id, if_versions=frozenset({1})))


@pytest.mark.parametrize("wrong", [{"name": "a b"}, {"color": "red"}, {"shortcut": "ab"}])
def test_what_can_never_be_right_is_told_before_what_is_stale(wrong: dict[str, str]) -> None:
    scene = Scene()
    label_id = scene.label("cat")
    with pytest.raises(InvalidLabel):
        scene.apply(ChangeLabel(scene.origin(), label_id, **wrong, if_versions=frozenset({99})))


@pytest.mark.parametrize("taken", [{"name": "dog"}, {"shortcut": "d"}])
def test_what_is_stale_is_told_before_what_is_taken(taken: dict[str, str]) -> None:
    scene = Scene()
    label_id = scene.label("cat")
    scene.apply(ChangeLabel(scene.origin(), scene.label("dog"), shortcut="d"))
    with pytest.raises(label_management.LabelStale):
        scene.apply(ChangeLabel(scene.origin(), label_id, **taken, if_versions=frozenset({99})))


def test_same_name_again_changes_nothing() -> None:
    scene = Scene()
    label_id = scene.label(COMPOSED)
    outcome = scene.apply(ChangeLabel(scene.origin(), label_id, name=unicodedata.normalize("NFD", COMPOSED)))
    assert outcome.label is not None
    assert outcome.label.version == 1
    assert not scene.work.labels_written


def test_deleted_label_is_gone_at_once_and_its_name_free() -> None:
    scene = Scene(2)
    scene.annotate(add=["cat"])
    old = scene.labels.named("cat")
    assert old is not None
    scene.apply(HideLabel(scene.origin(), old.id))
    assert scene.labels.find("cat") is None
    scene.annotate(numbered(1), add=["cat"])
    new = scene.labels.named("cat")
    assert new is not None
    assert new.id != old.id
    scene.apply(TakeLabelOff(scene.origin(), old.id, list(scene.items)))
    assert scene.names(numbered(1)) == ["cat"]
    assert scene.names(numbered(2)) == []
    scene.apply(PurgeLabels(scene.origin(), [old.id], 2))
    assert not scene.labels.knows(old.id)
    assert scene.counted() == scene.recounted()


def test_id_of_a_deleted_label_does_not_become_a_name() -> None:
    scene = Scene(1)
    label_id = scene.label("cat")
    scene.apply(HideLabel(scene.origin(), label_id))
    for edit in ({"add": [label_id]}, {"choice": [label_id]}, {"replacing": ("x", label_id)}):
        with pytest.raises(UnknownLabel):
            scene.annotate(**edit)
    assert scene.annotate(remove=[label_id]).changed == 0


def test_label_is_named_by_id_or_name_in_any_normal_form() -> None:
    scene = Scene(1)
    label_id = scene.label(COMPOSED)
    assert [scene.annotate(add=[name]).changed for name in (DECOMPOSED, label_id, COMPOSED)] == [1, 0, 0]
    assert [one["label_id"] for one in scene.items[numbered(1)]["labels"]] == [label_id]
    assert scene.annotate(remove=[DECOMPOSED]).changed == 1


@pytest.mark.parametrize("kind", ["add", "choice"])
@pytest.mark.parametrize("other", [COMPOSED, DECOMPOSED, "id"])
def test_same_label_twice_is_refused_and_changes_nothing(kind: str, other: str) -> None:
    scene = Scene(1)
    label_id = scene.label(COMPOSED)
    edit: dict[str, Any] = {kind: ["new", COMPOSED, label_id if other == "id" else other]}
    with pytest.raises(InvalidLabel) as refused:
        scene.annotate(**edit)
    assert [fault.pointer for fault in refused.value.errors] == ["/add/2" if kind == "add" else "/set/2"]
    assert scene.names(numbered(1)) == []


def test_label_to_add_and_to_remove_is_refused() -> None:
    scene = Scene(1)
    label_id = scene.label("cat")
    with pytest.raises(InvalidLabel):
        scene.annotate(add=["cat"], remove=[label_id])
    assert scene.names(numbered(1)) == []


def test_unknown_name_is_refused_where_none_is_created_and_creates_nothing() -> None:
    scene = Scene(1)
    with pytest.raises(UnknownLabel) as refused:
        scene.annotate(add=["cat", "dog"], create_labels=False)
    assert pointer_of(refused.value) == "/add/0"
    with pytest.raises(LabelCreationForbidden):
        scene.annotate(add=["cat"], may_create_labels=False)
    assert not list(scene.labels)


def test_label_that_no_item_would_get_is_not_created() -> None:
    scene = Scene(1)
    outcome = scene.annotate(numbered(99), add=["cat"])
    assert outcome.missing == [numbered(99)]
    assert not outcome.created_labels
    outcome = scene.annotate(numbered(1), add=["cat"], expect={numbered(1): 9})
    assert [one.version for one in outcome.conflicts] == [0]
    assert scene.annotate(replacing=("unknown", "cat")).changed == 0
    assert not list(scene.labels)


def test_merge_turns_items_and_follows_a_further_merge() -> None:
    scene = Scene(3)
    a, b, c = (scene.label(name) for name in "abc")
    scene.annotate(numbered(1), add=["a"])
    scene.annotate(numbered(2), add=["a", "b"])
    scene.apply(HideMerged(scene.origin(), [a], b))
    scene.apply(HideMerged(scene.origin(), [b], c))
    everything = list(scene.items)
    scene.apply(TurnInto(scene.origin(), [b], c, everything))
    scene.apply(PurgeLabels(scene.origin(), [b], 1))
    scene.apply(TurnInto(scene.origin(), [a], b, everything))
    assert scene.names(numbered(1)) == ["c"]
    assert scene.names(numbered(2)) == ["c"]
    assert scene.counted() == scene.recounted()


def test_merge_into_a_label_that_is_deleted_meanwhile_takes_off() -> None:
    scene = Scene(1)
    a, b = scene.label("a"), scene.label("b")
    scene.annotate(add=["a"])
    scene.apply(HideMerged(scene.origin(), [a], b))
    scene.apply(HideLabel(scene.origin(), b))
    scene.apply(PurgeLabels(scene.origin(), [b], 0))
    scene.apply(TurnInto(scene.origin(), [a], b, list(scene.items)))
    assert scene.names(numbered(1)) == []
    assert scene.counted() == scene.recounted()


def test_merge_of_unknown_labels_names_them_and_changes_nothing() -> None:
    scene = Scene()
    a = scene.label("a")
    for sources, into, pointer in (([a], numbered(5), "/into"), ([a, numbered(5)], a, "/from/1")):
        with pytest.raises(UnknownLabel) as refused:
            scene.apply(HideMerged(scene.origin(), sources, into))
        assert pointer_of(refused.value) == pointer
    with pytest.raises(label_management.MergeIntoItself):
        scene.apply(HideMerged(scene.origin(), [a], a))
    assert scene.labels.sees(a)


def test_job_has_at_most_10_000_labels() -> None:
    scene = Scene(1)
    scene.labels = LabelSet([labels.Label(numbered(at), f"l{at}", "#000000") for at in range(9_999)], 9_999)
    scene.annotate(add=["one-more"])
    for refused in (lambda: scene.label("two-more"), lambda: scene.annotate(add=["two-more"])):
        with pytest.raises(TooManyLabels):
            refused()


def test_change_of_no_such_label_is_not_found() -> None:
    scene = Scene()
    with pytest.raises(LabelNotFound):
        scene.apply(ChangeLabel(scene.origin(ALICE), numbered(5), name="x"))
    assert isinstance(Ids()["x"], str)
