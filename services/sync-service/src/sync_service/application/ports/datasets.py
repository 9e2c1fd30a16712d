"""Datasets, when they are looked at, and the jobs on them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sync_service.application.ports.transactions import Transaction
from sync_service.domain.dataset import AccountId, Dataset, DatasetId, JobId


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
