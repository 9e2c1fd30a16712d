"""Which items are meant: the filters of the guide and more, all of which must hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SortField = Literal["added", "path", "labeled_at", "hardness"]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """`labels` are ids or names; `path` is a prefix when it ends in `*`, else contained in the path."""

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

    @property
    def is_empty(self) -> bool:
        return self == ItemFilter()


@dataclass(frozen=True, slots=True)
class Sort:
    field: SortField = "added"
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.field}" if self.descending else self.field
