"""A job as it stood at an earlier `seq`: the present state with later changes undone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from label_service.application.reading import Items, job_of
from label_service.domain import items as item_rules
from label_service.domain.filters import ItemFilter
from labelstream_common.errors import Gone, Invalid


class SeqNotReached(Invalid):
    code = "seq-not-reached"

    def __init__(self, seq: int, latest: int, pointer: str) -> None:
        super().__init__(f"The job stands at seq {latest}; it has not reached {seq}.", pointer=pointer)


class SeqNotKept(Gone):
    code = "seq-not-kept"

    def __init__(self, seq: int) -> None:
        super().__init__(f"The changes after seq {seq} are not kept any more.")


class PastRow(NamedTuple):
    """An item at one `seq`. `labels` are entries of those labels that people saw then, with the names they had."""

    sample_id: str
    path: str
    status: str
    labels: Sequence[Mapping[str, Any]]
    hard: bool
    version: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One place in a job's history, with the names of the labels that people saw then."""

    job_id: str
    dataset_id: str
    seq: int
    names: Mapping[str, str]


class Past(Protocol):
    async def names(self, job_id: str, seq: int) -> dict[str, str]: ...

    async def rows(self, moment: Moment, *, after: str | None, limit: int) -> tuple[list[PastRow], str | None]:
        """The next items of up to `limit` in the order of ids, and the id to go on after (None: no more)."""
        ...

    async def paths(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, str]:
        """The paths of items, also of removed ones."""
        ...

    async def buckets(self, sample_ids: Sequence[str]) -> dict[str, str]: ...


async def moment_of(items: Items, past: Past, job_id: str, seq: int | None, pointer: str = "/as_of") -> Moment:
    """The moment `seq`, by default the present. Raises JobNotFound, SeqNotReached, SeqNotKept."""
    job = await job_of(items, job_id)
    if seq is not None and seq > job.seq:
        raise SeqNotReached(seq, job.seq, pointer)
    at = job.seq if seq is None else seq
    return Moment(job_id, job.dataset_id, at, await past.names(job_id, at))


async def walk(
    past: Past, moment: Moment, *, after: str | None = None, chunk: int = 2_000
) -> AsyncIterator[list[PastRow]]:
    """Every item of the moment in the order of ids, chunk by chunk."""
    while True:
        rows, after = await past.rows(moment, after=after, limit=chunk)
        if rows:
            yield rows
        if after is None:
            return


async def past_page(
    past: Past, moment: Moment, wanted: ItemFilter, *, after: str | None, limit: int
) -> tuple[list[PastRow], str | None]:
    """A page of the items that matched at the moment, in the order of ids."""
    found: list[PastRow] = []
    async for rows in walk(past, moment, after=after, chunk=1_000):
        found += [row for row in rows if matches(row, wanted, moment.names)]
        if len(found) > limit:
            return found[:limit], found[limit - 1].sample_id
    return found, None


def matches(row: PastRow, wanted: ItemFilter, names: Mapping[str, str]) -> bool:
    """Whether a past state matches. `assignee` and `review` are not part of a state and match nothing."""
    if wanted.assignee is not None or wanted.review is not None:
        return False
    if wanted.status is not None and row.status != wanted.status:
        return False
    if wanted.hard is not None and row.hard != wanted.hard:
        return False
    return _path_matches(row.path, wanted.path) and _labels_match(row, wanted, names) and _given_matches(row, wanted)


def _path_matches(path: str, wanted: str | None) -> bool:
    if not wanted:
        return True
    if wanted.endswith("*"):
        return path.startswith(wanted[:-1]) or path.rpartition("/")[2].startswith(wanted[:-1])
    return wanted.casefold() in path.casefold()


def _labels_match(row: PastRow, wanted: ItemFilter, names: Mapping[str, str]) -> bool:
    if not wanted.labels:
        return True
    ids = {name: label_id for label_id, name in names.items()}
    asked = {reference if reference in names else ids.get(reference, "") for reference in wanted.labels}
    carried = {one["label_id"] for one in row.labels}
    return asked <= carried if wanted.label_match == "all" else bool(asked & carried)


def _given_matches(row: PastRow, wanted: ItemFilter) -> bool:
    if wanted.labeled_by is not None and wanted.labeled_by not in item_rules.labelers(row.labels):
        return False
    if wanted.source is not None and all(one["source"] != wanted.source for one in row.labels):
        return False
    above = wanted.confidence_above
    if above is not None and not any(item_rules.waits(one) and one["confidence"] > above for one in row.labels):
        return False
    at = item_rules.labeled_at(row.labels)
    if wanted.labeled_after is not None and (at is None or at <= wanted.labeled_after):
        return False
    return wanted.labeled_before is None or (at is not None and at < wanted.labeled_before)
