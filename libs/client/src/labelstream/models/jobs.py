"""Labeling jobs, their labels and counts."""

from datetime import datetime
from typing import Literal

from labelstream.models.datasets import NamedDataset
from labelstream.models.reply import Reply

JobState = Literal["preparing", "active", "in_review", "completed", "archived"]


class Counts(Reply, frozen=True, kw_only=True):
    """How many items of a job are in which status. Unreadable ones without labels are in `total` alone."""

    total: int = 0
    labeled: int = 0
    unlabeled: int = 0
    to_confirm: int = 0
    unreadable: int = 0


class JobTeam(Reply, frozen=True, kw_only=True):
    """How several people share a job."""

    team_id: str | None = None
    assignment: Literal["none", "even", "queue"] = "none"
    overlap: int = 1
    review: Literal["none", "required"] = "none"
    labels_may_be_created: bool = True


class Job(Reply, frozen=True, kw_only=True):
    id: str
    name: str
    dataset_id: str
    type: str = "image_classification"
    state: JobState = "preparing"
    description: str = ""
    labeling_description: str | None = None
    progress: Counts = Counts()
    is_team: bool = False
    team: JobTeam | None = None
    role: str | None = None
    owner_id: str | None = None
    dataset_name: str = ""
    created_at: datetime | None = None


class Label(Reply, frozen=True, kw_only=True):
    id: str
    name: str
    color: str | None = None
    shortcut: str | None = None
    description: str | None = None
    count: int = 0
    etag: str | None = None


class LeftOutLabels(Reply, frozen=True, kw_only=True):
    """An image, and the labels that its data brought and the job left out, with the reason."""

    sample_id: str
    path: str
    labels: tuple[str, ...]
    reason: str


class LabelCount(Reply, frozen=True, kw_only=True):
    label_id: str
    name: str
    count: int


class Stats(Counts, frozen=True, kw_only=True):
    labels: list[LabelCount] = []
    hard: int = 0


class OtherVersion(Reply, frozen=True, kw_only=True):
    """A version of another dataset."""

    dataset_id: str
    dataset: str
    name: str


class Touched(Reply, frozen=True, kw_only=True):
    """What a deletion would touch. Only the fields that apply are set."""

    items: int | None = None
    labeled: int | None = None
    labels: int | list[LabelCount] | None = None
    samples: int | None = None
    jobs: int | None = None
    datasets: int | list[NamedDataset] | None = None
    images: int | None = None
    more_datasets: int | None = None
    members: int | None = None
    versions: int | list[str] | None = None
    other_versions: list[OtherVersion] | None = None
    more_versions: bool | None = None
