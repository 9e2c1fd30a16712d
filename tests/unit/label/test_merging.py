"""Labels of images that were deleted as duplicates go to the image that is kept."""

from hypothesis import given as holds_for
from hypothesis import strategies as st
from tests.unit.label.scene import ALICE, BOB, Scene, arriving, given, numbered, proposed, state

from label_service.domain import edits, items
from label_service.domain.commands import ArrivingSample, Confirm, HideLabel, Merged, Restore, Undone
from label_service.domain.items import state_of
from label_service.domain.working_copy import ItemChange
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM

KEPT, GONE, OTHER = numbered(1), numbered(2), numbered(3)
MERGED = Merged(KEPT, "carol", "merge")


def gone(number: int = 2, version: int = 2) -> ArrivingSample:
    return arriving(number, removed=True, version=version, merged=MERGED)


def test_a_persons_labels_come_with_who_gave_them_in_one_change() -> None:
    scene = Scene(3)
    scene.annotate(KEPT, add=["cat"], actor=ALICE)
    scene.annotate(GONE, add=["cat", "dog"], hard=True, actor=BOB)
    scene.annotate(OTHER, add=["bird"], actor=BOB)
    scene.follow(gone(), gone(3))
    assert scene.names(KEPT) == ["cat", "dog", "bird"]
    assert [one["by"] for one in scene.items[KEPT]["labels"]] == ["alice", "bob", "bob"]
    carried = [one for one in scene.work.changes if isinstance(one, ItemChange) and one.sample_id == KEPT]
    assert {(one.origin.change_id, one.origin.actor.id, one.origin.cause) for one in carried} == {
        ("merge", "carol", "annotate")
    }
    assert not scene.items[KEPT]["hard"]  # what a person left alone there stays
    assert GONE not in scene.items
    assert scene.counted() == scene.recounted()


def test_what_was_imported_comes_only_to_an_image_that_nobody_has_changed() -> None:
    scene = Scene(1)
    scene.follow(arriving(2, "cat", hard=True))
    scene.follow(gone())
    assert (scene.sources(KEPT), scene.items[KEPT]["hard"]) == ({"cat": "import"}, True)
    assert not items.is_touched(scene.items[KEPT]), "imports may still change it"
    assert not scene.work.written[KEPT].touched
    scene.annotate(KEPT, remove=["cat"])
    scene.follow(arriving(3, "cat"))
    scene.follow(gone(3))
    assert scene.names(KEPT) == []


def test_a_persons_label_takes_the_place_of_what_waits() -> None:
    kept = state(proposed("cat"), proposed("dog"))
    after = edits.taking_over(state(given("cat", "bob")), is_persons=False)(kept)
    assert [(one["label_id"], one["source"]) for one in after.labels] == [("cat", items.PERSON)]


@holds_for(
    st.lists(st.tuples(st.integers(0, 250), st.sampled_from([items.PERSON, items.IMPORT, items.MODEL])), max_size=250),
    st.integers(0, MAX_LABELS_OF_ITEM),
    st.booleans(),
)
def test_an_image_never_has_a_label_twice_or_too_many_and_the_second_time_changes_nothing(
    brought: list[tuple[int, str]], own: int, is_persons: bool
) -> None:
    unique = dict(brought)
    other = state(*(given(str(label), "bob", source) for label, source in list(unique.items())[:MAX_LABELS_OF_ITEM]))
    kept = state(*(given(str(label)) for label in range(own)))
    edit = edits.taking_over(other, is_persons=is_persons)
    after = edit(kept)
    ids = [one["label_id"] for one in after.labels]
    assert len(ids) == len(set(ids)) <= MAX_LABELS_OF_ITEM
    assert ids[:own] == [str(label) for label in range(own)]
    assert edit(after) is after


def test_labels_wait_for_an_image_that_is_not_there_yet() -> None:
    scene = Scene()
    scene.follow(arriving(2))
    scene.annotate(GONE, add=["cat"])
    scene.follow(gone())
    assert scene.removed[GONE]["gives_to"] == KEPT
    scene.follow(arriving(1))
    assert (scene.names(KEPT), scene.work.given_away) == (["cat"], [GONE])
    assert scene.counted() == scene.recounted()
    scene.follow(arriving(1, removed=True, version=2))
    scene.follow(arriving(1, version=3))
    assert scene.work.given_away == []


def test_a_duplicate_of_the_event_changes_nothing() -> None:
    scene = Scene(2)
    scene.annotate(GONE, add=["cat"])
    scene.follow(gone())
    scene.annotate(KEPT, remove=["cat"])
    scene.follow(gone())
    assert (scene.names(KEPT), scene.work.changes) == ([], [])


def test_a_deleted_label_does_not_come_along() -> None:
    scene = Scene(2)
    scene.annotate(GONE, add=["cat", "dog"])
    scene.apply(HideLabel(scene.origin(), scene.items[GONE]["labels"][0]["label_id"]))
    scene.follow(gone())
    assert scene.names(KEPT) == ["dog"]
    assert scene.counted() == scene.recounted()


def test_the_merge_can_be_undone_at_the_kept_image() -> None:
    scene = Scene(2)
    scene.annotate(GONE, add=["cat"])
    scene.follow(gone())
    change = next(one for one in scene.work.changes if isinstance(one, ItemChange) and one.sample_id == KEPT)
    assert change.decision.before is not None
    undone = Undone(change.version, change.decision.before, state_of(scene.items[KEPT]))
    scene.apply(Restore(scene.origin(), {KEPT: undone}))
    assert scene.names(KEPT) == []


def test_taking_over_does_not_confirm_what_waits() -> None:
    scene = Scene()
    scene.follow(arriving(1), arriving(2, "cat", to_confirm=True))
    scene.follow(gone())
    assert scene.totals.to_confirm == 1
    scene.apply(Confirm(scene.origin(), [KEPT]))
    assert scene.sources(KEPT) == {"cat": "person"}
