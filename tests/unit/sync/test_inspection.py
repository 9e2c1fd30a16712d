"""What inspection found, and which images look alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

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
