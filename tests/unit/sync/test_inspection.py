"""What inspection found, and which images look alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from sync_service.adapters.mongo.inspections import document_of, inspection_of
from sync_service.application.inspected import with_facts
from sync_service.application.ports import Inspections
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import Inspection, Look, says_something
from sync_service.domain.likeness import NEAR_BITS, Likenesses
from sync_service.domain.sample import Facts, Measured, Presence, Sample, SampleId

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HASHES = st.integers(1, 2**64 - 2)


def alike(looks: Sequence[Look]) -> list[list[Look]]:
    likenesses = Likenesses()
    for look in looks:
        likenesses.add(look)
    by_id = {look.sample_id: look for look in looks}
    return [[by_id[each] for each in group] for group in likenesses.groups()]


def _looks(hashes: Sequence[int]) -> list[Look]:
    return [Look(SampleId(f"{number:04}"), look, f"bytes-{number}") for number, look in enumerate(hashes)]


@given(HASHES, st.sets(st.integers(0, 63), max_size=NEAR_BITS))
def test_images_that_differ_in_few_bits_are_found(look: int, bits: set[int]) -> None:
    other = look
    for bit in bits:
        other ^= 1 << bit
    (group,) = alike(_looks([look, other]))
    assert [each.look for each in group] == [look, other]


@given(st.lists(HASHES, max_size=30))
def test_a_group_is_joined_by_images_that_are_near(hashes: Sequence[int]) -> None:
    looks = _looks(hashes)
    groups = alike(looks)
    grouped = {each.sample_id for group in groups for each in group}
    for one in looks:
        near = [other for other in looks if other != one and (one.look ^ other.look).bit_count() <= NEAR_BITS]
        assert bool(near) == (one.sample_id in grouped)
    assert sum(map(len, groups)) == len(grouped)


def test_images_of_equal_bytes_alone_are_no_group() -> None:
    assert alike([Look(SampleId("1"), 5, "same"), Look(SampleId("2"), 5, "same")]) == []
    (group,) = alike([Look(SampleId("1"), 5, "same"), Look(SampleId("2"), 5, "same"), Look(SampleId("3"), 5, "other")])
    assert len(group) == 3


def test_plain_areas_look_like_nothing() -> None:
    assert not says_something(0)
    assert not says_something(2**64 - 1)
    assert says_something(1)


SAMPLE = Sample(SampleId("s"), DatasetId("d"), "b", "a.png", 5, "e", "image/png", NOW, NOW)
FOUND = Facts("ok", None, "digest", Measured(640, 480, "image/webp"))


def test_what_was_found_is_told_once_and_moves_no_time() -> None:
    known = SAMPLE.inspected(FOUND)
    assert (known.state, known.sha256, known.width, known.media_type) == ("ok", "digest", 640, "image/webp")
    assert (known.version, known.changed_at) == (2, SAMPLE.changed_at)
    assert known.inspected(FOUND) is known
    assert known.inspected(FOUND._replace(measured=None)) is known


def test_what_is_gone_knows_what_was_found_without_a_version() -> None:
    gone = SAMPLE.now(Presence.DELETED, NOW)
    assert (gone.inspected(FOUND).state, gone.inspected(FOUND).version) == ("ok", gone.version)


def test_other_bytes_are_unknown_again_and_counted_and_equal_bytes_are_neither() -> None:
    known = SAMPLE.inspected(Facts("unreadable", "Cut off.", "digest"))
    moved = known.renamed("b.png", SAMPLE.etag, "image/png", NOW)
    touched = known.with_bytes(5, "e", "image/png", NOW)
    assert {(one.state, one.reason, one.sha256, one.overwritten) for one in (moved, touched)} == {
        ("unreadable", "Cut off.", "digest", 0)
    }
    mended = known.with_bytes(6, "f", "image/png", NOW)
    assert (mended.state, mended.reason, mended.sha256) == ("new", None, "")
    assert (mended.overwritten, mended.content_changed) == (1, True)
    assert (mended.seen().overwritten, mended.seen().content_changed) == (1, False)


def test_where_only_inspection_can_tell_it_decides_whether_the_content_has_changed() -> None:
    known = SAMPLE.inspected(FOUND)
    for etag in ("f", "f-2"):
        touched = known.with_bytes(5, etag, "image/png", NOW, inspects=True)
        assert (touched.state, touched.content_changed, touched.overwritten) == ("new", False, 0)
        assert not touched.inspected(FOUND).content_changed
        other = touched.inspected(FOUND._replace(sha256="another"))
        assert (other.content_changed, other.overwritten, other.version) == (True, 1, touched.version + 1)
        assert other.inspected(FOUND._replace(sha256="another")) is other
        assert touched.inspected(Facts("unreadable", "It is compressed badly.")).content_changed
        measured = touched.inspected(Facts("new", None, "", FOUND.measured))  # as a thumbnail tells
        assert (measured.width, measured.content_changed) == (640, False)
        assert measured.inspected(FOUND._replace(sha256="another")).content_changed
        again = touched.with_bytes(5, "g-2", "image/png", NOW, inspects=True)  # before anybody has read it
        assert (again.inspected(FOUND).content_changed, again.inspected(FOUND).overwritten) == (False, 0)


def test_what_needs_no_inspection_is_marked_at_once() -> None:
    known = SAMPLE.inspected(FOUND)
    larger = known.with_bytes(6, "f-2", "image/png", NOW, inspects=True)
    assert (larger.content_changed, larger.overwritten) == (True, 1)
    assert larger.inspected(FOUND._replace(sha256="another")).overwritten == 1
    never_read = SAMPLE.with_bytes(5, "f", "image/png", NOW, inspects=True)
    assert never_read.content_changed
    assert known.with_bytes(5, "f", "image/png", NOW).content_changed  # nobody inspects
    assert not known.with_bytes(5, "f-2", "image/png", NOW).content_changed


def test_facts_are_kept_whole() -> None:
    """Told again, as of bytes that an object has once more, they are what they were."""
    kept = Inspection(SAMPLE.dataset_id, SAMPLE.id, "e", "ok", NOW, None, "digest", 5, FOUND.measured)
    assert inspection_of(document_of(kept)) == kept
    earlier = replace(kept, measured=None)
    assert not earlier.tells_all_of(SAMPLE)
    assert earlier.tells_all_of(replace(SAMPLE, width=640, height=480))
    assert replace(earlier, state="unreadable").tells_all_of(SAMPLE)


async def test_facts_that_are_kept_between_two_reads_are_shown_whole() -> None:
    """The sample was read before its inspection was kept, and the inspection after."""
    stale = Sample(SampleId("s"), DatasetId("d"), "bucket", "a.jpg", 1, "etag", "image/jpeg", NOW, NOW)
    found = Inspection(DatasetId("d"), SampleId("s"), "etag", "ok", NOW, None, "sha", 5, Measured(4, 3, "image/png"))

    class Kept:
        async def of(self, dataset_id: DatasetId, ids: Sequence[SampleId]) -> Mapping[SampleId, Inspection]:
            return {SampleId("s"): found}

    kept = cast("Inspections", Kept())
    (told,) = await with_facts([stale], kept)
    assert (told.state, told.width, told.height, told.media_type, told.version) == ("ok", 4, 3, "image/png", 1)
    other_bytes = replace(stale, etag="other")
    assert await with_facts([other_bytes], kept) == [other_bytes]
