"""One decision for all items that are alike: a state before, a state after, and all that follows from the step."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from label_service.domain import items
from label_service.domain.items import Entry, Item, State
from label_service.domain.label_set import LabelSet
from label_service.domain.reviews import Review, review_of
from label_service.domain.settling import NOTHING_TO_SETTLE, Edit, Settling

Signature: TypeAlias = tuple[Any, ...]


@dataclass(slots=True)
class Totals:
    """How many items a job has, by status, how many are hard examples, and how many cannot be read.

    `set_apart` are those without labels that cannot be read: they are in the total, and not unlabeled.
    """

    total: int = 0
    labeled: int = 0
    to_confirm: int = 0
    hard: int = 0
    unreadable: int = 0
    set_apart: int = 0

    @property
    def unlabeled(self) -> int:
        return self.total - self.labeled - self.to_confirm - self.set_apart

    def copy(self) -> "Totals":
        return replace(self)

    def add(self, state: State, times: int) -> None:
        """Counts `times` items of this state in (or, negative, out)."""
        status = items.status_of(state.labels)
        self.total += times
        self.labeled += times * (status == items.LABELED)
        self.to_confirm += times * (status == items.TO_CONFIRM)
        self.hard += times * state.hard
        unreadable = state.sample_state == items.UNREADABLE
        self.unreadable += times * unreadable
        self.set_apart += times * (unreadable and status == items.UNLABELED)

    def by_status(self) -> dict[str, int]:
        return {
            "total": self.total,
            "labeled": self.labeled,
            "unlabeled": self.unlabeled,
            "to_confirm": self.to_confirm,
        }


class Decision:
    """The step from one stored state to another, worked out once for every item that takes it.

    `before` or `after` is None at an item's beginning or end. `names` are the labels' present names. Counts move by
    what `counting` makes of both: a hidden label has left every count, though items still carry it.
    """

    __slots__ = ("after", "after_json", "before", "before_json", "names", "seen_after", "seen_before")

    def __init__(
        self,
        before: State | None,
        after: State | None,
        names: Mapping[str, str],
        counting: Settling = NOTHING_TO_SETTLE,
    ) -> None:
        self.before = before
        self.after = after
        self.names = names
        self.seen_before = None if before is None else counting(before)
        self.seen_after = None if after is None else counting(after)
        self.before_json: bytes | None = None
        self.after_json: bytes | None = None

    def label_steps(self) -> Counter[str]:
        """By how much the count of each label changes for each item."""
        return _steps(items.counted, self.seen_before, self.seen_after)

    def labeler_steps(self) -> Counter[str]:
        """By how much the number of images that each person labeled changes for each item."""
        return _steps(items.labelers, self.seen_before, self.seen_after)

    def stored_label_steps(self) -> Counter[str]:
        """How often each label comes onto each item, or goes, also where nobody sees it any more."""
        return _steps(items.counted, self.before, self.after)

    @property
    def shows(self) -> bool:
        """Whether people see the step. How hard an item is said to be is kept, and no event tells of it."""
        if self.seen_before is None or self.seen_after is None:
            return True
        return _essence(self.seen_before) != _essence(self.seen_after)

    @property
    def labeled_at(self) -> datetime | None:
        return items.labeled_at(self.after.labels) if self.after else None


def _essence(state: State) -> tuple[Sequence[Entry], bool, bool, Review | None]:
    return state.labels, state.hard, state.content_changed, state.review


def _steps(
    members: Callable[[Sequence[Entry]], Iterable[str]], before: State | None, after: State | None
) -> Counter[str]:
    steps: Counter[str] = Counter(members(after.labels) if after else ())
    steps.subtract(members(before.labels) if before else ())
    return Counter({member: step for member, step in steps.items() if step})


def signature(item: Item) -> Signature:
    """Equal for items that every edit treats alike."""
    labels = item["labels"]
    changed, state = bool(item.get("content_changed")), item.get("state") or items.NEW
    stored = item.get("review")
    review = review_of(stored) if stored else None
    if not labels:
        return (item["hard"], item.get("hardness"), changed, state, review)
    return (
        item["hard"],
        item.get("hardness"),
        changed,
        state,
        review,
        *((one["label_id"], one["by"], one["at"], one["source"], one["confidence"], one["model"]) for one in labels),
    )


def decided(before: State | None, after: State | None, labels: LabelSet) -> Decision:
    """A decision with the names that its labels have now."""
    states = [state for state in (before, after) if state is not None]
    names = {one["label_id"]: labels.name(one["label_id"]) for state in states for one in state.labels}
    return Decision(before, after, names, labels.counting)


class Decisions:
    """Applies one edit to many items, deciding once for those that are alike.

    An edit is made on what people see of an item. One that tidies up (`on_stored`) is made on what the item carries.
    """

    def __init__(self, edit: Edit, labels: LabelSet, *, on_stored: bool = False) -> None:
        self._edit = edit
        self._labels = labels
        self._seen = NOTHING_TO_SETTLE if on_stored else labels.settling
        self._known: dict[Signature, Decision | None] = {}

    def of(self, item: Item) -> Decision | None:
        """The decision for `item`; None if nothing changes."""
        key = signature(item)
        try:
            return self._known[key]
        except KeyError:
            before = items.state_of(item)
            seen = self._seen(before)
            after = self._edit(seen)
            decision = None if after is seen else decided(before, after, self._labels)
            self._known[key] = decision
            return decision
