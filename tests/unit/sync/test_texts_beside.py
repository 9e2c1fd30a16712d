"""A text beside its image is no rejection, wherever a page of the listing ends and wherever the import goes on."""

from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.directories import as_text, text_of
from sync_service.domain.media import media_type_of
from sync_service.domain.reconciliation import NO_IMAGE, Listed
from sync_service.domain.texts_beside import TextsBeside

STEMS = st.sampled_from(("a", "a.b", "b", "b/c", "z"))
ENDINGS = st.sampled_from((".JPG", ".jpg", ".png", ".tif", ".u", ".webp"))
TEXTS = st.sampled_from((".TXT", ".Txt", ".tXt", ".txt"))


def listed(path: str) -> Listed:
    is_image = media_type_of(path) is not None
    return Listed(path, 1, "etag", "image/png" if is_image else "", "" if is_image else NO_IMAGE)


def gone_through(keys: list[str], ends: list[int], after: str = "") -> list[tuple[str, str]]:
    """What is handed out, with the key that its page reached to. Every image's text is found, if it has one."""
    beside = TextsBeside(after, prefix="")
    found: list[tuple[str, str]] = []
    left = [key for key in keys if key > after]
    for end in (*ends, len(left)):
        page, left = left[:end], left[end:]
        if page:
            some, reached = beside.images_of([listed(key) for key in page], page[-1])
            found += [(each.path, reached) for each in some]
            _finds_texts([each.path for each in some], keys, beside)
            assert all(key <= reached for key, _ in found)
    rest = [each.path for each in beside.rest()]
    _finds_texts(rest, keys, beside)
    return found + [(key, keys[-1]) for key in rest]


def _finds_texts(handed_out: list[str], keys: list[str], beside: TextsBeside) -> None:
    for image in handed_out:
        if media_type_of(image):
            there = [key for key in keys if as_text(key) == text_of(image)]
            first = next((key for key in beside.where(image) if key in there), None)
            assert first is not None or {key[-4:] for key in there} <= {".tXt"}  # which the page before may have had
            assert first == text_of(image) or text_of(image) not in there


@given(
    st.sets(st.tuples(STEMS, ENDINGS).map("".join), min_size=1),
    st.dictionaries(STEMS, TEXTS),
    st.lists(st.integers(1, 3)),
)
def test_every_text_without_an_image_is_handed_out_and_no_other(
    names: set[str], beside: dict[str, str], ends: list[int]
) -> None:
    keys = sorted({*names, *(stem + ending for stem, ending in beside.items())})
    texts = {text_of(key) for key in keys if listed(key).media_type}
    wanted = [key for key in keys if as_text(key) not in texts]
    found = gone_through(keys, ends)
    assert [key for key, _ in found] == wanted
    for reached in {reached for _, reached in found}:  # it goes on behind any place that was noted
        before = [key for key, place in found if place <= reached]
        rest = [key for key, _ in gone_through(keys, ends, reached)]
        unsure = {key for key in wanted if (text := as_text(key)) and text[:-4] + "." <= reached < text[:-4] + "/"}
        assert [key for key in before + rest if key not in unsure] == [key for key in wanted if key not in unsure]


def test_a_listing_of_texts_alone_is_not_held_back_whole() -> None:
    keys = ["a.txt", *(f"a.u{number:05}.u" for number in range(3_000))]
    found = gone_through(keys, [1_000, 1_000])
    assert [key for key, _ in found] == keys
    assert found[0][1] < keys[-1]


def test_only_where_a_listing_does_not_tell_is_a_text_asked_for() -> None:
    beside = TextsBeside(prefix="in/")
    keys = ["in/a.JPG", "in/a.TxT", "in/b.jpg", "in/c.png"]
    assert [each.path for each in beside.images_of([listed(key) for key in keys], keys[-1])[0]] == [
        "in/a.JPG",
        "in/b.jpg",
        "in/c.png",
    ]
    assert [list(beside.where(key)) for key in ("in/a.JPG", "in/b.jpg")] == [["in/a.TxT"], []]
    assert list(beside.where("in/c.png")) == ["in/c.txt", "in/c.TXT", "in/c.Txt"]  # it may stand on the next page
    some = TextsBeside("in/b.jpg", prefix="in/b.p")
    some.images_of([listed("in/b.png")], "in/z.png")
    assert list(some.where("in/b.png")) == ["in/b.txt", "in/b.TXT", "in/b.Txt"]  # it may stand before


def test_the_text_of_an_image_that_is_left_out_is_none_either() -> None:
    beside = TextsBeside()
    empty = Listed("a.png", 0, "etag", "image/png", "It is empty.")
    found, _ = beside.images_of([empty, listed("a.txt"), listed("b.png")], "b.png")
    assert [each.path for each in found] == ["a.png", "b.png"]
