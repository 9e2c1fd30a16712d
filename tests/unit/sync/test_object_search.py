"""Many keys are found with few requests, wherever they lie and however many objects lie around them."""

import asyncio
import bisect
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream_common.object_storage import StoredObject
from sync_service.adapters.object_search import ObjectSearch
from sync_service.domain.reconciliation import Listed

_PAGE = 1_000


class CountingBucket:
    """A bucket that counts requests. `begins_anew`: it lists on only behind an object that is there."""

    def __init__(self, keys: Sequence[str], *, begins_anew: bool = False, may_list: bool = True) -> None:
        self._keys = sorted(set(keys), key=str.encode)
        self._begins_anew = begins_anew
        self._may_list = may_list
        self.asked = self.pages = 0

    async def ask(self, keys: Sequence[str]) -> Mapping[str, Listed]:
        self.asked += len(keys)
        return {key: listed_of(key) for key in keys if self._has(key)}

    async def next_page(self, prefix: str, after: str) -> Sequence[StoredObject] | None:
        self.pages += 1
        if not self._may_list:
            return None
        begin = "" if self._begins_anew and not self._has(after) else after
        first = bisect.bisect_right(self._keys, max(begin, prefix, key=str.encode).encode(), key=str.encode)
        if prefix > begin:
            first = bisect.bisect_left(self._keys, prefix.encode(), key=str.encode)
        page = self._keys[first : first + _PAGE]
        return [StoredObject(key, 1, "e", None) for key in page if key.startswith(prefix)]

    def _has(self, key: str) -> bool:
        at = bisect.bisect_left(self._keys, key.encode(), key=str.encode)
        return at < len(self._keys) and self._keys[at] == key

    def find(self, keys: Sequence[str]) -> set[str]:
        search = ObjectSearch(self.ask, self.next_page, lambda found: listed_of(found.key))
        found = asyncio.run(search.found(keys))
        assert search.asked == self.asked
        return set(found)


def listed_of(key: str) -> Listed:
    return Listed(key, 1, "e", "image/png")


def folder(name: str, count: int) -> list[str]:
    return [f"{name}/{number:06}.png" for number in range(count)]


_SOME = st.lists(st.text("ab/é", min_size=1, max_size=9), unique=True, max_size=300)


@given(there=_SOME, others=_SOME, begins_anew=st.booleans(), may_list=st.booleans())
def test_exactly_what_is_there_is_found(there: list[str], others: list[str], begins_anew: bool, may_list: bool) -> None:
    wanted = [*there[::2], *others]
    found = CountingBucket(there, begins_anew=begins_anew, may_list=may_list).find(wanted)
    assert found == set(wanted) & set(there)


@pytest.mark.parametrize("begins_anew", [False, True])
@pytest.mark.parametrize("missing", [1, 9, 100])
def test_a_folder_is_listed_although_its_first_keys_are_missing(missing: int, begins_anew: bool) -> None:
    keys = folder("train", 1_000)
    bucket = CountingBucket([*folder("other", 2_000), *keys[missing:]], begins_anew=begins_anew)
    assert bucket.find(keys) == set(keys[missing:])
    assert bucket.asked + bucket.pages <= 3


@pytest.mark.parametrize("begins_anew", [False, True])
def test_a_folder_is_listed_from_its_middle_although_the_first_wanted_keys_are_missing(begins_anew: bool) -> None:
    keys = folder("train", 5_000)
    wanted, missing = keys[3_000:4_000], set(keys[3_000:3_009])
    bucket = CountingBucket([key for key in keys if key not in missing], begins_anew=begins_anew)
    assert bucket.find(wanted) == set(wanted) - missing
    assert bucket.asked + bucket.pages <= 40


def test_keys_far_apart_in_ten_million_objects_are_asked_for_singly() -> None:
    """The bucket is not listed: three pages show that it does not pay."""

    class Huge(CountingBucket):
        async def next_page(self, prefix: str, after: str) -> Sequence[StoredObject]:
            self.pages += 1
            first = int(after[2:-4]) + 1
            return [StoredObject(f"p/{number:08}.png", 1, "e", None) for number in range(first, first + _PAGE)]

    keys = [f"p/{number:08}.png" for number in range(0, 10_000_000, 100_000)]
    bucket = Huge(keys)
    assert bucket.find(keys) == set(keys)
    assert (bucket.asked, bucket.pages) == (100, 3)


@pytest.mark.parametrize("begins_anew", [False, True])
def test_keys_shuffled_over_many_folders_are_listed_where_a_page_tells_of_enough(begins_anew: bool) -> None:
    keys = [key for number in range(200) for key in folder(f"train/{number:03}", 50)]
    bucket = CountingBucket(keys, begins_anew=begins_anew)
    wanted = keys[::10]  # five of each folder: a hundred of a page
    assert bucket.find(wanted) == set(wanted)
    assert bucket.asked + bucket.pages <= 40


def test_keys_that_begin_to_lie_close_together_are_soonlisted_of() -> None:
    apart, close = folder("p/a", 20_000), folder("p/b", 900)
    bucket = CountingBucket([*apart, *close])
    wanted = [*apart[::400], *close]
    assert bucket.find(wanted) == set(wanted)
    assert bucket.asked + bucket.pages <= 60


def test_a_key_that_may_not_list_asks_for_each() -> None:
    keys = folder("p", 200)
    bucket = CountingBucket(keys, may_list=False)
    assert bucket.find(keys) == set(keys)
    assert (bucket.asked, bucket.pages) == (200, 1)
