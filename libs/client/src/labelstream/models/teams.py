"""What the gateway takes and answers about the teams of jobs, and how items come to people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from labelstream.models.items import Item
from labelstream.models.reply import Reply

AssignmentName = Literal["none", "even", "queue"]
ReviewName = Literal["none", "required"]


class TeamSettings(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """How several people share a job. What is None stays as it is, or has its default in a new job.

    `even` deals each open item to `overlap` labelers, with `queue` they take items; then a labeler sees and changes
    only their own items. `annotators` are added: each `{"member_id": …}` or `{"email": …, "role": …}`.
    """

    team_id: str | None = None
    annotators: list[dict[str, str]] | None = None
    assignment: AssignmentName | None = None
    overlap: int | None = None
    review: ReviewName | None = None
    labels_may_be_created: bool | None = None


class TakenItems(Reply, frozen=True, kw_only=True):
    """What somebody has from the queue, in the order in which to label it, and how much they could still take."""

    items: Sequence[Item] = ()
    lease_expires_at: datetime | None = None
    remaining: int = 0


class Released(Reply, frozen=True, kw_only=True):
    """How many items went back to the queue, and which were not the caller's to give."""

    released: int
    missing: Sequence[str] = ()
