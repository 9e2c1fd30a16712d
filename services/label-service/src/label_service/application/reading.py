"""What readers get: rows of items, a job's totals, statistics; and the ports that give them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from label_service.domain.errors import JobNotFound
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.labels import Label, LabelSet
from labelstream_common.mongo import Page


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it is stored. `labels` may hold labels whose deletion is under way."""

    sample_id: str
    path: str
    status: str
    labels: Sequence[Mapping[str, Any]]
    hard: bool
    hardness: float | None
    version: int
    commits: Sequence[int] = ()
    added_seq: int = 0
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class JobView:
    """A job's place in its own history, and its exact totals."""

    job_id: str
    dataset_id: str
    seq: int
    totals: Mapping[str, int]
    labelers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    total: int = 0
    labeled: int = 0
    to_confirm: int = 0
    hard: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    labelers: Mapping[str, int] = field(default_factory=dict)

    @property
    def unlabeled(self) -> int:
        return self.total - self.labeled - self.to_confirm


class Items(Protocol):
    async def job(self, job_id: str) -> JobView | None: ...

    async def labels(self, job_id: str) -> list[Label]: ...

    async def label(self, job_id: str, label_id: str) -> Label | None: ...

    async def page(
        self, job_id: str, wanted: ItemFilter, labels: LabelSet, sort: Sort, *, limit: int, cursor: str | None
    ) -> Page[ItemRow]: ...

    async def one(self, job_id: str, sample_id: str) -> ItemRow | None: ...

    async def has_all(self, job_id: str, sample_ids: Sequence[str]) -> bool: ...

    async def matching(
        self, job_id: str, wanted: ItemFilter, labels: LabelSet, *, after: str | None, limit: int
    ) -> list[str]: ...

    async def carrying(self, job_id: str, label_ids: Sequence[str], *, limit: int) -> list[str]: ...

    async def count_carrying(self, job_id: str, label_ids: Sequence[str]) -> int: ...

    async def count_going_with(self, job_id: str, label_id: str) -> int:
        """How many images would be deleted with a label now; see `label_service.domain.discards`."""
        ...

    async def count(self, job_id: str, wanted: ItemFilter, labels: LabelSet) -> int: ...

    async def statistics(
        self, job_id: str, labels: LabelSet, *, wanted: ItemFilter | None = None, sample_ids: Sequence[str] = ()
    ) -> Statistics: ...


async def job_of(items: Items, job_id: str) -> JobView:
    """Raises JobNotFound."""
    job = await items.job(job_id)
    if job is None:
        raise JobNotFound(job_id)
    return job


async def statistics_of(items: Items, job_id: str, wanted: ItemFilter) -> tuple[Statistics, list[Label]]:
    """The job's own counters where nothing is filtered (exact, whatever its size), else counted from the items."""
    labels = await items.labels(job_id)
    if not wanted.is_empty:
        return await items.statistics(job_id, LabelSet(labels), wanted=wanted), labels
    job = await job_of(items, job_id)
    counts = {label.id: label.count for label in labels}
    return Statistics(**job.totals, labels=counts, labelers=job.labelers), labels
