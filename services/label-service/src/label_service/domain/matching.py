"""Whether an item, as people see it, is one that a filter means: of the present, of the past, and as work commits.

What an item's state does not tell (who works on it) is no part of this.
"""

import unicodedata
from collections.abc import Callable, Sequence

from label_service.domain import items
from label_service.domain.filters import ItemFilter
from label_service.domain.items import Entry, State
from label_service.domain.reviews import NO_REVIEW

Find = Callable[[str], str | None]


def folded(text: str) -> str:
    """Equal for texts that differ only in case, or in how Unicode writes the same letters.

    Source: The Unicode Standard, definition D145 (canonical caseless match).
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


class PathPattern:
    """A filter on paths: the beginning of the path or of its name where it ends in `*`, else a part of the path."""

    def __init__(self, text: str) -> None:
        self.is_prefix = text.endswith("*")
        self.text = folded(text.removesuffix("*"))

    def matches(self, path: str) -> bool:
        whole = folded(path)
        if self.is_prefix:
            return whole.startswith(self.text) or whole.rpartition("/")[2].startswith(self.text)
        return self.text in whole


def _has_status(state: State, status: str) -> bool:
    return items.awaits_labels(state) if status == items.UNLABELED else items.status_of(state.labels) == status


def _review_state(state: State) -> str:
    return NO_REVIEW if state.review is None else state.review.state


class Matcher:
    """A filter, made ready to look at many items. `find` gives the id of the label that an id or a name means."""

    def __init__(self, wanted: ItemFilter, find: Find) -> None:
        self._wanted = wanted
        self._path = PathPattern(wanted.path) if wanted.path else None
        self._labels = {find(reference) for reference in wanted.labels}

    def matches(self, state: State, path: str) -> bool:
        return (self._path is None or self._path.matches(path)) and self.matches_state(state)

    def matches_state(self, state: State) -> bool:
        """Whether all but the path matches."""
        wanted = self._wanted
        if wanted.status is not None and not _has_status(state, wanted.status):
            return False
        if wanted.state is not None and state.sample_state != wanted.state:
            return False
        if wanted.hard is not None and state.hard != wanted.hard:
            return False
        if wanted.content_changed is not None and state.content_changed != wanted.content_changed:
            return False
        if wanted.review is not None and _review_state(state) != wanted.review:
            return False
        return self._carries(state.labels) and self._given_by(state.labels) and self._given_at(state.labels)

    def _carries(self, labels: Sequence[Entry]) -> bool:
        if not self._labels:
            return True
        carried = {one["label_id"] for one in labels}
        return self._labels <= carried if self._wanted.label_match == "all" else bool(self._labels & carried)

    def _given_by(self, labels: Sequence[Entry]) -> bool:
        wanted = self._wanted
        if wanted.labeled_by is not None and wanted.labeled_by not in items.labelers(labels):
            return False
        if wanted.source is not None and all(items.shown_source(one["source"]) != wanted.source for one in labels):
            return False
        above = wanted.confidence_above
        return above is None or any(items.waits(one) and (one["confidence"] or 0.0) > above for one in labels)

    def _given_at(self, labels: Sequence[Entry]) -> bool:
        """The first instant of a window is not in it, the last is."""
        wanted = self._wanted
        if wanted.labeled_after is None and wanted.labeled_before is None:
            return True
        at = items.labeled_at(labels)
        if at is None:
            return False
        after, before = wanted.labeled_after, wanted.labeled_before
        return (after is None or at > after) and (before is None or at <= before)
