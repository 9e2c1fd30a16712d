"""How the items of a team's job reach people: one value, for every service that keeps or follows these settings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self, TypeAlias

Assignment: TypeAlias = Literal["none", "even", "queue"]
ReviewRule: TypeAlias = Literal["none", "required"]

MAX_OVERLAP: Final = 9


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """`even` deals each open item to `overlap` labelers, with `queue` they take items, with `none` everybody has all.

    A job that is no team's has the defaults.
    """

    assignment: Assignment = "none"
    overlap: int = 1
    review: ReviewRule = "none"
    labels_may_be_created: bool = True

    @property
    def own_items_only(self) -> bool:
        """Whether a labeler sees and changes only the items that are theirs."""
        return self.assignment != "none"

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None, *, labels_may_be_created: bool = True) -> Self:
        """The settings in a document; `labels_may_be_created` is what one of an earlier release says in their place."""
        return cls(labels_may_be_created=labels_may_be_created) if stored is None else cls(**stored)

    def document(self) -> dict[str, Any]:
        """The settings as a document holds them."""
        return asdict(self)


DEFAULT_TEAM_SETTINGS: Final = TeamSettings()
