"""Texts that lie beside images: they are no images, and none that were rejected, wherever a page of a listing ends."""

from collections.abc import Sequence

from sync_service.domain.directories import TEXT_ENDING, text_of
from sync_service.domain.media import media_type_of
from sync_service.domain.reconciliation import Listed

# What sorts behind every ending that an image of this stem can have.
_BEHIND_ENDINGS = "/"
# An odd listing must not be held back whole.
_MOST_HELD = 1_000


class TextsBeside:
    """Takes the pages of a listing in order. A text is held back until no image of its stem can come any more.

    `after` is the key that the listing goes on behind: the text of an image there may be the first to come.
    """

    def __init__(self, after: str = "") -> None:
        self._texts = {text_of(after)} if media_type_of(after) else set[str]()
        self._held: list[Listed] = []
        self._reached = after

    def images_of(self, page: Sequence[Listed], last_key: str) -> tuple[Sequence[Listed], str]:
        """What of the listing is no text beside an image, as far as that is known, and the key that this reaches to."""
        known = [*self._held, *page]
        own = {text_of(each.path) for each in known if not each.left_out}
        texts = own | self._texts
        place = next((number for number, each in enumerate(known) if _is_open(each, texts, last_key)), len(known))
        if len(known) - place > _MOST_HELD:
            place = len(known)
        self._held, self._texts = known[place:], texts if place == 0 else own
        if place or not known:
            self._reached = last_key if place == len(known) else known[place - 1].path
        return [each for each in known[:place] if not _is_beside(each, texts)], self._reached

    def rest(self) -> Sequence[Listed]:
        """What was held back when the listing ended."""
        return [each for each in self._held if not _is_beside(each, self._texts)]


def _is_beside(listed: Listed, texts: set[str]) -> bool:
    return listed.path.endswith(TEXT_ENDING) and listed.path in texts


def _is_open(listed: Listed, texts: set[str], last_key: str) -> bool:
    """Whether an image of this text may still come behind `last_key`."""
    is_text = listed.path.endswith(TEXT_ENDING) and listed.path not in texts
    return is_text and last_key < listed.path.removesuffix(TEXT_ENDING) + _BEHIND_ENDINGS
