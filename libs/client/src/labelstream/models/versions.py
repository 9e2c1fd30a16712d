"""What the gateway answers about versions of datasets."""

from datetime import datetime
from typing import Literal

import msgspec

from labelstream.models.reply import Reply

Usage = Literal["train", "validation"]
ExportFormat = Literal["manifest", "directories", "csv", "parquet", "coco", "yolo-cls"]


class VersionLabel(Reply, frozen=True, kw_only=True):
    name: str
    count: int


class VersionCounts(Reply, frozen=True, kw_only=True):
    total: int
    train: int
    validation: int
    labels: tuple[VersionLabel, ...] = ()


class Version(Reply, frozen=True, kw_only=True):
    """A published version: what one job said about a dataset at one `seq`. It never changes."""

    name: str
    job_id: str
    seq: int
    counts: VersionCounts
    digest: str
    description: str = ""
    train_ratio: float = 0.8
    seed: int = 0
    stratify: bool = False
    include: Literal["labeled", "all"] = "labeled"
    parent: str | None = None
    missing_files: int = 0
    created_by: str | None = None
    created_at: datetime | None = None


class VersionSample(Reply, frozen=True, kw_only=True):
    sample_id: str
    path: str
    usage: Usage
    labels: tuple[str, ...] = ()


class VersionDifference(Reply, frozen=True, kw_only=True):
    """A sample that two versions differ in; `before` and `after` are its labels, None where it is not."""

    sample_id: str
    path: str
    kind: Literal["added", "removed", "relabelled"]
    before: tuple[str, ...] | None = msgspec.field(name="from", default=None)
    after: tuple[str, ...] | None = msgspec.field(name="to", default=None)


class VersionDifferenceCounts(Reply, frozen=True, kw_only=True):
    added: int
    removed: int
    relabelled: int


class VersionComparison(Reply, frozen=True, kw_only=True):
    """One page of a comparison; `counts` are those of all of it."""

    counts: VersionDifferenceCounts
    items: list[VersionDifference]
    next_cursor: str | None = None
