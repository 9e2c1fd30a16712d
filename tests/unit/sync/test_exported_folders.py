"""Folders of copies within a listing: passed over and told of once, wherever a page of the listing ends."""

from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.dataset import Source
from sync_service.domain.exported_folders import FoldersWithin
from sync_service.domain.reconciliation import Listed
from sync_service.domain.version_export import Destination, takes_in

KEYS = st.lists(st.text("ab/é", min_size=1, max_size=6), unique=True).map(sorted)
FOLDERS = st.lists(st.text("ab/é", min_size=1, max_size=3).map(lambda text: f"{text}/"), max_size=4)


def listed(*keys: str) -> list[Listed]:
    return [Listed(key, 1, "e", "image/png") for key in keys]


@given(KEYS, FOLDERS, st.integers(1, 4))
def test_every_page_gives_what_lies_in_no_folder_and_each_folder_once(
    keys: list[str], folders: list[str], at_once: int
) -> None:
    within = FoldersWithin.of(folders, "")
    found: list[Listed] = []
    after = ""
    for first in range(0, len(keys), at_once):
        page = keys[first : first + at_once]
        found += within.passed_over(listed(*page), after)
        after = page[-1]
    outside = [key for key in keys if not any(key.startswith(folder) for folder in folders)]
    assert [each.path for each in found if not each.left_out] == outside
    told = [each.path for each in found if each.left_out]
    inside = [key for key in keys if key not in outside]
    assert len(told) == len(set(told)) <= len(folders)
    assert all(any(key.startswith(folder) for folder in told) for key in inside)


def test_what_is_known_stays_and_a_folder_around_it_is_still_told_of_once() -> None:
    within = FoldersWithin.of(["out/"], "")
    found = within.passed_over(listed("a", "out/1", "out/2", "out/3", "z"), "", ["out/2"])
    assert [each.path for each in found] == ["a", "out/", "out/2", "z"]


def test_the_folder_itself_is_not_within_it() -> None:
    for around in ("out/", "out", "out/cat/"):
        assert FoldersWithin.of(["out/"], around).prefixes == []
    assert FoldersWithin.of(["out/", "out/more/"], "out/").prefixes == ["out/more/"]


def test_copies_may_go_below_a_source_and_not_around_it() -> None:
    def taken(prefix: str, to: str, bucket: str = "b") -> bool:
        return takes_in(Source("b", prefix), Destination(bucket, to))

    assert [taken("", ""), taken("in/", "in/"), taken("in", "in/"), taken("in/deep/", "in/"), taken("in/", "")] == [
        True
    ] * 5
    assert [taken("", "out/"), taken("in/", "in/out/"), taken("in/", "out/"), taken("", "", "other")] == [False] * 4
