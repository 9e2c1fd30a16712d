"""Counts as people see them: of a whole job from its counters, of a filter or a selection from the items."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from label_service.adapters import documents
from label_service.adapters.alike import alike_of, carrying
from label_service.adapters.collections import ITEMS, JOBS, LABELS
from label_service.adapters.item_queries import Query, facets_of
from label_service.adapters.own_answers import answered_by, not_answered_by
from label_service.application.committed_jobs import CommittedJob
from label_service.application.reading import Statistics
from label_service.domain import items as item_rules
from label_service.domain.alike import Alike
from label_service.domain.answers import own_facet, present_labels
from label_service.domain.decisions import Totals
from label_service.domain.filters import ItemFilter
from label_service.domain.items import WAITING
from label_service.domain.label_set import LabelSet
from label_service.domain.matching import Matcher
from label_service.domain.working_copy import WorkingCopy
from labelstream_common.mongo import Client, Database, Session

_JOBS_REMEMBERED = 100


class Counting:
    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._items = database[ITEMS]
        self._jobs = database[JOBS]
        self._labels = database[LABELS]
        self._alike = _Remembered()

    async def of_job(self, job_id: str) -> tuple[Statistics, LabelSet] | None:
        """The job's counters, and its labels with their counts, all of one moment; None if the job is not there.

        Where a label was hidden since the job was counted, they are corrected as the next commit will correct them.
        """
        async with self._client.start_session(snapshot=True) as session:
            head = await self._jobs.find_one({"_id": job_id, "deleted": False}, session=session)
            if head is None:
                return None
            rows = self._labels.find({"job_id": job_id, "purged": False}, session=session).sort("_id", 1)
            labels = LabelSet([documents.label_of(row) for row in await rows.to_list(None)], head["labels_created"])
            work = WorkingCopy(documents.head_of(head), labels, documents.totals_of(head), {}, head["seq"])
            if labels.uncounted:
                work.recount(await self._carriers(work, session))
        committed = CommittedJob.after(work)
        labelers = Counter(head.get("labelers", {})) + work.labelers
        return _of_counters(committed.totals, committed.labels, labelers), committed.labels

    async def _carriers(self, work: WorkingCopy, session: Session) -> list[Alike]:
        """Counting them takes a while where many carry the labels, so it is done once until the job's next commit."""
        job = work.job
        query = carrying(job.id, work.labels.leaving)
        return await self._alike.get(job.id, job.commits, lambda: alike_of(self._items, query, session=session))

    async def of_items(self, query: Query, labels: LabelSet, wanted: ItemFilter) -> Statistics:
        """Counted from the items of a query. Of those that carry hidden labels, only what matches `wanted` counts."""
        if wanted.answers_of is None:
            return await self._of_labels(query, labels, wanted)
        others = await self._of_labels({"$and": [query, not_answered_by(wanted.answers_of)]}, labels, wanted)
        own = await self._of_answers({"$and": [query, answered_by(wanted.answers_of)]}, labels, wanted.answers_of)
        return _both(others, own)

    async def _of_answers(self, query: Query, labels: LabelSet, account_id: str) -> Statistics:
        """Of items that somebody has answered, as they see them."""
        pipeline: list[dict[str, Any]] = [
            {"$match": query},
            {"$project": {"own": 1, "hard": 1, "facets": 1}},
            {
                "$facet": {
                    "unreadable": [
                        {"$match": {"facets": item_rules.STATE_FACETS[item_rules.UNREADABLE]}},
                        {"$count": "count"},
                    ],
                    "items": [{"$group": {"_id": "$hard", "count": {"$sum": 1}}}],
                    "keys": [{"$unwind": "$own"}, {"$group": {"_id": "$own", "count": {"$sum": 1}}}],
                }
            },
        ]
        (found,) = await (await self._items.aggregate(pipeline)).to_list(None)
        by_hard = {row["_id"]: row["count"] for row in found["items"]}
        total = sum(by_hard.values())
        counts: Counter[str] = Counter()
        for row in found["keys"]:
            by, _, label_id = row["_id"].partition(":")
            if by == account_id:
                counts.update(dict.fromkeys(present_labels([label_id], labels), row["count"]))
        return Statistics(
            total=total,
            labeled=total,
            hard=by_hard.get(True, 0),
            unreadable=sum(row["count"] for row in found["unreadable"]),
            labels=dict(counts),
            labelers={account_id: total} if total else {},
        )

    async def _of_labels(self, query: Query, labels: LabelSet, wanted: ItemFilter) -> Statistics:
        hidden = facets_of(sorted(labels.settling.ends))
        if not hidden:
            return await self._as_stored(query)
        stored = await self._as_stored({"$and": [query, {"facets": {"$nin": hidden}}]})
        in_full = any(
            value is not None for value in (wanted.labeled_after, wanted.labeled_before, wanted.confidence_above)
        )
        carriers = {"$and": [query, {"facets": {"$in": hidden}}]}
        alike = await alike_of(self._items, carriers, in_full=in_full)
        return _added(stored, alike, labels, Matcher(wanted, labels.meant))

    async def _as_stored(self, query: Query) -> Statistics:
        pipeline: list[dict[str, Any]] = [
            {"$match": query},
            {"$project": {"facets": 1}},
            {"$unwind": "$facets"},
            {"$match": {"facets": {"$lt": own_facet("")}}},  # there can be many of answers, and none is counted here
            {"$group": {"_id": "$facets", "count": {"$sum": 1}}},
        ]
        found = {row["_id"]: row["count"] async for row in await self._items.aggregate(pipeline)}
        return _of_facets(found, await self._waiting(query))

    async def _waiting(self, query: Query) -> dict[str, int]:
        """How often each label waits to be confirmed among the items of a query."""
        pipeline: list[dict[str, Any]] = [
            {"$match": {"$and": [query, {"labels.source": {"$in": list(WAITING)}}]}},
            {"$unwind": "$labels"},
            {"$match": {"labels.source": {"$in": list(WAITING)}}},
            {"$group": {"_id": "$labels.label_id", "count": {"$sum": 1}}},
        ]
        return {row["_id"]: row["count"] async for row in await self._items.aggregate(pipeline)}


Count = Callable[[], Awaitable[list[Alike]]]


class _Remembered:
    """What was counted of each job at its present commit. Whoever asks meanwhile waits for the same answer."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, list[Alike]]] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, job_id: str, commits: int, count: Count) -> list[Alike]:
        lock = self._locks.setdefault(job_id, asyncio.Lock())
        async with lock:
            known = self._kept.get(job_id)
            if known is None or known[0] != commits:
                known = self._kept[job_id] = (commits, await count())
                self._kept.move_to_end(job_id)
            while len(self._kept) > _JOBS_REMEMBERED:
                self._kept.popitem(last=False)
        if not lock.locked():
            self._locks.pop(job_id, None)
        return known[1]


def _both(one: Statistics, other: Statistics) -> Statistics:
    """The statistics of two groups of items together."""
    return Statistics(
        total=one.total + other.total,
        labeled=one.labeled + other.labeled,
        to_confirm=one.to_confirm + other.to_confirm,
        hard=one.hard + other.hard,
        unreadable=one.unreadable + other.unreadable,
        set_apart=one.set_apart + other.set_apart,
        labels=dict(Counter(one.labels) + Counter(other.labels)),
        labelers=dict(Counter(one.labelers) + Counter(other.labelers)),
    )


def _of_counters(totals: Totals, labels: LabelSet, labelers: Counter[str]) -> Statistics:
    return Statistics(
        total=totals.total,
        labeled=totals.labeled,
        to_confirm=totals.to_confirm,
        hard=totals.hard,
        unreadable=totals.unreadable,
        set_apart=totals.set_apart,
        labels={label.id: label.count for label in labels.seen()},
        labelers=dict(labelers),
    )


def _of_facets(found: dict[str, int], waiting: dict[str, int]) -> Statistics:
    def under(prefix: str) -> dict[str, int]:
        return {facet[2:]: count for facet, count in found.items() if facet.startswith(prefix)}

    status = under("s:")
    labels = {label_id: count - waiting.get(label_id, 0) for label_id, count in under("l:").items()}
    return Statistics(
        total=sum(status.values()),
        labeled=status.get(item_rules.LABELED, 0),
        to_confirm=status.get(item_rules.TO_CONFIRM, 0),
        hard=found.get("h", 0),
        unreadable=found.get("u", 0),
        set_apart=status.get(item_rules.UNREADABLE, 0),
        labels={label_id: count for label_id, count in labels.items() if count},
        labelers=under("b:"),
    )


def _added(stored: Statistics, alike: Iterable[Alike], labels: LabelSet, matcher: Matcher) -> Statistics:
    """The statistics with those of these items that match, as people see them."""
    totals = Totals(stored.total, stored.labeled, stored.to_confirm, stored.hard, stored.unreadable, stored.set_apart)
    counts, labelers = Counter(stored.labels), Counter(stored.labelers)
    for one in alike:
        seen = labels.settling(one.state)
        if matcher.matches_state(seen):
            totals.add(seen, one.items)
            counts.update(dict.fromkeys(item_rules.counted(seen.labels), one.items))
            labelers.update(dict.fromkeys(item_rules.labelers(seen.labels), one.items))
    return Statistics(
        totals.total,
        totals.labeled,
        totals.to_confirm,
        totals.hard,
        totals.unreadable,
        totals.set_apart,
        labels=dict(counts),
        labelers=dict(labelers),
    )
