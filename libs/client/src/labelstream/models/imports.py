"""Imports, and the uploads that they take."""

from datetime import datetime
from typing import Literal

from labelstream.models.operations import OperationState
from labelstream.models.reply import Reply

LabelingStatus = Literal["unlabeled", "labeled", "to_confirm"]


class ImportSource(Reply, frozen=True, kw_only=True):
    """Where an import takes its data from: `bucket` with a prefix, `manifest` with a file's key, or `uploads`."""

    kind: Literal["bucket", "manifest", "uploads"]
    bucket: str | None = None
    prefix: str | None = None
    key: str | None = None


class ImportSettings(Reply, frozen=True, kw_only=True):
    source: ImportSource
    mode: str
    labeling_status: LabelingStatus | None = None
    include_labels: list[str] = []
    exclude_labels: list[str] = []
    hard_only: bool = False
    source_id: str | None = None
    """The object store that it takes data from; None for the dataset's own."""


class ImportCounts(Reply, frozen=True, kw_only=True):
    """In images: `found` is the sum of the others."""

    found: int = 0
    imported: int = 0
    unchanged: int = 0
    rejected: int = 0


class Rejection(Reply, frozen=True, kw_only=True):
    """A file, or a line of one, that was not imported."""

    path: str
    reason: str
    line: int | None = None


class Import(Reply, frozen=True, kw_only=True):
    """The record of an import. `rejected` are the first 100."""

    id: str
    dataset_id: str
    state: OperationState
    settings: ImportSettings
    counts: ImportCounts
    rejected: list[Rejection] = []
    dry_run: bool = False
    rate: float | None = None
    error: dict[str, object] | None = None
    created_by: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "running")


class Upload(Reply, frozen=True, kw_only=True):
    """A file that is to be uploaded; `path` is the object's whole key.

    An image may have 25 MiB unless the operator set another limit, a `.txt` file with the labels of one image 1 MB, a
    manifest, CSV, Parquet or COCO file 4 GB. An empty file cannot be uploaded.
    """

    path: str
    size: int


class UploadTicket(Reply, frozen=True, kw_only=True):
    """Where a file goes, for a few minutes."""

    path: str
    url: str
    method: str = "PUT"
    headers: dict[str, str] = {}


class UploadTickets(Reply, frozen=True, kw_only=True):
    items: list[UploadTicket]
