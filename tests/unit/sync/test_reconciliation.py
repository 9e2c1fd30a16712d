from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.reconciliation import (
    NONE_SKIPPED,
    RANGE_BYTES,
    Known,
    Listed,
    Skip,
    Tally,
    fitting,
    left_out,
    reconcile,
)
from sync_service.domain.sample import Presence, SampleId

LISTED_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
BEFORE = LISTED_AT - timedelta(seconds=1)


def known(path: str, etag: str = "a", presence: Presence = Presence.PRESENT, changed_at: datetime = BEFORE) -> Known:
    return Known(SampleId(f"id-{path}"), path, etag, presence, changed_at)


def listed(path: str, etag: str = "a") -> Listed:
    return Listed(path, 10, etag, "image/png")


def test_a_new_object_is_added() -> None:
    assert reconcile([listed("x")], [], listed_at=LISTED_AT).added == [listed("x")]


def test_an_object_with_another_etag_is_updated() -> None:
    plan = reconcile([listed("x", "b")], [known("x", "a")], listed_at=LISTED_AT)
    assert [change.known.path for change in plan.updated] == ["x"]


def test_a_sample_without_its_object_is_removed() -> None:
    assert reconcile([], [known("x")], listed_at=LISTED_AT).removed == [known("x")]


def test_an_object_that_comes_back_brings_its_sample_back() -> None:
    plan = reconcile([listed("x")], [known("x", presence=Presence.REMOVED)], listed_at=LISTED_AT)
    assert [change.known.id for change in plan.returned] == ["id-x"]
    assert plan.tally == Tally(added=1)


def test_a_sample_that_a_person_deleted_stays_deleted() -> None:
    deleted = known("x", presence=Presence.DELETED)
    assert reconcile([listed("x", "b")], [deleted], listed_at=LISTED_AT).is_empty
    assert not reconcile([], [deleted], listed_at=LISTED_AT).removed


def test_what_a_person_deleted_is_noted_when_its_object_goes_and_when_it_returns() -> None:
    deleted = known("x", presence=Presence.DELETED)
    lost = deleted._replace(is_lost=True)
    young = deleted._replace(changed_at=LISTED_AT)
    assert reconcile([], [deleted], listed_at=LISTED_AT).trashed == [deleted]
    assert reconcile([listed("x", "b")], [lost], listed_at=LISTED_AT).trashed == [lost]
    assert reconcile([], [lost], listed_at=LISTED_AT).is_empty
    assert reconcile([], [young], listed_at=LISTED_AT).is_empty
    assert not reconcile([], [deleted], listed_at=LISTED_AT).without_moves().is_empty


def test_a_change_younger_than_the_listing_is_left_alone() -> None:
    young = [
        known("gone", presence=Presence.REMOVED, changed_at=LISTED_AT),
        known("new", changed_at=LISTED_AT),
        known("other", "b", changed_at=LISTED_AT),
    ]
    plan = reconcile([listed("gone"), listed("other", "a")], young, listed_at=LISTED_AT)
    assert plan.is_empty


paths = st.text(alphabet="abc/é😀", min_size=1, max_size=4)


@given(
    objects=st.dictionaries(paths, st.sampled_from("ab"), max_size=12),
    samples=st.dictionaries(paths, st.tuples(st.sampled_from("ab"), st.sampled_from(Presence)), max_size=12),
)
def test_after_its_plan_the_samples_are_the_objects_except_the_deleted(
    objects: dict[str, str], samples: dict[str, tuple[str, Presence]]
) -> None:
    plan = reconcile(
        [listed(path, etag) for path, etag in objects.items()],
        [known(path, etag, presence) for path, (etag, presence) in samples.items()],
        listed_at=LISTED_AT,
    )
    after = {path: etag for path, (etag, presence) in samples.items() if presence is Presence.PRESENT}
    for each in (*plan.added, *(change.listed for change in (*plan.returned, *plan.updated))):
        after[each.path] = each.etag
    for gone in plan.removed:
        del after[gone.path]
    deleted = {path for path, (_, presence) in samples.items() if presence is Presence.DELETED}
    assert after == {path: etag for path, etag in objects.items() if path not in deleted}
    assert plan.tally.unchanged + plan.tally.updated + plan.tally.added == len(after)


def test_a_range_of_long_keys_stays_below_the_size_of_a_record() -> None:
    objects = [listed(f"{number:04d}" + "é" * 500) for number in range(1_000)]
    count = fitting(objects)
    assert 0 < count < 1_000
    assert sum(450 + 3 * len(each.path.encode()) for each in objects[:count]) <= RANGE_BYTES


def test_a_range_has_at_most_a_thousand_objects_and_at_least_one() -> None:
    assert fitting([]) == 0
    assert fitting([listed("a" * 600_000)]) == 1
    assert fitting([listed(str(number)) for number in range(2_000)]) == 1_000


def test_what_is_left_out_is_named_and_takes_its_sample_along() -> None:
    empty = listed("x")._replace(left_out="It is empty.")
    plan = reconcile([empty, listed("y")], [known("x")], listed_at=LISTED_AT)
    assert plan.skipped == [Skip("x", "It is empty.")]
    assert (plan.removed, plan.added) == ([known("x")], [listed("y")])


def test_all_that_is_skipped_is_counted_and_the_first_hundred_are_kept() -> None:
    skipped = NONE_SKIPPED
    for start in range(0, 250, 50):
        skipped = skipped.plus([Skip(f"{number:03}", "no") for number in range(start, start + 50)])
    assert (skipped.count, [skip.path for skip in skipped.examples]) == (250, [f"{at:03}" for at in range(100)])


def test_what_cannot_be_a_sample_is_told_why() -> None:
    at_the_limit = left_out("a.png", 10, max_bytes=10)
    reasons = [left_out("a.png", 11, max_bytes=10), left_out("a.png", 0, max_bytes=10)]
    reasons += [left_out(path, 5, max_bytes=10) for path in ("../a.png", "a/./b.png", "a/..")]
    assert at_the_limit == ""
    assert all(reasons)
    assert [left_out(path, 5, max_bytes=10) for path in ("a..png", ".a/b.png", "...")] == ["", "", ""]
