"""Bodies and replies of the routes of imports."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from labelstream_common.http import Body, Moment, View
from sync_service.domain.imports import (
    MAX_FILTER_LABELS,
    Import,
    ImportMode,
    ImportSettings,
    ImportSource,
    ImportState,
    LabelingStatus,
)

Text = Annotated[str, Field(max_length=4_096)]
Labels = Annotated[list[Annotated[str, Field(max_length=4_096)]], Field(max_length=MAX_FILTER_LABELS)]


class ImportSourceBody(Body):
    """Where the data lies: `bucket` with a prefix, `manifest` with a file's bucket and key, or what was uploaded."""

    kind: Literal["bucket", "manifest", "uploads"]
    bucket: Text | None = None
    prefix: Text | None = None
    key: Text | None = None

    @model_validator(mode="after")
    def _fields_of_kind(self) -> "ImportSourceBody":
        allowed = {"bucket": {"bucket", "prefix"}, "manifest": {"bucket", "key"}, "uploads": set[str]()}[self.kind]
        given = {name for name in ("bucket", "prefix", "key") if getattr(self, name) is not None}
        if given - allowed:
            raise ValueError(f"A source of the kind {self.kind} has no {' and no '.join(sorted(given - allowed))}.")
        if self.kind != "uploads" and self.bucket is None:
            raise ValueError("A bucket is required.")
        return self


class NewImport(Body):
    """An import to be started. `labeling_status` is `labeled` by default, for `images` `unlabeled`."""

    source: ImportSourceBody
    mode: ImportMode
    labeling_status: LabelingStatus | None = None
    include_labels: Labels = Field(default_factory=list)
    exclude_labels: Labels = Field(default_factory=list)
    hard_only: bool = False
    source_id: Text | None = None

    def settings(self) -> ImportSettings:
        default = LabelingStatus.UNLABELED if self.mode is ImportMode.IMAGES else LabelingStatus.LABELED
        source = self.source
        prefix = source.prefix or "" if source.kind == "bucket" else None
        return ImportSettings(
            ImportSource(source.kind, source.bucket, prefix, source.key),
            self.mode,
            self.labeling_status or default,
            tuple(self.include_labels),
            tuple(self.exclude_labels),
            self.hard_only,
            self.source_id,
        )


class ImportSourceView(View):
    kind: Literal["bucket", "manifest", "uploads"]
    bucket: str | None
    prefix: str | None
    key: str | None


class ImportSettingsView(View):
    source: ImportSourceView
    mode: ImportMode
    labeling_status: LabelingStatus
    include_labels: list[str]
    exclude_labels: list[str]
    hard_only: bool
    source_id: str | None


class ImportCountsView(View):
    """In images: `found` is the sum of the others."""

    found: int
    imported: int
    unchanged: int
    rejected: int


class RejectionView(View):
    path: str
    line: int | None
    reason: str


class ImportView(View):
    """The record of an import. `rejected` are the first 100; `rate` is in images a second since it began."""

    id: str
    dataset_id: str
    state: ImportState
    dry_run: bool
    settings: ImportSettingsView
    counts: ImportCountsView
    rejected: list[RejectionView]
    rate: float | None
    error: Mapping[str, Any] | None
    created_by: str
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None

    @classmethod
    def of(cls, record: Import) -> "ImportView":
        settings, counts = record.settings, record.counts
        source = settings.source
        return cls(
            id=record.id,
            dataset_id=record.dataset_id,
            state=record.state,
            dry_run=record.dry_run,
            settings=ImportSettingsView(
                source=ImportSourceView(kind=source.kind, bucket=source.bucket, prefix=source.prefix, key=source.key),
                mode=settings.mode,
                labeling_status=settings.labeling_status,
                include_labels=list(settings.include_labels),
                exclude_labels=list(settings.exclude_labels),
                hard_only=settings.hard_only,
                source_id=settings.source_id,
            ),
            counts=ImportCountsView(found=counts.found, **counts._asdict()),
            rejected=[RejectionView(**one._asdict()) for one in record.rejected],
            rate=_rate(record),
            error=record.error,
            created_by=record.created_by,
            created_at=record.created_at,
            started_at=record.started_at,
            finished_at=record.finished_at,
        )


def _rate(record: Import) -> float | None:
    if record.started_at is None:
        return None
    seconds = ((record.finished_at or datetime.now(UTC)) - record.started_at).total_seconds()
    return round(record.counts.found / seconds, 1) if seconds > 0 else None
