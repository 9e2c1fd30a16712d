"""What happens to datasets and samples, in the past tense. Sample events come in batches: millions pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sync_service.domain.dataset import AccountId, Dataset, DatasetId, JobId
from sync_service.domain.imports import Import
from sync_service.domain.reconciliation import Tally
from sync_service.domain.sample import Cause, Sample, SampleId
from sync_service.domain.version import DatasetVersion


class Actor(NamedTuple):
    kind: Literal["person", "system"]
    id: str


@dataclass(frozen=True)
class DatasetCreated:
    dataset: Dataset
    actor: Actor
    at: datetime


@dataclass(frozen=True)
class DatasetUpdated:
    dataset: Dataset
    actor: Actor
    at: datetime


@dataclass(frozen=True)
class DatasetDeleted:
    dataset: Dataset
    actor: Actor
    at: datetime


@dataclass(frozen=True)
class DatasetSynchronized:
    dataset_id: DatasetId
    operation_id: str
    job_ids: Sequence[JobId]
    tally: Tally
    at: datetime


@dataclass(frozen=True)
class ImportStarted:
    record: Import
    at: datetime


@dataclass(frozen=True)
class ImportFinished:
    record: Import
    at: datetime


@dataclass(frozen=True)
class SamplesAdded:
    samples: Sequence[Sample]
    cause: Cause
    at: datetime


@dataclass(frozen=True)
class SamplesUpdated:
    samples: Sequence[Sample]
    cause: Cause
    at: datetime


class Merged(NamedTuple):
    """The sample that takes over the labels of those that go, who merged them, and the change that labels come by."""

    into: SampleId
    by: AccountId
    change_id: str


@dataclass(frozen=True)
class SamplesRemoved:
    samples: Sequence[Sample]
    cause: Cause
    at: datetime
    merged: Merged | None = None


@dataclass(frozen=True)
class SamplesTold:
    """Every sample that the dataset had when the job was opened has been published before this."""

    dataset_id: DatasetId
    job_id: JobId
    partitions: int
    at: datetime


@dataclass(frozen=True)
class VersionPublished:
    version: DatasetVersion
    actor: Actor
    at: datetime


@dataclass(frozen=True)
class VersionDeleted:
    version: DatasetVersion
    actor: Actor
    at: datetime
