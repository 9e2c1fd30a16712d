"""Samples, and where they are published."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sync_service.application.ports.transactions import Transaction
from sync_service.domain.dataset import Dataset, DatasetId
from sync_service.domain.reconciliation import Known
from sync_service.domain.sample import Presence, Sample, SampleId


@dataclass(frozen=True)
class WhichSamples:
    """`path` is a prefix when it ends in `*`, else contained; `deleted`: only what a person took off."""

    path: str | None = None
    deleted: bool = False


class Samples(Protocol):
    """The samples of all datasets, those that left included."""

    async def get(self, dataset_id: str, sample_id: str, *, or_deleted: bool = False) -> Sample:
        """A present sample, or one that a person took off. Raises SampleNotFound."""
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

    async def imported(self, bucket: str, paths: Sequence[str]) -> Sequence[Sample]:
        """The present samples at these keys that a dataset imported from outside of its own source, in whichever store:
        at most ten thousand."""
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

    async def elsewhere(self, dataset: Dataset, ids: Sequence[SampleId]) -> Mapping[SampleId, str]:
        """The sources of those of the samples that do not lie in the dataset's own."""
        ...

    def label_names(self, dataset_id: DatasetId) -> AsyncIterator[Sequence[str]]:
        """The different labels that came with the samples, those that left included, in pieces."""
        ...

    async def add(self, samples: Sequence[Sample], work: Transaction) -> None: ...

    async def save(self, samples: Sequence[Sample], work: Transaction) -> None: ...

    async def purge(self, dataset_id: DatasetId, ids: Sequence[SampleId], work: Transaction) -> None: ...


class SampleTopic(Protocol):
    """Where samples are published."""

    async def partitions(self) -> int: ...
