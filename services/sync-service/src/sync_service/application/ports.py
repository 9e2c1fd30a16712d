"""What the use cases need of the world."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeAlias

from labelstream_common.clock import Clock
from labelstream_common.mongo import Session
from sync_service.domain.dataset import AccountId, Bucket, Dataset, DatasetId, JobId, Source
from sync_service.domain.imports import Import, ImportCounts, ImportId, ImportState, Rejection
from sync_service.domain.reconciliation import Known, Listed, Skip
from sync_service.domain.renames import Departed
from sync_service.domain.sample import Presence, Sample, SampleId
from sync_service.domain.store import ObjectSource, SealedSecret, SourceUser
from sync_service.domain.synchronizations import SynchronizationRecord
from sync_service.domain.uploads import Upload


class Transaction(Protocol):
    """What is open while something is decided: either all that is written and recorded in it holds, or nothing."""

    @property
    def session(self) -> Session: ...

    def record(self, event: object) -> None:
        """Publishes a domain event if the transaction commits."""


class UnitOfWork(Transaction, Protocol):
    """A transaction on a request's behalf."""

    def returns(self, value: object) -> None:
        """What the reply is made of, for a repeat of the request."""


class OpenUnitOfWork(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[UnitOfWork]: ...


Join: TypeAlias = Callable[[Session], AbstractAsyncContextManager[Transaction]]
"""Makes work inside a transaction that somebody else commits."""


class Datasets(Protocol):
    """The datasets. A deleted one is not there."""

    async def get(self, dataset_id: str, work: Transaction | None = None) -> Dataset:
        """Raises DatasetNotFound."""
        ...

    async def add(self, dataset: Dataset, work: Transaction) -> None: ...

    async def save(self, dataset: Dataset, work: Transaction) -> None:
        """Stores texts, settings and version; counts and times are left as they are."""

    async def end(self, dataset: Dataset, work: Transaction) -> None:
        """From this commit on it is not there; its samples still are."""

    async def forget(self, dataset_id: DatasetId, work: Transaction) -> None:
        """Removes the last trace of an ended dataset."""

    async def counted(self, dataset_id: DatasetId, more: int, work: Transaction) -> None:
        """Adds to the number of samples. Writers of one dataset meet here. Raises DatasetNotFound once it has ended."""

    async def synchronized(self, dataset_id: DatasetId, at: datetime, work: Transaction | None = None) -> None:
        """Its samples were as its source at `at`, or later."""

    async def on_bucket(self, bucket: str) -> Sequence[Dataset]:
        """All datasets whose source is in a bucket of this name, in whichever store."""
        ...

    async def page(
        self, created_by: AccountId | None, after: str | None, limit: int, *, newest_first: bool = False
    ) -> Sequence[Dataset]:
        """The datasets of one creator (None: of all) beyond the id `after`, in the order they were made or reversed."""
        ...


class Claimed(NamedTuple):
    """A dataset that is being looked at, and how many hints had come for it when the look began."""

    dataset_id: DatasetId
    hints: int


class Sources(Protocol):
    """The object stores, the platform's own among them."""

    async def get(self, source_id: str, work: Transaction | None = None) -> ObjectSource:
        """Raises SourceNotFound."""
        ...

    async def page(self, user: SourceUser, after: str | None, limit: int) -> Sequence[ObjectSource]:
        """The sources that somebody may use beyond the id `after`, the platform's own first, then by id."""
        ...

    async def count(self, work: Transaction) -> int:
        """How many there are besides the platform's own."""
        ...

    async def save(self, source: ObjectSource, work: Transaction) -> None: ...

    async def used(self, source_id: str, dataset_id: DatasetId, work: Transaction) -> None:
        """The dataset lies on the source from now on. Meets `delete` of the same source. Raises SourceNotFound."""

    async def unused(self, dataset_id: DatasetId, work: Transaction) -> None:
        """The dataset is gone."""

    async def users(self, source_id: str, limit: int, *, work: Transaction | None = None) -> Sequence[DatasetId]:
        """Datasets that lie on the source."""
        ...

    async def delete(self, source_id: str, work: Transaction) -> None: ...


class TeamsOfAccounts(Protocol):
    async def teams_of(self, account_id: str) -> set[str]:
        """The teams that an account is a member of, as far as it has arrived here."""
        ...


class Grants(Protocol):
    """Whether datasets that are there still lie on what is granted; at most half a second old."""

    async def hold(self, dataset: Dataset) -> bool:
        """Whether the dataset's source is granted to the account that made it."""
        ...


class Vault(Protocol):
    """Seals secrets, so that nothing that is stored tells them."""

    def seal(self, source_id: str, secret: str) -> SealedSecret:
        """Raises SourceRefused where no key was set to seal with."""
        ...


class Schedule(Protocol):
    """When each self-synchronizing dataset is to be looked at again."""

    async def put(self, dataset: Dataset, after: timedelta, work: Transaction) -> None: ...

    async def drop(self, dataset_id: DatasetId, work: Transaction) -> None: ...

    async def claim(self, hold: timedelta) -> Claimed | None:
        """A dataset whose time has come, kept from others for `hold`; None if there is none."""
        ...

    async def again(self, claimed: Claimed, after: timedelta) -> None:
        """The next look comes `after` this one, or at once if a hint has come since it began."""

    async def hint(self, bucket: str, key: str) -> None:
        """The object changed: datasets that cover it are to be looked at now."""


@dataclass(frozen=True)
class WhichSamples:
    """`path` is a prefix when it ends in `*`, else contained; `deleted`: only what a person took off."""

    path: str | None = None
    deleted: bool = False


class Samples(Protocol):
    """The samples of all datasets, those that left included."""

    async def get(self, dataset_id: str, sample_id: str) -> Sample:
        """A present sample. Raises SampleNotFound."""
        ...

    async def page(
        self,
        dataset_id: str,
        after: str | None,
        limit: int,
        *,
        newest_first: bool = False,
        which: "WhichSamples | None" = None,
    ) -> Sequence[Sample]:
        """Samples beyond the id `after`, by id or reversed; without `which`, all that are present."""
        ...

    async def page_by_path(
        self,
        dataset_id: str,
        after: tuple[str, str] | None,
        limit: int,
        *,
        descending: bool,
        which: "WhichSamples",
    ) -> Sequence[Sample]:
        """The same by bucket and path, beyond a bucket and path."""
        ...

    async def in_range(
        self,
        dataset: Dataset,
        after: str,
        until: str | None,
        limit: int,
        work: Transaction | None = None,
    ) -> Sequence[Known]:
        """Samples of the source with `after` < path <= `until` (None: to the source's end), by path."""
        ...

    async def load(
        self, dataset_id: DatasetId, ids: Sequence[SampleId], work: Transaction | None = None
    ) -> Mapping[SampleId, Sample]: ...

    async def at(
        self, dataset_id: DatasetId, places: Sequence[tuple[str, str]], work: Transaction | None = None
    ) -> Mapping[tuple[str, str], Sample]:
        """The samples at these buckets and keys, those that left included."""
        ...

    async def matching(
        self,
        dataset_id: DatasetId,
        *,
        presence: Presence | None,
        path: str | None,
        after: str,
        limit: int,
        work: Transaction | None = None,
    ) -> Sequence[Sample]:
        """Samples by id. `path` is a prefix when it ends in `*`, else contained; None matches all."""
        ...

    async def count_present(self, dataset_id: DatasetId, path: str | None) -> int:
        """How many present samples match `path`."""
        ...

    async def add(self, samples: Sequence[Sample], work: Transaction) -> None: ...

    async def save(self, samples: Sequence[Sample], work: Transaction) -> None: ...

    async def measured(self, sample: Sample, width: int, height: int, media_type: str) -> None:
        """Keeps what was learnt by reading the image, unless the object changed meanwhile."""

    async def purge(self, dataset_id: DatasetId, ids: Sequence[SampleId], work: Transaction) -> None: ...


class Synchronizations(Protocol):
    """Which synchronization of each dataset is waiting and which is under way: at most one of each."""

    async def waiting(self, dataset_id: DatasetId, work: Transaction | None = None) -> str | None:
        """The operation that has not begun to list, as far as anybody has said."""
        ...

    async def running(self, dataset_id: DatasetId, work: Transaction | None = None) -> str | None:
        """The operation that began last and has not finished; it may have failed or been cancelled."""
        ...

    async def put(self, dataset_id: DatasetId, operation_id: str, job_id: JobId | None, work: Transaction) -> None:
        """Makes the operation the waiting one."""

    async def join(self, dataset_id: DatasetId, job_id: JobId | None, work: Transaction) -> None:
        """The waiting one is also on this job's behalf."""

    async def begin(self, dataset_id: DatasetId, operation_id: str, job_id: JobId | None, work: Transaction) -> None:
        """From now on it is under way, and nobody joins it any more. `job_id`: who asked for it, if nobody joined."""

    async def end(self, dataset_id: DatasetId, operation_id: str, work: Transaction) -> Sequence[JobId]:
        """It has finished; the jobs on whose behalf it was."""
        ...


class Imports(Protocol):
    """The historical records of imports, with all that was rejected."""

    async def get(self, dataset_id: str, import_id: str, work: Transaction | None = None) -> Import:
        """Raises ImportNotFound."""
        ...

    async def page(self, dataset_id: str, before: str | None, limit: int) -> Sequence[Import]:
        """Newest first, those older than `before` (None: all)."""
        ...

    async def add(self, record: Import, work: Transaction) -> None: ...

    async def begin(self, import_id: ImportId, at: datetime, work: Transaction) -> None:
        """It is at work. May be repeated: the first time stays."""

    async def progress(
        self, import_id: ImportId, counts: ImportCounts, rejected: Sequence[Rejection], work: Transaction
    ) -> None:
        """`counts` are absolute, `rejected` are those that come with them."""

    async def end(
        self,
        import_id: ImportId,
        state: ImportState,
        at: datetime,
        work: Transaction,
        error: Mapping[str, object] | None = None,
    ) -> Import | None:
        """The record as it ends; None if it is gone with its dataset."""
        ...

    def rejected(self, import_id: ImportId) -> AsyncIterator[Sequence[Rejection]]:
        """All that was rejected, in order, in pieces."""
        ...

    async def forget(self, dataset_id: DatasetId) -> None:
        """The dataset is gone."""


class SynchronizationHistory(Protocol):
    """The historical records of synchronizations."""

    async def add(self, record: SynchronizationRecord, work: Transaction) -> None: ...

    async def begin(self, record_id: str, at: datetime, work: Transaction) -> None: ...

    async def end(
        self,
        record_id: str,
        state: str,
        at: datetime,
        work: Transaction,
        *,
        counts: Mapping[str, int] | None = None,
        problems: Sequence[Skip] = (),
        error: Mapping[str, object] | None = None,
    ) -> None: ...

    async def get(self, dataset_id: str, record_id: str) -> SynchronizationRecord:
        """Raises SynchronizationNotFound."""
        ...

    async def leave_out(self, record_id: str, number: int, left_out: Sequence[Skip], work: Transaction) -> None:
        """Keeps what was left out; `number` is how many came before."""

    def left_out(self, record_id: str) -> AsyncIterator[Sequence[Skip]]:
        """All that was left out, in order, in pieces; nothing for one whose successor has ended."""
        ...

    async def forget_left_out_before(self, dataset_id: DatasetId, record_id: str) -> None:
        """Only the newest synchronization's is kept whole: the same files are left out again and again."""

    async def page(self, dataset_id: str, before: str | None, limit: int) -> Sequence[SynchronizationRecord]:
        """Newest first, those older than `before` (None: all)."""
        ...

    async def forget(self, dataset_id: DatasetId) -> None:
        """The dataset is gone."""


class SetAside(Protocol):
    """What a synchronization under way has seen come and go, a thousand at most in each numbered range."""

    async def keep(
        self, operation_id: str, came: Sequence[Listed], went: Sequence[Departed], work: Transaction
    ) -> None: ...

    async def counts(self, operation_id: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """How many ranges and objects went, and how many came."""
        ...

    async def came(self, operation_id: str, number: int) -> Sequence[Listed]: ...

    async def departed(self, operation_id: str, number: int) -> Sequence[Departed]: ...

    async def forget(self, operation_id: str) -> None: ...


class UploadTickets(Protocol):
    """What may have been uploaded into each dataset, and has not been imported."""

    async def keep(self, dataset_id: DatasetId, paths: Sequence[str], until: datetime) -> None: ...

    async def page(self, dataset_id: DatasetId, after: str, limit: int) -> Sequence[str]:
        """The paths after `after`, in ascending order of UTF-8 bytes."""
        ...

    async def take(self, dataset_id: DatasetId, paths: Sequence[str], work: Transaction) -> None:
        """They are imported."""

    async def forget(self, dataset_id: DatasetId) -> None: ...


class SampleTopic(Protocol):
    """Where samples are published."""

    async def partitions(self) -> int: ...


class PassedOver(Protocol):
    """Objects that turned out to be no images, though their endings did not say so: they are not asked for again."""

    async def among(self, dataset_id: DatasetId, listed: Sequence[Listed]) -> set[str]:
        """The paths of those that were noted with these very bytes."""
        ...

    async def note(self, dataset_id: DatasetId, listed: Sequence[Listed]) -> None: ...

    async def forget(self, dataset_id: DatasetId) -> None:
        """The dataset is gone."""


class Discards(Protocol):
    """How far each job has said which images a deleted label takes with it."""

    async def advance(self, job_id: JobId, seq: int, work: Transaction) -> bool:
        """Notes `seq`; False if it, or a later one, was noted before."""
        ...


class JobsOfDatasets(Protocol):
    """Which job works on which dataset, as far as it has arrived here."""

    async def dataset_of(self, job_id: str) -> DatasetId | None: ...

    async def state_of(self, job_id: str) -> str:
        """The job's state; an empty text for one that is not there."""
        ...

    async def on(self, dataset_id: str) -> Sequence[JobId]: ...

    async def manages_data(self, dataset_id: str, account_id: str) -> bool:
        """Whether the account may change the dataset's data by a job on it that is neither completed nor archived."""
        ...


class ObjectBytes(NamedTuple):
    """An object, or a range of it, being read. Whoever opened it closes it, read to its end or not."""

    size: int
    etag: str
    chunks: AsyncIterator[bytes]
    close: Callable[[], Awaitable[None]]
    encoding: str | None = None
    """`gzip` if the bytes are to be decompressed before they are an image."""


class WholeImage(NamedTuple):
    """An image's bytes as they decode, and the etag of the object that they were."""

    content: bytes
    etag: str


class SourceObjects(Protocol):
    """The objects that samples are made of."""

    async def address(self, source_id: str) -> tuple[str, int]:
        """Host and port of a source's object store."""
        ...

    async def is_there(self, source: Source) -> bool:
        """Whether the bucket is there and its prefix can be listed."""
        ...

    async def tried(self, source: ObjectSource) -> Sequence["BucketTried"]:
        """Lists one object of each bucket that the source names; of a source that names none, which buckets there are
        (one without a name that failed, or nothing). Works for a source that is not stored."""
        ...

    async def watch(self, place: Bucket) -> None:
        """Asks for hints of what comes and goes there. Without them synchronization finds it later, so none is fine."""

    def pages(self, source: Source, after: str) -> AsyncIterator["ListedPage"]:
        """The source's objects with keys after `after`, in ascending order of UTF-8 bytes, with what is left out."""
        ...

    async def told(self, place: Bucket, listed: Sequence[Listed]) -> Sequence[Listed]:
        """Objects whose ending says nothing, as their content types say: images, or left out. Asks for each."""
        ...

    async def present(self, place: Bucket, paths: Sequence[str]) -> Mapping[str, Listed]:
        """Those of the objects that are there."""
        ...

    async def find(self, place: Bucket, paths: Sequence[str]) -> Mapping[str, Listed]:
        """As `present`, for many: where the paths lie close together they are listed, not asked for one by one."""
        ...

    async def open_file(self, place: Bucket, key: str, offset: int = 0) -> ObjectBytes:
        """Any object's bytes from `offset` on. Raises FileMissing."""
        ...

    async def read_file(self, place: Bucket, key: str, limit: int) -> bytes | None:
        """An object's first `limit` bytes; None if it is not there."""
        ...

    async def open(self, sample: Sample, offset: int = 0, length: int = 0) -> ObjectBytes:
        """`length` bytes (0: the rest) from `offset` on. Raises SourceObjectMissing."""
        ...

    async def read(self, sample: Sample, limit: int) -> WholeImage:
        """The whole object, decompressed where it lies compressed.

        Raises SourceObjectMissing, or ImageTooLarge past `limit` bytes.
        """
        ...

    async def remove(self, place: Bucket, paths: Sequence[str]) -> Sequence[str]:
        """Deletes the objects; the paths that could not be deleted."""
        ...

    async def download_url(self, sample: Sample) -> str: ...

    async def upload_url(self, place: Bucket, upload: Upload) -> str:
        """Where to put exactly that many bytes of that media type; the store refuses others."""
        ...


class BucketTried(NamedTuple):
    """`reason`: what went wrong, None if nothing did. `name` is empty where the store itself is meant."""

    name: str
    reason: str | None
    pointer: str = ""
    """The field of the source that is probably wrong."""


class TableReader(Protocol):
    """Reads Parquet files."""

    def rows(self, opened: ObjectBytes, after: int) -> AsyncIterator[Sequence[Mapping[str, object]]]:
        """Rows after the first `after`, as far as their columns mean something here, in pieces.

        Closes what is opened. Raises UnreadableFile.
        """
        ...


class ListedPage(NamedTuple):
    """Some objects of a listing, and the key that the page ends at."""

    objects: Sequence[Listed]
    last_key: str


class Thumbnail(NamedTuple):
    """A small image as it is kept, with the original's upright size in pixels and its real media type."""

    content: bytes
    width: int
    height: int
    media_type: str


class Thumbnailer(Protocol):
    async def make(self, image: bytes, size: int) -> Thumbnail:
        """Raises ImageUnreadable or ImageTooLarge."""
        ...


class ThumbnailStore(Protocol):
    """Thumbnails where no dataset lists them."""

    async def find(self, key: str) -> bytes | None: ...

    async def keep(self, key: str, content: bytes) -> None: ...

    async def url(self, key: str) -> str: ...

    async def drop_all(self, prefix: str) -> None: ...


class ExampleImages(Protocol):
    """The images that come with the platform, and the place in its own store that they are put to."""

    @property
    def count(self) -> int: ...

    def source(self, dataset_id: DatasetId) -> Source:
        """Where the images of this dataset lie, and no others."""
        ...

    async def prepare(self) -> None:
        """Makes the bucket, if it is not there."""

    async def put(self, source: Source, start: int, end: int) -> None:
        """Puts the images from `start` to before `end`. May repeat."""


@dataclass(frozen=True)
class Limits:
    """What a single image may be."""

    image_bytes: int = 25 * 1024 * 1024
    image_pixels: int = 64_000_000
    image_seconds: float = 15.0
    image_memory: int = 1024 * 1024 * 1024
    url_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything together, as `bootstrap` puts it up."""

    datasets: Datasets
    sources: Sources
    teams: TeamsOfAccounts
    grants: Grants
    vault: Vault
    schedule: Schedule
    samples: Samples
    sample_topic: SampleTopic
    synchronizations: Synchronizations
    passed_over: PassedOver
    imports: Imports
    upload_tickets: UploadTickets
    synchronization_history: SynchronizationHistory
    set_aside: SetAside
    tables: TableReader
    discards: Discards
    jobs: JobsOfDatasets
    objects: SourceObjects
    thumbnailer: Thumbnailer
    thumbnails: ThumbnailStore
    examples: ExampleImages
    unit_of_work: OpenUnitOfWork
    join: Join
    clock: Clock
    new_id: Callable[[], str]
    reserved_bucket: str
    trash_period: timedelta
    limits: Limits
