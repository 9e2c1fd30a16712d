"""An import: data that somebody brings into a dataset, with labels or without, and the record that stays of it.

NotFound
└── ImportNotFound       not in this dataset
Conflict
└── ImportEnded          it has ended: there is nothing to cancel
Invalid
└── InvalidImport        a field breaks a rule below
(for the import itself)
FileMissing              the file that names the images is not there
FileChanged              it was replaced while it was read
UnreadableFile           it is not what the mode says
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, NewType, TypeAlias

from labelstream_common.errors import Conflict, FieldError, Invalid, NotFound
from labelstream_contracts.label_names import InvalidLabelName, label_name
from sync_service.domain.dataset import AccountId, DatasetId, is_bucket_name, prefix_fault

ImportId = NewType("ImportId", str)
SourceKind: TypeAlias = Literal["bucket", "manifest", "uploads"]

MAX_FILTER_LABELS = 10_000
# A file that names images and their labels, wherever it lies.
MOST_FILE_BYTES = 4_000_000_000
MAX_FILTER_BYTES = 1_000_000
_RECORD_BYTES, _ENTRY_BYTES = 2_000, 60
MOST_SHOWN = 100


class ImportMode(StrEnum):
    IMAGES = "images"
    DIRECTORY_LABELS = "directory_labels"
    TEXT_LABELS = "text_labels"
    MANIFEST = "manifest"
    CSV = "csv"
    PARQUET = "parquet"
    COCO = "coco"
    YOLO = "yolo"


# Modes whose images are named in files, and by which endings such files are known.
FILE_ENDINGS: Mapping[ImportMode, tuple[str, ...]] = {
    ImportMode.MANIFEST: (".manifest", ".jsonl", ".ndjson"),
    ImportMode.CSV: (".csv",),
    ImportMode.PARQUET: (".parquet",),
    ImportMode.COCO: (".json",),
}


class LabelingStatus(StrEnum):
    UNLABELED = "unlabeled"
    LABELED = "labeled"
    TO_CONFIRM = "to_confirm"


class ImportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportNotFound(NotFound):
    code = "import-not-found"

    def __init__(self, import_id: str) -> None:
        super().__init__(f"There is no import {import_id} in this dataset.")


class ImportEnded(Conflict):
    code = "import-ended"
    title = "The import has ended"

    def __init__(self, state: str) -> None:
        super().__init__(f"The import has {state}, so it cannot be canceled.", state=state)


class InvalidImport(Invalid):
    code = "invalid-import"


class FileMissing(NotFound):
    code = "import-file-missing"
    title = "The file is not there"

    def __init__(self, bucket: str, key: str) -> None:
        super().__init__(f"There is no object {key} in the bucket {bucket}.")


class FileChanged(Conflict):
    code = "import-file-changed"
    title = "The file was replaced"

    def __init__(self, key: str) -> None:
        super().__init__(f"The file {key} was replaced while it was read. Start the import again.")


class UnreadableFile(Invalid):
    code = "import-file-unreadable"
    title = "The file cannot be read"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Where the data lies: all objects below a prefix, one file that names objects, or what was uploaded."""

    kind: SourceKind
    bucket: str | None = None
    prefix: str | None = None
    key: str | None = None

    @property
    def beginning(self) -> str:
        """What the keys that it names directly begin with."""
        return (self.prefix if self.kind == "bucket" else self.key) or ""


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """What was asked for. Labels to include and exclude are in normal form C."""

    source: ImportSource
    mode: ImportMode
    labeling_status: LabelingStatus
    include_labels: tuple[str, ...] = ()
    exclude_labels: tuple[str, ...] = ()
    hard_only: bool = False
    source_id: str | None = None

    @property
    def brings_labels(self) -> bool:
        return self.labeling_status is not LabelingStatus.UNLABELED and self.mode is not ImportMode.IMAGES

    @property
    def names_images_in_files(self) -> bool:
        return self.mode in FILE_ENDINGS


class ImportCounts(NamedTuple):
    """In images: `found` is the sum of the others."""

    imported: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def found(self) -> int:
        return self.imported + self.unchanged + self.rejected

    def plus(self, other: "ImportCounts") -> "ImportCounts":
        return ImportCounts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Rejection(NamedTuple):
    """A file, or a line of one, that was not imported, and why."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Import:
    """The historical record. `rejected` are the first hundred; all of them are kept beside it."""

    id: ImportId
    dataset_id: DatasetId
    settings: ImportSettings
    dry_run: bool
    state: ImportState
    counts: ImportCounts
    rejected: Sequence[Rejection]
    created_by: AccountId
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: Mapping[str, Any] | None = None

    @property
    def may_name_twice(self) -> bool:
        """Whether an image can come more than once: an object lies at its key only once, but lines repeat."""
        return self.settings.names_images_in_files

    @property
    def weight(self) -> int:
        """About how many bytes of a reply it takes."""
        names = (*self.settings.include_labels, *self.settings.exclude_labels)
        told = sum(_ENTRY_BYTES + 2 * len(one.path.encode()) + len(one.reason.encode()) for one in self.rejected)
        return _RECORD_BYTES + told + sum(len(name.encode()) + 4 for name in names)


def checked_settings(settings: ImportSettings, *, own_source: str, reserved_bucket: str) -> ImportSettings:
    """The settings with their labels in normal form C. Raises InvalidImport naming every field that breaks a rule.

    Whether the bucket is there, and for whom, is not asked here. `own_source` is the dataset's.
    """
    errors = [*_source_errors(settings, reserved_bucket)]
    if settings.source.kind == "uploads" and settings.source_id not in {None, own_source}:
        errors.append(FieldError("/source_id", "Uploads always go to the dataset's own source. Leave this out."))
    included, faults = _labels(settings.include_labels, "/include_labels")
    errors += faults
    excluded, faults = _labels(settings.exclude_labels, "/exclude_labels")
    errors += faults
    if sum(len(name.encode()) for name in (*included, *excluded)) > MAX_FILTER_BYTES:
        long = f"The labels to include and exclude may have {MAX_FILTER_BYTES:,} bytes together."
        errors.append(FieldError("/include_labels" if included else "/exclude_labels", long))
    if errors:
        raise InvalidImport("Some fields of the import are invalid.", errors=errors)
    return ImportSettings(
        settings.source,
        settings.mode,
        settings.labeling_status,
        included,
        excluded,
        settings.hard_only,
        settings.source_id,
    )


def _source_errors(settings: ImportSettings, reserved_bucket: str) -> list[FieldError]:
    source = settings.source
    errors: list[FieldError] = []
    if source.kind == "uploads":
        return errors
    if source.bucket is None or not is_bucket_name(source.bucket):
        errors.append(FieldError("/source/bucket", "This cannot be the name of a bucket."))
    elif source.bucket == reserved_bucket:
        errors.append(FieldError("/source/bucket", f"The bucket {source.bucket} is reserved for thumbnails."))
    if source.kind == "bucket":
        fault = prefix_fault(source.prefix or "")
        if fault is not None:
            errors.append(FieldError("/source/prefix", fault))
        return errors
    if not settings.names_images_in_files:
        errors.append(FieldError("/source/kind", f"The mode {settings.mode.value} needs a bucket or uploads."))
    fault = prefix_fault(source.key or "") if source.key else "The key of a file is required."
    if fault is not None:
        errors.append(FieldError("/source/key", fault))
    return errors


def _labels(names: Sequence[str], pointer: str) -> tuple[tuple[str, ...], list[FieldError]]:
    found: dict[str, None] = {}
    errors: list[FieldError] = []
    for number, name in enumerate(names):
        try:
            found[label_name(name)] = None
        except InvalidLabelName as error:
            errors.append(FieldError(f"{pointer}/{number}", str(error)))
    return tuple(found), errors
