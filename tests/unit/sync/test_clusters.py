"""Keys that lie close together are found by listing, the others by asking for each."""

from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.clusters import MANY, clusters

_KEYS = st.lists(st.text("ab/é", min_size=1, max_size=12), unique=True, max_size=400)


@given(_KEYS)
def test_every_key_is_in_one_cluster_and_begins_with_its_prefix(keys: list[str]) -> None:
    ordered = sorted(keys, key=str.encode)
    found = list(clusters(ordered))
    assert sorted((key for one in found for key in one.keys), key=str.encode) == ordered
    for one in found:
        assert list(one.keys) == sorted(one.keys, key=str.encode)
        assert all(key.startswith(one.prefix) for key in one.keys)


def test_a_key_elsewhere_leaves_a_folder_to_be_listed_by_itself() -> None:
    folder = [f"train/00001/{number:03}.png" for number in range(MANY)]
    found = {one.prefix: list(one.keys) for one in clusters(["nothing/1.png", *folder])}
    assert found == {"train/00001/0": folder, "nothing/1.png": ["nothing/1.png"]}


def test_many_small_folders_are_listed_together() -> None:
    keys = sorted(f"train/{folder:03}/{number:02}.png" for folder in range(10) for number in range(MANY - 1))
    assert [(one.prefix, len(one.keys)) for one in clusters(keys)] == [("train/00", 10 * (MANY - 1))]


def test_nothing_is_in_no_cluster() -> None:
    assert list(clusters([])) == []
