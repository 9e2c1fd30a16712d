"""A job as it stood at an earlier `seq`: the present state with later changes undone."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

from label_service.application.reading import Items, JobView, job_of
from label_service.application.weights import MOST_BYTES_OF_PAGE, weight_of
from label_service.domain import items as item_rules
from label_service.domain.answers import Answer
from label_service.domain.filters import ItemFilter
from label_service.domain.items import NEW, Entry, State
from label_service.domain.labels import in_nfc
from label_service.domain.matching import Matcher
from label_service.domain.reviews import Review
from label_service.domain.settling import NOTHING_TO_SETTLE, Settling
from labelstream_common.errors import Gone, Invalid

_FEWEST_AT_ONCE = 100
_CHUNK_OF_PAGE = 1_000
_CHUNKS_OF_PAGE = 10


class SeqNotReached(Invalid):
    code = "seq-not-reached"

    def __init__(self, seq: int, latest: int, pointer: str) -> None:
        super().__init__(f"The job is at seq {latest} and has not reached {seq} yet.", pointer=pointer)


class SeqNotKept(Gone):
    code = "seq-not-kept"

    def __init__(self, seq: int) -> None:
        super().__init__(f"The changes after seq {seq} are no longer kept.")


class PastRow(NamedTuple):
    """An item at one `seq`, as people saw it then. Whether its file can be read is told as it is now."""

    sample_id: str
    path: str
    labels: Sequence[Entry]
    hard: bool
    version: int
    content_changed: bool = False
    sample_state: str = NEW
    reason: str | None = None
    review: Review | None = None
    answers: Sequence[Answer] = ()
    known: Sequence[str] | None = None

    @property
    def status(self) -> str:
        return item_rules.status_of(self.labels)

    @property
    def state(self) -> State:
        return State(self.labels, self.hard, None, self.content_changed, self.sample_state, self.review)


class MomentLabels(NamedTuple):
    """The names of the labels that people saw at one `seq`, and what hidden ones meant that items still carried.

    `tidied`: when each of those hidden ones was purged, or put back, since.
    """

    names: Mapping[str, str]
    settling: Settling = NOTHING_TO_SETTLE
    tidied: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Moment:
    """One place in a job's history."""

    job_id: str
    dataset_id: str
    seq: int
    labels: MomentLabels

    @property
    def names(self) -> Mapping[str, str]:
        return self.labels.names

    def meant(self, reference: str) -> str | None:
        """The id of the label that a filter means by an id or a name."""
        if reference in self.names:
            return reference
        name = in_nfc(reference)
        return next((label_id for label_id, one in self.names.items() if one == name), None)


class Past(Protocol):
    async def labels(self, job_id: str, seq: int) -> MomentLabels: ...

    async def rows(
        self, moment: Moment, *, after: str | None, limit: int, with_answers: bool = False
    ) -> tuple[list[PastRow], str | None]:
        """The next items of up to `limit` in the order of ids, and the id to go on after (None: no more).

        Fewer where they reach 4 MB.
        """
        ...

    async def states(self, moment: Moment, sample_ids: Sequence[str]) -> tuple[dict[str, PastRow], int]:
        """Those of these items that were there at the moment, and how many of the ids, which ascend, were looked at.

        Not all of them where the items reach 4 MB.
        """
        ...

    async def carriers(self, job_id: str, label_ids: Collection[str], *, after: str | None, limit: int) -> list[str]:
        """The next items, in the order of ids, that carry one of these labels now, hidden or not."""
        ...

    async def label_names(self, job_id: str) -> dict[str, str]:
        """The last name of every label that the job ever had."""
        ...

    async def buckets(self, sample_ids: Sequence[str]) -> dict[str, str]: ...


def reached(job: JobView, seq: int, pointer: str) -> int:
    """A place in the job's history. Raises SeqNotReached if it is beyond the end."""
    if seq > job.seq:
        raise SeqNotReached(seq, job.seq, pointer)
    return seq


async def moment_of(items: Items, past: Past, job_id: str, seq: int | None, pointer: str = "/as_of") -> Moment:
    """The moment `seq`, by default the present. Raises JobNotFound, SeqNotReached, SeqNotKept."""
    job = await job_of(items, job_id)
    at = job.seq if seq is None else reached(job, seq, pointer)
    return Moment(job_id, job.dataset_id, at, await past.labels(job_id, at))


async def walk(
    past: Past, moment: Moment, *, after: str | None = None, chunk: int = 2_000, with_answers: bool = False
) -> AsyncIterator[list[PastRow]]:
    """Every item of the moment in the order of ids, chunk by chunk."""
    limit = chunk
    while True:
        rows, after = await past.rows(moment, after=after, limit=limit, with_answers=with_answers)
        if rows:
            yield rows
        if after is None:
            return
        limit = min(chunk, 2 * len(rows) + _FEWEST_AT_ONCE)  # where few reach 4 MB, no more are read in vain


async def past_page(
    past: Past, moment: Moment, wanted: ItemFilter, *, after: str | None, limit: int
) -> tuple[list[PastRow], str | None]:
    """A page of the items that matched at the moment, in the order of ids; shorter where few of many match, or at 4 MB.

    `assignee` and `agreement_below` are not part of a state and match nothing.
    """
    found: list[PastRow] = []
    if wanted.assignee is not None or wanted.agreement_below is not None:
        return found, None
    matcher = Matcher(wanted, moment.meant)
    size = 0
    for at_once in (limit + 1, *[_CHUNK_OF_PAGE] * (_CHUNKS_OF_PAGE - 1)):
        rows, after = await past.rows(moment, after=after, limit=min(at_once, _CHUNK_OF_PAGE))
        for row in rows:
            if not matcher.matches(row.state, row.path):
                continue
            size += weight_of(row.path, row.labels, moment.names)
            if len(found) == limit or (found and size > MOST_BYTES_OF_PAGE):
                return found, found[-1].sample_id
            found.append(row)
        if after is None:
            break
    return found, after
