"""Items follow samples."""

from dataclasses import replace

from hypothesis import given as holds_for
from hypothesis import strategies as st
from tests.unit.label.scene import ALICE, Ids, Scene, arriving, numbered

from label_service.domain import labels
from label_service.domain.applying import apply
from label_service.domain.commands import (
    ChangeLabel,
    Confirm,
    FollowSamples,
    HideLabel,
    PurgeLabels,
    Restore,
    TakeLabelOff,
    Undone,
)
from label_service.domain.filters import ItemFilter
from label_service.domain.items import State, facets, state_of
from label_service.domain.label_set import LabelSet
from label_service.domain.matching import Matcher
from label_service.domain.working_copy import ItemChange, ItemsChange

ONE = numbered(1)


def test_new_sample_is_an_item_of_version_0_without_an_event() -> None:
    scene = Scene(1)
    (change,) = scene.work.changes
    assert isinstance(change, ItemsChange)
    assert change.added == [ONE]
    assert scene.items[ONE]["version"] == 0
    assert scene.items[ONE]["added_seq"] == change.seq


def test_labels_that_come_with_the_data_are_an_import_at_version_1() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat", "dog", hard=True))
    created, _, added, imported = scene.work.changes
    assert [created.seq, added.seq, imported.seq] == [1, 3, 4]
    assert isinstance(imported, ItemChange)
    assert (imported.version, imported.origin.cause) == (1, "import")
    assert scene.sources(ONE) == {"cat": "import", "dog": "import"}
    assert scene.items[ONE]["hard"]
    assert scene.counted() == scene.recounted()


def test_moved_sample_changes_its_path_without_an_event() -> None:
    scene = Scene(1)
    scene.follow(arriving(1, version=2, path="elsewhere/x.png"))
    assert scene.items[ONE]["path"] == "elsewhere/x.png"
    assert scene.items[ONE]["version"] == 0
    assert not scene.work.changes


def test_replaced_bytes_change_what_shows_them_without_an_event() -> None:
    scene = Scene(1)
    scene.follow(arriving(1, version=2, etag="new"))
    assert (scene.items[ONE]["etag"], scene.items[ONE]["version"]) == ("new", 0)
    assert not scene.work.changes


def test_touched_sample_brings_nothing_back_that_a_person_took_off() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat", "dog", hard=True))
    scene.annotate(remove=["cat"], hard=False)
    scene.follow(arriving(1, "cat", "dog", version=2, hard=True))
    assert scene.sources(ONE) == {"dog": "import"}
    assert not scene.items[ONE]["hard"]


def test_touched_sample_brings_no_old_name_of_a_renamed_or_deleted_label_back() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat", "dog"))
    cat, dog = scene.labels.named("cat"), scene.labels.named("dog")
    assert cat is not None
    assert dog is not None
    scene.apply(ChangeLabel(scene.origin(), cat.id, name="kitty"))
    scene.apply(HideLabel(scene.origin(), dog.id))
    scene.apply(TakeLabelOff(scene.origin(), dog.id, [ONE]))
    scene.apply(PurgeLabels(scene.origin(), [dog.id], 1))
    scene.follow(arriving(1, "cat", "dog", version=2))
    assert scene.sources(ONE) == {"kitty": "import"}
    assert [label.name for label in scene.labels] == ["kitty"]


def test_label_that_the_data_has_no_more_is_taken_off_only_where_it_came_from_it() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat"), arriving(2, "cat"))
    scene.annotate(ONE, remove=["cat"])
    scene.annotate(ONE, add=["cat"])
    scene.follow(arriving(1, "dog", version=2), arriving(2, "dog", version=2))
    assert scene.sources(ONE) == {"cat": "person"}
    assert scene.sources(numbered(2)) == {"dog": "import"}
    scene.follow(arriving(2, "cat", version=3))
    assert scene.sources(numbered(2)) == {"cat": "import"}
    assert scene.counted() == scene.recounted()


def test_item_that_a_person_changed_even_to_nothing_keeps_its_labels() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat"), arriving(2), arriving(3, "cat"))
    scene.annotate(ONE, remove=["cat"])
    scene.annotate(numbered(2), add=["dog"])
    scene.annotate(numbered(2), remove=["dog"])
    scene.follow(*(arriving(number, "bird", version=2) for number in (1, 2, 3)))
    assert [scene.sources(numbered(number)) for number in (1, 2, 3)] == [{}, {}, {"bird": "import"}]
    scene.follow(*(arriving(number, version=3) for number in (1, 2, 3)))
    assert scene.sources(numbered(3)) == {}
    assert scene.counted() == scene.recounted()


def test_labels_that_are_imported_to_be_confirmed_count_once_they_are() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat", to_confirm=True, confidences={"cat": 0.7}), arriving(2, "cat", to_confirm=True))
    assert (scene.totals.to_confirm, scene.totals.labeled) == (2, 0)
    (entry,) = scene.items[ONE]["labels"]
    assert (entry["source"], entry["confidence"]) == ("import-to-confirm", 0.7)
    scene.apply(Confirm(scene.origin(), [ONE]))
    assert scene.sources(ONE) == {"cat": "person"}
    assert (scene.totals.to_confirm, scene.totals.labeled) == (1, 1)
    scene.follow(arriving(1, "cat", version=2), arriving(2, "cat", version=2))
    assert scene.sources(ONE) == {"cat": "person"}
    assert scene.sources(numbered(2)) == {"cat": "import"}
    assert scene.totals.labeled == 2
    assert scene.counted() == scene.recounted()


def test_overwritten_object_keeps_its_labels_and_is_marked_until_a_person_looks() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat", etag="a"), arriving(2, etag="a"))
    scene.follow(arriving(1, "cat", version=2, etag="b", content_changed=True))
    assert scene.items[ONE]["content_changed"]
    assert scene.sources(ONE) == {"cat": "import"}
    (change,) = [one for one in scene.work.changes if isinstance(one, ItemChange)]
    assert (change.origin.cause, change.origin.actor.kind) == ("content-changed", "system")
    scene.follow(arriving(1, "cat", version=3, etag="b", content_changed=True))  # the same bytes set nothing
    assert not [one for one in scene.work.changes if isinstance(one, ItemChange)]
    scene.annotate(ONE, add=["cat"])
    assert not scene.items[ONE]["content_changed"]
    scene.follow(arriving(1, "cat", version=4, etag="c", content_changed=True))
    scene.apply(Confirm(scene.origin(), [ONE]))
    assert not scene.items[ONE]["content_changed"]


def test_an_image_is_marked_when_inspection_tells_later_that_its_bytes_are_others() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat", etag="a"), arriving(2, "cat", etag="a"))
    scene.follow(arriving(1, "cat", version=2, etag="b"), arriving(2, "cat", version=2, etag="b"))
    assert not scene.items[ONE]["content_changed"]
    scene.follow(
        arriving(1, "cat", version=3, etag="b", state="ok", content_changed=True, overwritten=1),
        arriving(2, "cat", version=3, etag="b", state="ok"),
    )
    assert [bool(scene.items[numbered(each)]["content_changed"]) for each in (1, 2)] == [True, False]
    scene.annotate(ONE, add=["cat"])
    scene.follow(arriving(1, "cat", version=4, etag="b", state="ok", overwritten=1))
    assert not scene.items[ONE]["content_changed"]


def test_removed_sample_ends_its_item_and_its_counts() -> None:
    scene = Scene(2)
    scene.annotate(add=["cat"], hard=True)
    scene.follow(arriving(1, version=2, removed=True))
    (end, batch) = scene.work.changes
    assert isinstance(end, ItemChange)
    assert end.decision.after is None
    assert (end.version, end.origin.cause) == (2, "sample-removed")
    assert isinstance(batch, ItemsChange)
    assert batch.removed == [ONE]
    assert scene.totals.total == 1
    assert scene.counted() == scene.recounted()
    assert scene.removed[ONE]["removed_seq"] == end.seq


def test_returning_sample_keeps_id_version_and_labels_that_are_left() -> None:
    scene = Scene(1)
    scene.annotate(add=["cat", "dog"], hard=True)
    scene.follow(arriving(1, version=2, removed=True))
    first_added = scene.removed[ONE]["added_seq"]
    dog = scene.labels.named("dog")
    assert dog is not None
    scene.apply(HideLabel(scene.origin(), dog.id))
    scene.follow(arriving(1, "bird", version=3))
    item = scene.items[ONE]
    assert scene.sources(ONE) == {"cat": "person"}
    assert (item["version"], item["hard"], item["added_seq"]) == (3, True, first_added)
    back = next(change for change in scene.work.changes if isinstance(change, ItemChange))
    assert (back.version, back.decision.before, back.origin.cause) == (3, None, "sample-restored")
    assert scene.counted() == scene.recounted()


def test_follower_that_comes_second_changes_nothing() -> None:
    scene = Scene(1)
    scene.rev += 5
    late = scene.copy()
    scene.rev -= 5
    apply(late, FollowSamples(scene.origin(), 1, 2, [arriving(2)], key_hashes={}, label_ids=Ids()))
    assert not late.changes
    assert late.applied_rev is None


def test_hardness_of_the_data_is_kept_and_makes_no_event() -> None:
    scene = Scene(1)
    scene.follow(arriving(1, version=2, hardness=0.8))
    assert scene.items[ONE]["hardness"] == 0.8
    assert not scene.work.changes


def test_labels_beyond_the_jobs_room_are_left_out_and_come_once_there_is_room() -> None:
    scene = Scene()
    scene.labels = LabelSet([labels.Label(numbered(at), f"l{at}", "#000000") for at in range(10_000)], 10_000)
    scene.follow(arriving(1, "cat", "l1"))
    assert scene.names(ONE) == ["l1"]
    scene.apply(HideLabel(scene.origin(), numbered(5)))
    scene.follow(arriving(1, "cat", "l1", version=2))
    assert scene.names(ONE) == ["l1", "cat"]


def test_preparing_is_said_once_also_without_samples() -> None:
    scene = Scene()
    scene.follow(prepares=True)
    assert scene.work.prepared
    assert scene.seq == 1


def test_an_unreadable_image_is_no_longer_unlabeled_and_comes_back_mended_without_an_event_of_its_own() -> None:
    scene = Scene(3)
    scene.annotate(numbered(2), add=["cat"])
    broken = {"state": "unreadable", "reason": "The image is broken."}
    scene.follow(arriving(1, version=2, **broken), arriving(2, version=2, **broken), arriving(3, version=2, state="ok"))
    (change,) = scene.work.changes
    assert isinstance(change, ItemsChange)
    assert (change.added, change.unreadable, change.readable) == ([], [ONE, numbered(2)], [])
    assert scene.totals.by_status() == {"total": 3, "labeled": 1, "unlabeled": 1, "to_confirm": 0}
    assert scene.totals.unreadable == 2
    assert [scene.items[each]["version"] for each in (ONE, numbered(2))] == [0, 1]
    assert scene.names(numbered(2)) == ["cat"]
    assert "s:unlabeled" not in facets(state_of(scene.items[ONE]))
    assert not Matcher(ItemFilter(status="unlabeled"), scene.labels.meant).matches_state(state_of(scene.items[ONE]))
    scene.annotate(numbered(2), remove=["cat"])
    assert scene.totals.unlabeled == 1
    scene.follow(arriving(1, version=3, state="ok"), arriving(2, version=3))
    (mended,) = scene.work.changes
    assert isinstance(mended, ItemsChange)
    assert mended.readable == [ONE, numbered(2)]
    assert (scene.totals.unlabeled, scene.totals.unreadable) == (3, 0)


def test_an_inspection_that_found_nothing_wrong_takes_no_seq() -> None:
    scene = Scene(1)
    scene.follow(arriving(1, version=2, state="ok"))
    assert not scene.work.changes
    assert scene.work.states_written == {ONE}
    assert "r" in facets(state_of(scene.items[ONE]))


def test_undoing_brings_labels_back_and_not_the_state_of_the_file() -> None:
    scene = Scene(1)
    scene.annotate(add=["cat"])
    before = State([], hard=False, hardness=None)
    after = state_of(scene.items[ONE])
    scene.follow(arriving(1, version=2, state="unreadable", reason="broken"))
    scene.apply(Restore(scene.origin(), {ONE: Undone(1, before, after)}))
    assert (scene.names(ONE), scene.items[ONE]["state"]) == ([], "unreadable")
    assert scene.totals.by_status() == {"total": 1, "labeled": 0, "unlabeled": 0, "to_confirm": 0}


def test_who_follows_late_learns_of_an_overwritten_file_that_others_have_looked_at() -> None:
    scene = Scene()
    scene.follow(arriving(1, "cat", etag="a"))
    scene.follow(arriving(1, "cat", version=5, etag="b", overwritten=1))  # somebody in another job took the mark off
    assert scene.items[ONE]["content_changed"]
    scene.annotate(add=["cat"])
    scene.follow(arriving(1, "cat", version=6, etag="a-2", overwritten=1))  # equal bytes, sent in parts
    assert not scene.items[ONE]["content_changed"]
    scene.follow(arriving(1, "cat", version=7, etag="c", overwritten=2))
    assert scene.items[ONE]["content_changed"]


SAMPLES = st.builds(
    lambda number, names, removed, hard, state: arriving(number, *names, removed=removed, hard=hard, state=state),
    st.integers(1, 4),
    st.lists(st.sampled_from(["cat", "dog", "bird"]), unique=True, max_size=3),
    st.booleans(),
    st.sampled_from([None, True, False]),
    st.sampled_from(["new", "ok", "unreadable"]),
)
STEPS = st.lists(
    st.one_of(
        st.lists(SAMPLES, min_size=1, max_size=3, unique_by=lambda one: one.sample_id),
        st.tuples(st.integers(1, 4), st.sampled_from(["cat", "dog", "fish"]), st.booleans()),
    ),
    max_size=12,
)


@holds_for(STEPS)
def test_counters_equal_a_recount_whatever_comes_and_a_persons_label_stays(steps: list) -> None:  # type: ignore[type-arg]
    scene = Scene(4)
    own: set[tuple[str, str]] = set()
    for step in steps:
        if isinstance(step, tuple):
            number, name, adds = step
            scene.annotate(numbered(number), actor=ALICE, **({"add": [name]} if adds else {"remove": [name]}))
        else:
            scene.follow(*(replace(one, version=scene.rev) for one in step))
        before = own
        own = {
            (sample_id, name)
            for sample_id in scene.items
            for name, source in scene.sources(sample_id).items()
            if source == "person"
        }
        if not isinstance(step, tuple):
            assert {one for one in before if one[0] in scene.items} <= own
        assert scene.counted() == scene.recounted()
        unreadable = [item for item in scene.items.values() if item["state"] == "unreadable"]
        assert scene.totals.unreadable == len(unreadable)
        assert scene.totals.unlabeled == sum("s:unlabeled" in facets(state_of(one)) for one in scene.items.values())
