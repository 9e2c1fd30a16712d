"""Items that carry the same: what is counted of them is counted once, for all of them."""

from collections.abc import Sequence
from typing import NamedTuple

from label_service.domain.items import NEW, Entry, State
from label_service.domain.reviews import Review


class Alike(NamedTuple):
    """What some items carry, as far as it counts, and how many carry just this."""

    labels: Sequence[Entry]
    items: int
    hard: bool = False
    sample_state: str = NEW
    content_changed: bool = False
    review: Review | None = None

    @property
    def state(self) -> State:
        return State(self.labels, self.hard, None, self.content_changed, self.sample_state, self.review)
