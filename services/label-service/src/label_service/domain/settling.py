"""What an item's labels are while some of them are being deleted or merged.

From the moment a label is deleted or merged, everybody sees its images as they will be when each has been tidied up.
This module is the one rule for that: commands, readers and the tidying itself all apply it.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from label_service.domain.items import Entry, State, waits

Edit: TypeAlias = Callable[[State], State]


def taking_off(*label_ids: str) -> Edit:
    """Takes deleted labels off."""
    leaving = frozenset(label_ids)

    def edit(state: State) -> State:
        labels = [one for one in state.labels if one["label_id"] not in leaving]
        return state if len(labels) == len(state.labels) else state.carrying(labels)

    return edit


def merging(targets: Mapping[str, str]) -> Edit:
    """Turns each label that is a key of `targets` into the label it names.

    Of several that say the same then, one stays where it is: the first that counts, else the first. So it makes no
    difference which of several merges an image is tidied up for first.
    """

    def edit(state: State) -> State:
        if all(one["label_id"] not in targets for one in state.labels):
            return state
        kept: dict[str, Entry] = {}
        for one in state.labels:
            label_id = targets.get(one["label_id"], one["label_id"])
            if label_id not in kept or (waits(kept[label_id]) and not waits(one)):
                kept[label_id] = one
        staying = {id(one): label_id for label_id, one in kept.items()}
        labels = [_named(one, staying[id(one)]) for one in state.labels if id(one) in staying]
        return state.carrying(labels)

    return edit


def _named(one: Entry, label_id: str) -> Entry:
    return one if one["label_id"] == label_id else {**one, "label_id": label_id}


class Settling:
    """Makes of a stored state the state that people see.

    `ends` has every label that is being deleted or merged: the label that people see in its place, or None.
    """

    __slots__ = ("_merging", "_taking_off", "ends", "gone", "sources")

    def __init__(self, ends: Mapping[str, str | None]) -> None:
        self.ends = ends
        self.gone = frozenset(label_id for label_id, end in ends.items() if end is None)
        self.sources = {label_id: end for label_id, end in ends.items() if end is not None}
        self._taking_off = taking_off(*self.gone)
        self._merging = merging(self.sources)

    def __bool__(self) -> bool:
        return bool(self.ends)

    def __call__(self, state: State) -> State:
        """The very state it was given when there is nothing to settle."""
        if not self.ends or not state.labels:
            return state
        return self._merging(self._taking_off(state))

    def becoming(self, label_id: str) -> list[str]:
        """A label that people see, and those that are being merged into it."""
        return [label_id, *(source for source, end in self.sources.items() if end == label_id)]


NOTHING_TO_SETTLE = Settling({})
