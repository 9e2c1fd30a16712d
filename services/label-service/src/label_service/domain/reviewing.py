"""The rules of reviews: what labeling does to a review, and what a judgement does to an item. Plain edits of states.

- Where a review is required, or an item has one, labeling changes the review in the same step: a labeler's work
  waits to be reviewed; whoever may review decides at once, and their own work is accepted.
- A rejected item keeps its labels. Its labeler's next change sends it back to review, and so does giving it the same
  labels again.
- An item without labels that count has no review, unless one was asked for (a tie of several people's answers).
- What imports and models bring changes no review: an import is decided by the managers who make it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from label_service.domain.items import Entry, State, any_counts, counted
from label_service.domain.reviews import ACCEPTED, PENDING, REJECTED, Grade, Review
from label_service.domain.settling import Edit

DecisionOnItem: TypeAlias = Literal["accept", "reject"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decides about an item's annotation."""

    decision: DecisionOnItem
    grade: Grade | None = None
    reason: str | None = None

    def review(self, by: str, at: datetime) -> Review:
        state: Literal["accepted", "rejected"] = ACCEPTED if self.decision == "accept" else REJECTED
        return Review(state, at, by, self.grade, self.reason)


def waiting(at: datetime) -> Review:
    """That an annotation waits to be reviewed since `at`."""
    return Review(PENDING, at)


def can_be_judged(state: State) -> bool:
    """Whether there is anything to review: labels that count, or a review that was asked for."""
    return state.review is not None or any_counts(state.labels)


def judging(judgement: Judgement, by: str, at: datetime, *, looked: bool = True) -> Edit:
    """Accepts or rejects what `can_be_judged`. The same judgement again is no change, whoever makes it.

    `looked`: somebody has looked at the image itself, so a mark that its content changed goes.
    """
    review = judgement.review(by, at)

    def edit(state: State) -> State:
        content_changed = state.content_changed and not looked
        same = state.review is not None and state.review.essence == review.essence
        if same and content_changed == state.content_changed:
            return state
        return state._replace(review=state.review if same else review, content_changed=content_changed)

    return edit


@dataclass(frozen=True, slots=True)
class Relabeling:
    """A person's edit of labels, and what it does to the review.

    `decides`: the person may review. `gives`: the edit says which labels the item has, rather than only taking some
    off or marking it as a hard example.
    """

    edit: Edit
    by: str
    at: datetime
    required: bool
    decides: bool
    gives: bool = False

    def __call__(self, state: State) -> State:
        after = self.edit(state)
        if _essence(after.labels) != _essence(state.labels):
            return after._replace(review=self._of_new_labels(after))
        resubmits = not self.decides and state.review is not None and state.review.state == REJECTED
        if resubmits and any_counts(after.labels) and (self.gives or after is not state):
            return after._replace(review=waiting(self.at))
        return after

    def _of_new_labels(self, after: State) -> Review | None:
        if not any_counts(after.labels) or not (self.required or after.review is not None):
            return None
        return Review(ACCEPTED, self.at, self.by) if self.decides else waiting(self.at)


def _essence(labels: Sequence[Entry]) -> set[str]:
    return set(counted(labels))
