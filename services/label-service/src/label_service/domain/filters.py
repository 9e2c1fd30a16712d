"""Which items are meant: the filters of the guide and more, all of which must hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from label_service.domain.labels import in_nfc

SortField = Literal["added", "path", "labeled_at", "hardness"]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """`labels` are ids or names; `path` is a prefix when it ends in `*`, else contained in the path; `review` is a
    review's state, or `none`.

    `assignee` is an account or `none`. `owned_by` is somebody who sees only their own items, whatever else is asked
    for. `at` is when: what was taken from the queue is somebody's until a moment. `answers_of` is somebody whose
    answers stand in place of labels.
    """

    status: str | None = None
    hard: bool | None = None
    labels: tuple[str, ...] = ()
    label_match: Literal["any", "all"] = "any"
    path: str | None = None
    labeled_by: str | None = None
    labeled_after: datetime | None = None
    labeled_before: datetime | None = None
    assignee: str | None = None
    review: str | None = None
    source: str | None = None
    confidence_above: float | None = None
    content_changed: bool | None = None
    owned_by: str | None = None
    at: datetime | None = None
    answers_of: str | None = None
    agreement_below: float | None = None
    state: str | None = None

    def resolved(self, ids: Mapping[str, str]) -> "ItemFilter":
        """The same filter with ids in place of the names that are keys of `ids`, so that a rename changes nothing."""
        return replace(self, labels=tuple(ids.get(in_nfc(reference), reference) for reference in self.labels))

    def seen_by(self, account_id: str, *, own_only: bool, at: datetime) -> "ItemFilter":
        """The filter as somebody means it, over what they may see."""
        assignee = account_id if self.assignee == "me" else self.assignee
        return replace(self, assignee=assignee, owned_by=account_id if own_only else None, at=self._needs(own_only, at))

    def _needs(self, own_only: bool, at: datetime) -> datetime | None:
        return at if own_only or self.assignee is not None else None

    @property
    def is_empty(self) -> bool:
        return self == ItemFilter()


@dataclass(frozen=True, slots=True)
class Sort:
    field: SortField = "added"
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.field}" if self.descending else self.field
