"""Which objects were renamed: only where one of these bytes went and one came, however many others there are."""

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sync_service.adapters.spooled_sort import SpooledSort
from sync_service.domain.reconciliation import Listed
from sync_service.domain.renames import (
    Departed,
    Rename,
    bytes_key,
    entry_of,
    groups_of,
    is_digest,
    line_of,
    sizes_to_read,
)
from sync_service.domain.sample import SampleId

A, B = "0" * 31 + "a", "0" * 31 + "b"
ETAGS = st.sampled_from((A, B, "parts-2", "parts-3"))
BYTES = st.tuples(ETAGS, st.integers(1, 3))


def went(number: int, etag: str, size: int) -> Departed:
    return Departed(SampleId(f"s{number}"), f"old/{number} é", etag, size)


def came(number: int, etag: str, size: int) -> Listed:
    return Listed(f"new/{number}", size, etag, "image/png")


def matched(some: Sequence[Departed | Listed]) -> list[Rename]:
    """By a sort that spools nearly every line."""
    sort = SpooledSort(run_bytes=150)
    for one in some:
        sort.add([line_of(bytes_key(one), one)])
    first = [group.rename for group in groups_of(sort.ascending())]
    assert first == [group.rename for group in groups_of(sort.ascending())]  # it can be asked for again
    sort.close()
    return [rename for rename in first if rename is not None]


@given(st.lists(BYTES, max_size=12), st.lists(BYTES, max_size=12), st.randoms())
def test_what_is_unambiguous_is_a_rename_and_nothing_else(
    old: list[tuple[str, int]], new: list[tuple[str, int]], dice: Random
) -> None:
    some: list[Departed | Listed] = [went(number, *each) for number, each in enumerate(old)]
    some += [came(number, *each) for number, each in enumerate(new)]
    dice.shuffle(some)
    wanted = {each for each in old if old.count(each) == new.count(each) == 1}
    found = matched(some)
    assert {(one.departed.etag, one.departed.size) for one in found} == wanted
    assert all((one.departed.etag, one.departed.size) == (one.listed.etag, one.listed.size) for one in found)
    assert len(found) == len(wanted)


def test_a_rename_is_told_only_where_one_went_and_one_came() -> None:
    gone = [went(number, etag, 5) for number, etag in enumerate("abbcd")]
    new = [
        came(number, etag, size) for number, (etag, size) in enumerate((("a", 5), ("b", 5), *[("c", 5)] * 2, ("d", 6)))
    ]
    assert [(one.departed.path, one.listed.path) for one in matched([*gone, *new])] == [("old/0 é", "new/0")]


def test_a_line_is_read_as_it_was_written() -> None:
    for one in (went(1, A, 7), came(2, "parts-2", 9)):
        assert entry_of(line_of("7:x", one)) == one


def test_only_objects_whose_etags_tell_nothing_are_read() -> None:
    def sizes(*some: Departed | Listed) -> set[int]:
        return sizes_to_read(sorted(map(_by_size, some)))

    assert sizes(went(1, A, 7), came(1, B, 7)) == set()  # two digests that differ: other bytes
    assert sizes(went(1, "parts-2", 7), came(1, B, 7)) == {7}
    assert sizes(went(1, A, 7), came(1, "parts-2", 7), came(2, B, 8)) == {7}
    assert sizes(went(1, "parts-2", 7), came(1, "parts-2", 8)) == set()
    assert (is_digest(A), is_digest("parts-2"), is_digest(f"{A}-2")) == (True, False, False)


def _by_size(one: Departed | Listed) -> bytes:
    return line_of(f"{one.size:020}", one)
