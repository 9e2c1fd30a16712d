"""Reviews: what somebody has judged of an item's annotation, and that an annotation waits to be judged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias

ReviewState: TypeAlias = Literal["pending", "accepted", "rejected"]
Grade: TypeAlias = Literal["A", "B", "C", "D"]

PENDING: Final = "pending"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
REVIEW_STATES: Final = (PENDING, ACCEPTED, REJECTED)
NO_REVIEW: Final = "none"
"""What a filter calls items without a review."""


class Review(NamedTuple):
    """`by` and `at` say who judged and when; of one that is pending, `by` is None and `at` says since when."""

    state: ReviewState
    at: datetime
    by: str | None = None
    grade: Grade | None = None
    reason: str | None = None

    @property
    def essence(self) -> tuple[ReviewState, Grade | None, str | None]:
        """Equal for reviews that say the same, whoever said it."""
        return self.state, self.grade, self.reason


def review_of(stored: Mapping[str, Any] | None) -> Review | None:
    """The review in an item's document; None if there is none."""
    if not stored:
        return None
    return Review(stored["state"], stored["at"], stored.get("by"), stored.get("grade"), stored.get("reason"))


def review_fields(review: Review | None) -> dict[str, Any] | None:
    """The review as documents hold it."""
    if review is None:
        return None
    return {
        "state": review.state,
        "grade": review.grade,
        "reason": review.reason,
        "by": review.by,
        "at": review.at,
    }
