"""What publishing and exporting versions need of the world, beside what every use case needs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, NamedTuple, Protocol

from sync_service.application.ports import Sorter, Transaction
from sync_service.domain.dataset import Dataset, DatasetId, JobId
from sync_service.domain.sample import SampleId
from sync_service.domain.version import DatasetVersion, DifferenceCounts, LabelCount, PublicationId, VersionRow


class JobChoice(NamedTuple):
    """The jobs whose versions somebody may read: `only` these (None: any), and none of those `without`."""

    only: Collection[str] | None = None
    without: Collection[str] = ()

    def holds(self, job_id: str) -> bool:
        return (self.only is None or job_id in self.only) and job_id not in self.without


EVERY_JOB = JobChoice()


class Reserved(NamedTuple):
    """A name that is taken: by a version that is there (`operation_id` None), or by one that is being published."""

    version: DatasetVersion
    operation_id: str | None


@dataclass(frozen=True, slots=True)
class WhenGone:
    """How many samples of a dataset are gone, and since when the last: another value whenever one goes or returns."""

    count: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """How many samples of a version were gone, when that was looked at."""

    when: WhenGone
    count: int


class Block(NamedTuple):
    """Some rows of a version, in the order of sample ids, as they are stored together."""

    rows: Sequence[VersionRow]

    @property
    def last(self) -> SampleId:
        return self.rows[-1].sample_id


class Versions(Protocol):
    """The versions of all datasets. One that is being published, or was deleted, is not there."""

    async def get(self, dataset_id: str, name: str, work: Transaction | None = None) -> DatasetVersion:
        """Raises VersionNotFound."""
        ...

    async def page(self, dataset_id: str, jobs: JobChoice, before: str | None, limit: int) -> Sequence[DatasetVersion]:
        """Those published from one of the jobs, newest first, before the id `before`."""
        ...

    async def latest(self, dataset_id: DatasetId, work: Transaction) -> DatasetVersion | None: ...

    async def reserved(self, dataset_id: DatasetId, name: str, work: Transaction) -> Reserved | None:
        """Who has the name; None if nobody has."""
        ...

    async def deleted_times(self, dataset_id: DatasetId, name: str, work: Transaction) -> int:
        """What happened under the name before it was free again."""
        ...

    async def reserve(self, version: DatasetVersion, operation_id: str, work: Transaction) -> None:
        """Takes the name for a version that is going to be published."""

    async def publish(self, version: DatasetVersion, labels: Sequence[LabelCount], work: Transaction) -> None: ...

    async def delete(self, version: DatasetVersion, work: Transaction) -> None:
        """Removes it with all its rows. Its name can be taken again."""

    async def forget_all(self, dataset_id: DatasetId) -> None:
        """The dataset is gone, and all its versions with it. May be repeated."""

    async def write(self, publication_id: PublicationId, blocks: Sequence[Block], work: Transaction) -> None:
        """Stores rows; those of a block with the same last sample are replaced."""

    def blocks(self, publication_id: PublicationId, after: str = "") -> AsyncIterator[Block]:
        """The blocks with samples after the id `after`, in order; the first may begin before it."""
        ...

    async def block_with(self, publication_id: PublicationId, sample_id: SampleId) -> Block | None:
        """The block that holds the sample if the version has it; None behind the last."""
        ...

    async def labels(self, publication_id: PublicationId) -> Sequence[LabelCount]: ...

    async def missing(self, version: DatasetVersion) -> Missing | None:
        """How many files were missing when somebody noted it last."""
        ...

    async def note_missing(self, version: DatasetVersion, missing: Missing) -> None: ...

    async def difference(self, before: PublicationId, after: PublicationId) -> DifferenceCounts | None:
        """In how many samples two versions differ, if somebody noted it."""
        ...

    async def note_difference(self, before: PublicationId, after: PublicationId, counts: DifferenceCounts) -> None: ...


class GoneSamples(Protocol):
    """Samples whose objects are gone from the bucket: one that a person deleted, too, once its object is gone."""

    async def when(self, dataset_id: DatasetId) -> WhenGone | None:
        """None when none is gone."""
        ...

    async def count(self, dataset_id: DatasetId, *, since: datetime, until: datetime) -> int:
        """How many have gone after `since`, up to `until`."""
        ...

    def ids(self, dataset_id: DatasetId, *, since: datetime | None, until: datetime) -> AsyncIterator[SampleId]:
        """Those that have gone after `since` (None: ever), up to `until`, in ascending order."""
        ...


class Labeled(NamedTuple):
    """One item of a job as its export shows it: labels that count, by name."""

    sample_id: SampleId
    bucket: str
    path: str
    labels: Sequence[str]
    hard: bool


class JobExport(Protocol):
    """A job's items at one `seq`, in the order of sample ids, while they are read."""

    @property
    def seq(self) -> int: ...

    def chunks(self) -> AsyncIterator[Sequence[Labeled]]:
        """Raises JobsUnavailable when it breaks off: what was given is right, the rest can be asked for again."""
        ...


class JobExports(Protocol):
    """label-service's export, read through its public API."""

    @property
    def is_possible(self) -> bool:
        """Whether this service can sign in to the others."""
        ...

    def open(self, job_id: JobId, seq: int | None, after: str) -> AbstractAsyncContextManager[JobExport]:
        """The items after the sample `after`, at `seq` (None: now). Raises JobsUnavailable or JobNotExported."""
        ...


class RowFile(Protocol):
    """A file that rows are written to, piece by piece. Blocks."""

    def write(self, rows: Sequence[VersionRow]) -> None: ...

    def close(self) -> None:
        """Writes the end. The file itself stays open."""


class ExportTarget(Protocol):
    """A bucket that an export is written to. Every method may raise what the object store refuses."""

    async def is_empty(self, bucket: str, prefix: str) -> bool: ...

    async def put(self, bucket: str, key: str, content: bytes, media_type: str) -> None: ...

    async def put_file(self, bucket: str, key: str, content: BinaryIO, size: int, media_type: str) -> None: ...

    async def copy(self, source: tuple[str, str], target: tuple[str, str]) -> str | None:
        """Copies within the store; the reason, as a sentence, if this object cannot be copied."""
        ...


@dataclass(frozen=True, slots=True)
class VersionPorts:
    """Everything about versions together."""

    versions: Versions
    gone: GoneSamples
    exports: JobExports
    target_of: Callable[[Dataset], Awaitable[ExportTarget]]
    sorter: Callable[[], Sorter]
    parquet: Callable[[BinaryIO], RowFile]
    """A Parquet file."""
