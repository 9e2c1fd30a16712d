"""Bodies and replies of this service's routes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from labelstream_common.http import Body, Moment, Omittable, View
from sync_service.application.auto_sync import SYSTEM
from sync_service.application.datasets import ChangeDataset, CreateDataset
from sync_service.application.selection import Selection
from sync_service.application.uploading import UploadTicket
from sync_service.domain.dataset import OWN_STORE, AccountId, Dataset, DatasetTexts, Source
from sync_service.domain.inspection import State
from sync_service.domain.sample import Sample
from sync_service.domain.synchronizations import SynchronizationRecord
from sync_service.domain.uploads import MAX_FILES, Upload

MAX_SELECTED = 10_000
Text = Annotated[str, Field(max_length=65_536)]


class SourceBody(Body):
    """Where a dataset's images lie: all objects of the bucket whose keys begin with the prefix.

    Without `source_id` the bucket is one of the platform's own store.
    """

    bucket: Text
    prefix: Text = ""
    source_id: Annotated[str, Field(max_length=128)] = OWN_STORE


class NewDataset(Body):
    """A dataset to be made."""

    name: Text
    description: Text = ""
    labeling_description: Text = ""
    source: SourceBody
    auto_sync: bool = True

    def command(self, by: str) -> CreateDataset:
        texts = DatasetTexts(self.name, self.description, self.labeling_description)
        source = Source(self.source.bucket, self.source.prefix, self.source.source_id)
        return CreateDataset(texts, source, self.auto_sync, AccountId(by))


class DatasetChanges(Body):
    """What is to be changed; a field that is not there stays as it is."""

    name: Omittable[Text] = None
    description: Omittable[Text] = None
    labeling_description: Omittable[Text] = None
    auto_sync: Omittable[bool] = None

    def command(self, dataset_id: str, by: str) -> ChangeDataset:
        return ChangeDataset(
            dataset_id, AccountId(by), self.name, self.description, self.labeling_description, self.auto_sync
        )


class FileBody(Body):
    """A file to be uploaded; `path` is the object's whole key.

    An image may have 25 MiB unless the operator set another limit (`MAX_IMAGE_BYTES`), a `.txt` file with the labels of
    one image 1 MB, a manifest, CSV, Parquet or COCO file 4 GB. An empty file cannot be uploaded.
    """

    path: Annotated[str, Field(max_length=4_096)]
    size: int
    media_type: Annotated[str, Field(max_length=255)] | None = None


class UploadsBody(Body):
    """Files to be uploaded."""

    files: Annotated[list[FileBody], Field(min_length=1, max_length=MAX_FILES)]

    def uploads(self) -> list[Upload]:
        return [Upload(file.path, file.size, file.media_type) for file in self.files]


class SampleFilter(Body):
    """Which samples: `path` is a prefix when it ends in `*`, else contained in the path; without it, all."""

    path: Annotated[str, Field(max_length=1_024)] | None = None


class SampleSelection(Body):
    """Samples by id, or all that match a filter."""

    sample_ids: (
        Annotated[list[Annotated[str, Field(max_length=128)]], Field(min_length=1, max_length=MAX_SELECTED)] | None
    ) = None
    filter: SampleFilter | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "SampleSelection":
        if (self.sample_ids is None) == (self.filter is None):
            raise ValueError("Either sample_ids or filter is required, not both.")
        return self

    def selection(self) -> Selection:
        return Selection(self.sample_ids, self.filter.path if self.filter else None)


class SampleDeletion(SampleSelection):
    """Samples to be deleted, with their objects if `delete_source`."""

    delete_source: bool = False


class SourceView(View):
    bucket: str
    prefix: str
    source_id: str


class DatasetView(View):
    """A dataset. `last_synced_at` is null until it has been synchronized."""

    id: str
    name: str
    description: str
    labeling_description: str
    source: SourceView
    auto_sync: bool
    sample_count: int
    last_synced_at: Moment | None
    created_by: str
    created_at: Moment
    version: int

    @classmethod
    def of(cls, dataset: Dataset) -> "DatasetView":
        return cls(
            id=dataset.id,
            name=dataset.texts.name,
            description=dataset.texts.description,
            labeling_description=dataset.texts.labeling_description,
            source=SourceView(
                bucket=dataset.source.bucket, prefix=dataset.source.prefix, source_id=dataset.source.source_id
            ),
            auto_sync=dataset.auto_sync,
            sample_count=dataset.sample_count,
            last_synced_at=dataset.last_synced_at,
            created_by=dataset.created_by,
            created_at=dataset.created_at,
            version=dataset.version,
        )


class SampleLabelView(View):
    name: str
    confidence: float | None
    by: str | None
    at: Moment | None
    to_confirm: bool


class SampleView(View):
    """A sample. `width` and `height` are null until its image has first been read.

    `deleted_at` and `restorable_until` are null unless somebody deleted it. `content_changed`: its object was
    overwritten with other bytes since it became a sample.
    `state` is `new` until the bytes that are there now were inspected; `reason` says why they cannot be read.
    """

    id: str
    path: str
    name: str
    size: int
    etag: str
    media_type: str
    width: int | None
    height: int | None
    labels: list[SampleLabelView]
    hard: bool | None
    content_changed: bool
    added_at: Moment
    version: int
    deleted_at: Moment | None
    restorable_until: Moment | None
    state: State
    reason: str | None

    @classmethod
    def of(cls, sample: Sample, trash_period: timedelta) -> "SampleView":
        deleted_at = sample.deleted_at
        return cls(
            id=sample.id,
            path=sample.path,
            name=sample.name,
            size=sample.size,
            etag=sample.etag,
            media_type=sample.media_type,
            width=sample.width,
            height=sample.height,
            labels=[SampleLabelView.model_validate(label) for label in sample.labels],
            hard=sample.hard,
            content_changed=sample.content_changed,
            added_at=sample.added_at,
            version=sample.version,
            deleted_at=deleted_at,
            restorable_until=None if deleted_at is None else deleted_at + trash_period,
            state=sample.state,
            reason=sample.reason,
        )


class UploadView(View):
    """Where to put a file: `PUT url` with its bytes and these headers, before it expires."""

    path: str
    method: str = "PUT"
    url: str
    headers: dict[str, str]
    expires_at: Moment

    @classmethod
    def of(cls, ticket: UploadTicket) -> "UploadView":
        headers = {"Content-Type": ticket.media_type}
        return cls(path=ticket.path, url=ticket.url, headers=headers, expires_at=ticket.expires_at)


class UploadsView(View):
    items: list[UploadView]


class TouchedView(View):
    """What would be touched."""

    dry_run: bool = True
    samples: int
    jobs: int


class StartedBy(View):
    kind: Literal["person", "system"]
    id: str


class ProblemView(View):
    path: str
    reason: str


class SynchronizationView(View):
    """The record of a synchronization. `problems` are the first 100 objects that were left out."""

    id: str
    started_by: StartedBy
    started_at: Moment
    finished_at: Moment | None
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    counts: Mapping[str, int] | None
    problems: list[ProblemView]
    error: Mapping[str, Any] | None

    @classmethod
    def of(cls, record: SynchronizationRecord) -> "SynchronizationView":
        by = record.started_by
        return cls(
            id=record.id,
            started_by=StartedBy(kind="system" if by == SYSTEM else "person", id=by),
            started_at=record.started_at,
            finished_at=record.finished_at,
            state=record.state,
            counts=record.counts,
            problems=[ProblemView(**one._asdict()) for one in record.problems],
            error=record.error,
        )
