"""What readers get: rows of items, a job's totals, statistics; and the ports that give them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from label_service.domain.errors import CLOSED_STATES, JobClosed, JobNotFound
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.items import NEW, Entry, status_of
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import Label
from label_service.domain.reviews import Review
from labelstream_common.mongo import Page

_READINGS = 10


class LabelsLost(Exception):
    """Items carry labels that the job does not have, however often both are read: the data is broken."""


class Assigned(NamedTuple):
    """One of those whose item it is; from the queue until a moment."""

    account_id: str
    is_done: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as people see it."""

    sample_id: str
    path: str
    labels: Sequence[Entry]
    hard: bool
    hardness: float | None
    version: int
    commits: Sequence[int] = ()
    added_seq: int = 0
    etag: str | None = None
    content_changed: bool = False
    assignees: Sequence[Assigned] = ()
    state: str = NEW
    reason: str | None = None
    review: Review | None = None
    agreement: float | None = None

    @property
    def status(self) -> str:
        return status_of(self.labels)


@dataclass(frozen=True, slots=True)
class JobView:
    """A job's place in its own history."""

    job_id: str
    dataset_id: str
    seq: int
    name: str = ""
    state: str = "active"
    takes_answers: bool = False

    def check_open(self) -> None:
        """Raises JobClosed."""
        if self.state in CLOSED_STATES:
            raise JobClosed(self.state)


@dataclass(frozen=True, slots=True)
class Statistics:
    total: int = 0
    labeled: int = 0
    to_confirm: int = 0
    hard: int = 0
    unreadable: int = 0
    set_apart: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    labelers: Mapping[str, int] = field(default_factory=dict)

    @property
    def unlabeled(self) -> int:
        return self.total - self.labeled - self.to_confirm - self.set_apart


class Items(Protocol):
    async def job(self, job_id: str) -> JobView | None: ...

    async def labels(self, job_id: str) -> LabelSet:
        """All labels that items may carry. Their counts may be behind; see `counted`."""
        ...

    async def label(self, job_id: str, label_id: str) -> Label | None:
        """A label that people see. Its count may be behind."""
        ...

    async def purged(self, job_id: str, label_ids: Sequence[str]) -> list[Label]:
        """How these labels were, as far as no item carries them any more."""
        ...

    async def counted(self, job_id: str) -> tuple[Statistics, LabelSet] | None:
        """The job's counters and its labels with their counts, all of one moment; None if the job is not there."""
        ...

    async def page(
        self,
        job_id: str,
        wanted: ItemFilter,
        labels: LabelSet,
        sort: Sort,
        *,
        limit: int,
        cursor: str | None,
        offset: int = 0,
    ) -> Page[ItemRow]:
        """The page after a cursor, or after the first `offset` items; no offset where paths are the order."""
        ...

    async def one(
        self, job_id: str, sample_id: str, labels: LabelSet, answers_of: str | None = None
    ) -> ItemRow | None: ...

    async def several(
        self, job_id: str, sample_ids: Sequence[str], labels: LabelSet, answers_of: str | None = None
    ) -> list[ItemRow]:
        """Those of these items that are there, in the order of the ids given."""
        ...

    async def held(
        self, job_id: str, account_id: str, sample_ids: Sequence[str], at: datetime, *, removed: bool = False
    ) -> set[str]:
        """Those of these items that are somebody's at the moment; with `removed` also those that were as they ended."""
        ...

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
        self,
        job_id: str,
        labels: LabelSet,
        *,
        wanted: ItemFilter | None = None,
        sample_ids: Sequence[str] | None = None,
    ) -> Statistics:
        """Counted from the items: those that match, and are among `sample_ids` if these are given."""
        ...


async def job_of(items: Items, job_id: str) -> JobView:
    """Raises JobNotFound."""
    job = await items.job(job_id)
    if job is None:
        raise JobNotFound(job_id)
    return job


async def check_open(job_id: str, items: Items) -> None:
    """Raises JobNotFound or JobClosed."""
    (await job_of(items, job_id)).check_open()


async def counted_job(items: Items, job_id: str) -> tuple[Statistics, LabelSet]:
    """Exact counters of a job and its labels. Raises JobNotFound."""
    found = await items.counted(job_id)
    if found is None:
        raise JobNotFound(job_id)
    return found


async def statistics_of(items: Items, job_id: str, wanted: ItemFilter) -> tuple[Statistics, LabelSet]:
    """The job's own counters where nothing is filtered (whatever its size), else counted from the items."""
    if wanted.is_empty:
        return await counted_job(items, job_id)
    labels = await items.labels(job_id)
    return await items.statistics(job_id, labels, wanted=wanted), labels


async def page_of(
    items: Items, job_id: str, wanted: ItemFilter, sort: Sort, *, limit: int, cursor: str | None, offset: int = 0
) -> tuple[Page[ItemRow], LabelSet]:
    """A page, with the labels that its items carry: one may have been created since the labels were read."""
    for _ in range(_READINGS):
        labels = await items.labels(job_id)
        page = await items.page(job_id, wanted, labels, sort, limit=limit, cursor=cursor, offset=offset)
        if all(labels.knows(one["label_id"]) for row in page.items for one in row.labels):
            return page, labels
    raise LabelsLost(job_id)


async def several_of(
    items: Items, job_id: str, sample_ids: Sequence[str], answers_of: str | None = None
) -> tuple[list[ItemRow], LabelSet]:
    """Items by their ids, with the labels that they carry."""
    for _ in range(_READINGS):
        labels = await items.labels(job_id)
        rows = await items.several(job_id, sample_ids, labels, answers_of)
        if all(labels.knows(one["label_id"]) for row in rows for one in row.labels):
            return rows, labels
    raise LabelsLost(job_id)


async def item_of(
    items: Items, job_id: str, sample_id: str, answers_of: str | None = None
) -> tuple[ItemRow | None, LabelSet]:
    """One item, with the labels that it carries."""
    for _ in range(_READINGS):
        labels = await items.labels(job_id)
        row = await items.one(job_id, sample_id, labels, answers_of)
        if row is None or all(labels.knows(one["label_id"]) for one in row.labels):
            return row, labels
    raise LabelsLost(job_id)
