"""One decision for all items that are alike: a state before, a state after, and all that follows from the step."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from label_service.domain import items
from label_service.domain.edits import Edit
from label_service.domain.items import Item, State
from label_service.domain.labels import LabelSet

Signature: TypeAlias = tuple[Any, ...]


class Totals:
    """How many items a job has, by status, and how many are hard examples."""

    __slots__ = ("hard", "labeled", "to_confirm", "total")

    def __init__(self, total: int = 0, labeled: int = 0, to_confirm: int = 0, hard: int = 0) -> None:
        self.total, self.labeled, self.to_confirm, self.hard = total, labeled, to_confirm, hard

    @property
    def unlabeled(self) -> int:
        return self.total - self.labeled - self.to_confirm

    def copy(self) -> "Totals":
        return Totals(self.total, self.labeled, self.to_confirm, self.hard)

    def add(self, state: State, times: int) -> None:
        """Counts `times` items of this state in (or, negative, out)."""
        status = items.status_of(state.labels)
        self.total += times
        self.labeled += times * (status == items.LABELED)
        self.to_confirm += times * (status == items.TO_CONFIRM)
        self.hard += times * state.hard

    def by_status(self) -> dict[str, int]:
        return {
            "total": self.total,
            "labeled": self.labeled,
            "unlabeled": self.unlabeled,
            "to_confirm": self.to_confirm,
        }


class Decision:
    """The step from one state to another, worked out once for every item that takes it.

    `before` or `after` is None at an item's beginning or end. `names` are the labels' names as they are now.
    """

    __slots__ = ("after", "after_json", "before", "before_json", "names")

    def __init__(self, before: State | None, after: State | None, names: Mapping[str, str]) -> None:
        self.before = before
        self.after = after
        self.names = names
        self.before_json: bytes | None = None
        self.after_json: bytes | None = None

    def label_steps(self) -> Counter[str]:
        """By how much the count of each label changes for each item."""
        return self._steps(items.counted)

    def labeler_steps(self) -> Counter[str]:
        """By how much the number of images that each person labeled changes for each item."""
        return self._steps(items.labelers)

    def _steps(self, members: Any) -> Counter[str]:
        steps: Counter[str] = Counter(members(self.after.labels) if self.after else ())
        steps.subtract(members(self.before.labels) if self.before else ())
        return Counter({member: step for member, step in steps.items() if step})

    @property
    def shows(self) -> bool:
        """Whether people see the step. How hard an item is said to be is kept, and no event tells of it."""
        if self.before is None or self.after is None:
            return True
        return (self.before.labels, self.before.hard) != (self.after.labels, self.after.hard)

    @property
    def labeled_at(self) -> datetime | None:
        return items.labeled_at(self.after.labels) if self.after else None


def signature(item: Item) -> Signature:
    """Equal for items that every edit treats alike."""
    labels = item["labels"]
    if not labels:
        return (item["hard"], item.get("hardness"))
    return (
        item["hard"],
        item.get("hardness"),
        *((one["label_id"], one["by"], one["at"], one["source"], one["confidence"], one["model"]) for one in labels),
    )


def decided(before: State | None, after: State | None, labels: LabelSet) -> Decision:
    """A decision with the names that its labels have now."""
    states = [state for state in (before, after) if state is not None]
    names = {one["label_id"]: labels.name(one["label_id"]) for state in states for one in state.labels}
    return Decision(before, after, names)


class Decisions:
    """Applies one edit to many items, deciding once for those that are alike."""

    def __init__(self, edit: Edit, labels: LabelSet) -> None:
        self._edit = edit
        self._labels = labels
        self._known: dict[Signature, Decision | None] = {}

    def of(self, item: Item) -> Decision | None:
        """The decision for `item`; None if nothing changes."""
        key = signature(item)
        try:
            return self._known[key]
        except KeyError:
            before = items.state_of(item)
            after = self._edit(before)
            decision = None if after is before else decided(before, after, self._labels)
            self._known[key] = decision
            return decision
