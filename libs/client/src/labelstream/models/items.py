"""Items with their labels, and what changes and filters them."""

from datetime import datetime
from typing import Literal

from labelstream.models.datasets import SampleState
from labelstream.models.jobs import Counts, Label
from labelstream.models.reply import Reply

Status = Literal["unlabeled", "labeled", "to_confirm"]
Source = Literal["person", "import", "model", "system"]
ReviewState = Literal["pending", "accepted", "rejected"]
Decision = Literal["accept", "reject"]
Grade = Literal["A", "B", "C", "D"]


class AppliedLabel(Reply, frozen=True, kw_only=True):
    """A label on an item: who put it there, when; which model proposed it and with what confidence, if one did."""

    label_id: str
    name: str
    by: str | None = None
    at: datetime | None = None
    source: Source | None = None
    confidence: float | None = None
    model: str | None = None


class ItemReview(Reply, frozen=True, kw_only=True):
    """What a reviewer decided about an item's labels; `pending` waits for it since `at`, and has no `by`."""

    state: ReviewState
    grade: Grade | None = None
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None


class Assignee(Reply, frozen=True, kw_only=True):
    """One of those whose item it is. `done`: it is labeled, or they have given their answer."""

    account_id: str
    state: Literal["open", "done"]


class Item(Reply, frozen=True, kw_only=True):
    """A sample in a job. `version` counts the item's own changes, from 0.

    `state` is what inspection found of the file, `reason` why it cannot be read. `content_changed`: the file was
    overwritten since a person last looked. `agreement`: of the answers, where several people gave theirs.
    """

    sample_id: str
    path: str
    name: str = ""
    status: Status = "unlabeled"
    labels: list[AppliedLabel] = []
    hard: bool = False
    version: int = 0
    thumbnail_url: str | None = None
    content_url: str | None = None
    assignee: str | None = None
    review: ItemReview | None = None
    assignees: list[Assignee] = []
    content_changed: bool = False
    agreement: float | None = None
    state: SampleState = "new"
    reason: str | None = None


class ItemFilter(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Which items are meant. All fields that are set must match; `label` takes ids or names of labels.

    With several labels, an item matches if it carries any of them, or with `label_match="all"` if it carries them all.
    """

    status: Literal["all", "unlabeled", "labeled", "to_confirm"] | None = None
    hard: bool | None = None
    label: list[str] | None = None
    label_match: Literal["any", "all"] | None = None
    path: str | None = None
    labeled_by: str | None = None
    labeled_after: datetime | None = None
    labeled_before: datetime | None = None
    assignee: str | None = None
    source: Literal["person", "import", "model"] | None = None
    review: Literal["pending", "accepted", "rejected", "none"] | None = None
    confidence_above: float | None = None
    content_changed: bool | None = None
    state: SampleState | None = None
    agreement_below: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.label, str):
            raise TypeError(f"label must be a list of strings, not a single string; write label=[{self.label!r}].")


class VersionConflict(Reply, frozen=True, kw_only=True):
    """An item that was left alone because its version was not the expected one."""

    sample_id: str
    version: int


class ChangeResult(Reply, frozen=True, kw_only=True):
    """What a labeling request did. `missing` are ids that are no items of the job."""

    change_id: str
    changed: int = 0
    unchanged: int = 0
    created_labels: list[Label] = []
    conflicts: list[VersionConflict] = []
    missing: list[str] = []
    counts: Counts = Counts()


class PredictedLabel(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A label that a model proposes, with its confidence from 0 to 1."""

    name: str
    confidence: float


class Prediction(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What a model proposes for one sample. A person confirms or rejects it."""

    sample_id: str
    labels: list[PredictedLabel]
    model: str
    version: str | int | None = None
