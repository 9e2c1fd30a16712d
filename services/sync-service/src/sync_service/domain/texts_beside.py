"""Texts that lie beside images: they are no images, and none that were rejected, wherever a page of a listing ends."""

from collections.abc import Iterator, Sequence

from sync_service.domain.directories import TEXT_ENDING, as_text, text_of, texts_of
from sync_service.domain.media import media_type_of
from sync_service.domain.reconciliation import Listed

# What sorts behind every ending that an image of this stem can have, and before each of them.
_BEHIND_ENDINGS, _BEFORE_ENDINGS = "/", "."
# An odd listing must not be held back whole.
_MOST_HELD = 1_000


class TextsBeside:
    """Takes the pages of a listing in order. A text is held back until no image of its stem can come any more.

    `after` is the key that the listing goes on behind: what was before it is not known, so that a text of any stem
    around it counts as one beside an image. `prefix` is that of a listing of everything below it; None if it leaves
    out some.
    """

    def __init__(self, after: str = "", *, prefix: str | None = None) -> None:
        self._texts = set(_texts_around(after))
        self._held: list[Listed] = []
        self._reached = after
        self._prefix = prefix
        self._names: dict[str, str] = {}
        self._begin, self._end = after, after

    def images_of(self, page: Sequence[Listed], last_key: str) -> tuple[Sequence[Listed], str]:
        """What of the listing is no text beside an image, as far as that is known, and the key that this reaches to."""
        known = [*self._held, *page]
        own = {text_of(each.path) for each in known if media_type_of(each.path) or not each.left_out}
        texts = own | self._texts
        place = next((number for number, each in enumerate(known) if _is_open(each, texts, last_key)), len(known))
        if len(known) - place > _MOST_HELD:
            place = len(known)
        self._names = {text: each.path for each in known if (text := as_text(each.path))}  # lower case comes last
        self._begin, self._end = self._reached, last_key
        self._held, self._texts = known[place:], {text for text in texts if last_key < _end_of(text)}
        if place or not known:
            self._reached = last_key if place == len(known) else known[place - 1].path
        return [each for each in known[:place] if not _is_beside(each, texts)], self._reached

    def rest(self) -> Sequence[Listed]:
        """What was held back when the listing ended."""
        self._begin, self._end = self._reached, ""
        return [each for each in self._held if not _is_beside(each, self._texts)]

    def where(self, image: str) -> Sequence[str]:
        """Where the text of an image that was just handed out is to be looked for, the likeliest first.

        Nowhere, if the listing tells that there is none.
        """
        text = text_of(image)
        listed = self._names.get(text)
        if listed == text or self._tells(text.removesuffix(TEXT_ENDING)):
            return [listed] if listed else []
        likely = texts_of(image)
        return likely if listed is None or listed in likely else [*likely, listed]

    def _tells(self, stem: str) -> bool:
        """Whether everything of this stem has been listed."""
        first, behind = stem + _BEFORE_ENDINGS, stem + _BEHIND_ENDINGS
        if self._prefix is None or not first.startswith(self._prefix):
            return False
        return self._begin < first and (not self._end or behind <= self._end)


def _is_beside(listed: Listed, texts: set[str]) -> bool:
    return as_text(listed.path) in texts


def _is_open(listed: Listed, texts: set[str], last_key: str) -> bool:
    """Whether an image of this text may still come behind `last_key`."""
    text = as_text(listed.path)
    return text is not None and text not in texts and last_key < _end_of(text)


def _end_of(text: str) -> str:
    """What sorts behind all images of a text's stem."""
    return text.removesuffix(TEXT_ENDING) + _BEHIND_ENDINGS


def _texts_around(key: str) -> Iterator[str]:
    """The texts of all stems that the key has: of `a.b.jpg`, `a.txt` and `a.b.txt`."""
    directory, slash, name = key.rpartition("/")
    parts = name.split(".")
    for count in range(1, max(2, len(parts))):
        yield f"{directory}{slash}{'.'.join(parts[:count])}{TEXT_ENDING}"
