"""A text beside its image is no rejection, wherever a page of the listing ends and wherever the import goes on."""

from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.directories import text_of
from sync_service.domain.media import media_type_of
from sync_service.domain.reconciliation import NO_IMAGE, Listed
from sync_service.domain.texts_beside import TextsBeside

STEMS = st.sampled_from(("a", "a.b", "b", "b/c", "z"))
ENDINGS = st.sampled_from((".jpg", ".png", ".tif", ".txt", ".u", ".webp"))


def listed(path: str) -> Listed:
    is_image = media_type_of(path) is not None
    return Listed(path, 1, "etag", "image/png" if is_image else "", "" if is_image else NO_IMAGE)


def gone_through(keys: list[str], ends: list[int], after: str = "") -> list[tuple[str, str]]:
    """What is handed out, with the key that its page reached to."""
    beside = TextsBeside(after)
    found: list[tuple[str, str]] = []
    left = [key for key in keys if key > after]
    for end in (*ends, len(left)):
        page, left = left[:end], left[end:]
        if page:
            some, reached = beside.images_of([listed(key) for key in page], page[-1])
            found += [(each.path, reached) for each in some]
            assert all(key <= reached for key, _ in found)
    return found + [(each.path, keys[-1]) for each in beside.rest()]


@given(st.sets(st.tuples(STEMS, ENDINGS).map("".join), min_size=1), st.lists(st.integers(1, 3)))
def test_every_text_without_an_image_is_handed_out_and_no_other(names: set[str], ends: list[int]) -> None:
    keys = sorted(names)
    texts = {text_of(key) for key in keys if listed(key).media_type}
    wanted = [key for key in keys if key not in texts]
    found = gone_through(keys, ends)
    assert [key for key, _ in found] == wanted
    for reached in {reached for _, reached in found}:  # it goes on behind any place that was noted
        before = [key for key, place in found if place <= reached]
        assert before + [key for key, _ in gone_through(keys, ends, reached)] == wanted


def test_a_listing_of_texts_alone_is_not_held_back_whole() -> None:
    keys = ["a.txt", *(f"a.u{number:05}.u" for number in range(3_000))]
    found = gone_through(keys, [1_000, 1_000])
    assert [key for key, _ in found] == keys
    assert found[0][1] < keys[-1]
