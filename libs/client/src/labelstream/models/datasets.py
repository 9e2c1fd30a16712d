"""Datasets, their samples and synchronizations."""

from datetime import datetime
from typing import Literal

from labelstream.models.operations import OperationState
from labelstream.models.reply import Reply
from labelstream.models.sources import BucketSource

SampleState = Literal["new", "ok", "unreadable"]


class Dataset(Reply, frozen=True, kw_only=True):
    id: str
    name: str
    source: BucketSource
    description: str = ""
    labeling_description: str = ""
    auto_sync: bool = True
    sample_count: int = 0
    last_synced_at: datetime | None = None
    created_at: datetime | None = None


class NamedDataset(Reply, frozen=True, kw_only=True):
    id: str
    name: str


class SampleLabel(Reply, frozen=True, kw_only=True):
    """A label that came with the data. One `to_confirm` counts once a person has confirmed it."""

    name: str
    confidence: float | None = None
    by: str | None = None
    at: datetime | None = None
    to_confirm: bool = False


class Sample(Reply, frozen=True, kw_only=True):
    """An image of a dataset. `labels` and `hard` are what its data brought, not what people gave it in jobs."""

    id: str
    path: str
    name: str = ""
    size: int = 0
    etag: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    labels: list[SampleLabel] = []
    hard: bool | None = None
    added_at: datetime | None = None
    state: SampleState = "new"
    reason: str | None = None
    content_changed: bool = False
    deleted_at: datetime | None = None
    restorable_until: datetime | None = None


class DuplicateSample(Reply, frozen=True, kw_only=True):
    id: str
    path: str


class Duplicates(Reply, frozen=True, kw_only=True):
    """Images of equal bytes (`exact`) or that look alike (`near`): the first 1,000, and whether there are `more`."""

    kind: Literal["exact", "near"]
    samples: list[DuplicateSample]
    more: bool = False


class StartedBy(Reply, frozen=True, kw_only=True):
    kind: str
    id: str


class LeftOut(Reply, frozen=True, kw_only=True):
    """An object that a synchronization left out."""

    path: str
    reason: str


class Synchronization(Reply, frozen=True, kw_only=True):
    """The record of a synchronization; `problems` are the first 100 objects that it left out."""

    id: str
    state: OperationState
    started_by: StartedBy
    started_at: datetime | None = None
    finished_at: datetime | None = None
    counts: dict[str, int] | None = None
    problems: list[LeftOut] = []
