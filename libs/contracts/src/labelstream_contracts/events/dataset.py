"""`labeling.dataset.v1`: datasets, their imports, synchronizations and versions (sync-service)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Actor, Count, Id, Moment, Part, Payload, Version
from labelstream_contracts.topics import TopicSpec

ImportState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
ImportSourceKind = Literal["bucket", "manifest", "uploads"]
ImportMode = Literal["images", "directory_labels", "text_labels", "manifest", "csv", "parquet", "coco", "yolo"]
LabelingStatus = Literal["unlabeled", "labeled", "to_confirm"]


class DatasetSource(Part):
    """Where a dataset's images lie; `source_id` names the object store, `platform` the platform's own."""

    bucket: str
    prefix: str
    source_id: str = "platform"


class OnDataset(Payload):
    """Anything that happens to a dataset; ordered by the dataset."""

    topic: ClassVar[TopicSpec] = topics.DATASET

    dataset_id: Id

    def key(self) -> str:
        return self.dataset_id


class DatasetPayload(OnDataset):
    """A dataset as it stands after the event."""

    name: str
    description: str = ""
    labeling_description: str = ""
    source: DatasetSource
    auto_sync: bool = True
    sample_count: Count = 0
    last_synced_at: Moment | None = None
    created_by: Id
    created_at: Moment
    version: Version
    actor: Actor

    def subject(self) -> str:
        return self.dataset_id

    def sequence(self) -> int:
        return self.version


class DatasetCreated(DatasetPayload):
    """A dataset was made on a bucket and prefix."""

    event_type: ClassVar[str] = "labeling.dataset.created.v1"


class DatasetUpdated(DatasetPayload):
    """Name, descriptions, source or settings of a dataset changed."""

    event_type: ClassVar[str] = "labeling.dataset.updated.v1"


class DatasetDeleted(DatasetPayload):
    """The dataset is gone; the payload is its state as it was."""

    event_type: ClassVar[str] = "labeling.dataset.deleted.v1"


class ImportSource(Part):
    """Where an import takes its data from; which fields are set follows from the kind."""

    kind: ImportSourceKind
    bucket: str | None = None
    prefix: str | None = None
    key: str | None = None


class ImportSettings(Part):
    """What was asked of an import."""

    source: ImportSource
    mode: ImportMode
    labeling_status: LabelingStatus | None = None
    include_labels: tuple[str, ...] = ()
    exclude_labels: tuple[str, ...] = ()
    hard_only: bool = False


class ImportCounts(Part):
    """How far an import came."""

    found: Count = 0
    imported: Count = 0
    unchanged: Count = 0
    rejected: Count = 0


class ImportPayload(OnDataset):
    """An import into a dataset."""

    import_id: Id
    settings: ImportSettings
    state: ImportState
    counts: ImportCounts
    created_by: Id
    created_at: Moment
    finished_at: Moment | None = None

    def subject(self) -> str:
        return self.import_id


class ImportStarted(ImportPayload):
    """An import began."""

    event_type: ClassVar[str] = "labeling.dataset.import-started.v1"

    def sequence(self) -> int:
        return 1


class ImportFinished(ImportPayload):
    """An import ended; what was rejected is with its record, not here."""

    event_type: ClassVar[str] = "labeling.dataset.import-finished.v1"

    def sequence(self) -> int:
        return 2


class DatasetSynchronized(OnDataset):
    """The dataset's prefix was listed and its samples follow; `job_ids` are the jobs that asked for it."""

    event_type: ClassVar[str] = "labeling.dataset.synchronized.v1"

    operation_id: Id
    job_id: Annotated[Id | None, Field(description="the first of `job_ids`")] = None
    job_ids: tuple[Id, ...] = ()
    added: Count
    updated: Count
    removed: Count
    unchanged: Count
    renamed: Annotated[int, Field(ge=0, description="objects that kept their samples under another key")] = 0

    def subject(self) -> str:
        return self.operation_id

    def sequence(self) -> int:
        return 1


class VersionSplit(Part):
    """How the samples of a version were divided into train and validation."""

    train_ratio: Annotated[float, Field(ge=0, le=1)]
    seed: int
    stratify: bool = False


class VersionPayload(OnDataset):
    """A version of a dataset: what a job said about it at one `seq`."""

    name: str
    job_id: Id
    seq: Annotated[int, Field(ge=0, description="the `seq` of the job that the version shows")]
    counts: Annotated[dict[str, Count], Field(description="`total`, `train` and `validation`")]
    digest: Annotated[str, Field(description="SHA-256 over path, usage, labels and hard, in the order of paths")]
    description: str = ""
    parent: Annotated[str | None, Field(description="the version that was published before it")] = None
    include: Literal["labeled", "all"] | None = None
    split: VersionSplit | None = None
    version: Annotated[
        int | None, Field(ge=1, description="counts what happened under this name; a deleted name can be used again")
    ] = None
    actor: Actor | None = None

    def subject(self) -> str:
        return f"{self.dataset_id}:{self.name}"


class VersionPublished(VersionPayload):
    """A version can be read and exported."""

    event_type: ClassVar[str] = "labeling.dataset.version-published.v1"

    def sequence(self) -> int:
        return self.version or 1


class VersionDeleted(VersionPayload):
    """A version is gone; the payload is its state as it was."""

    event_type: ClassVar[str] = "labeling.dataset.version-deleted.v1"

    def sequence(self) -> int:
        return self.version or 2
