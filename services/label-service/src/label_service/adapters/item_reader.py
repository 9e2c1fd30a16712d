"""Reads items: pages, single ones, the next chunk of ids that match, and statistics under a filter."""

from collections.abc import Sequence
from typing import Any

from bson.binary import Binary

from label_service.adapters.collections import ITEMS, JOBS, LABELS
from label_service.adapters.documents import label_of
from label_service.adapters.item_keys import job_bytes, job_range, sample_bytes, sample_of
from label_service.adapters.item_queries import NothingMatches, cursor_after, legs_of, query_of
from label_service.application.reading import ItemRow, JobView, Statistics
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.items import MODEL
from label_service.domain.labels import Label, LabelSet
from labelstream_common.mongo import Database, Page

_ROW = {"job": 0, "facets": 0, "hash": 0}


class MongoItems:
    """See `label_service.application.reading.Items`."""

    def __init__(self, database: Database) -> None:
        self._items = database[ITEMS]
        self._jobs = database[JOBS]
        self._labels = database[LABELS]

    async def job(self, job_id: str) -> JobView | None:
        row = await self._jobs.find_one({"_id": job_id, "deleted": False})
        if row is None:
            return None
        totals = row["totals"]
        labelers = {person: count for person, count in row.get("labelers", {}).items() if count > 0}
        return JobView(row["_id"], row["dataset_id"], row["seq"], totals, labelers)

    async def labels(self, job_id: str) -> list[Label]:
        """The labels that people see, in the order they were created."""
        rows = self._labels.find({"job_id": job_id, "purged": False, "hidden": False}).sort("_id", 1)
        return [label_of(row) for row in await rows.to_list(None)]

    async def label(self, job_id: str, label_id: str) -> Label | None:
        row = await self._labels.find_one({"_id": label_id, "job_id": job_id, "purged": False, "hidden": False})
        return label_of(row) if row else None

    async def page(
        self, job_id: str, wanted: ItemFilter, labels: LabelSet, sort: Sort, *, limit: int, cursor: str | None
    ) -> Page[ItemRow]:
        try:
            query = query_of(job_id, wanted, labels)
        except NothingMatches:
            return Page([], None)
        found: list[ItemRow] = []
        next_cursor = None
        for leg in legs_of(job_id, query, sort, cursor):
            room = limit - len(found) + 1
            rows = await self._items.find(leg.query, _ROW).sort(leg.sort).limit(room).batch_size(room).to_list(room)
            for row in rows[: limit - len(found)]:
                next_cursor = cursor_after(sort, leg, row)
                found.append(_shown(row))
            if len(rows) == room:
                return Page(found, next_cursor)
        return Page(found, None)

    async def one(self, job_id: str, sample_id: str) -> ItemRow | None:
        raw = sample_bytes(sample_id)
        if raw is None:
            return None
        row = await self._items.find_one({"_id": Binary(job_bytes(job_id) + raw)}, _ROW)
        return _shown(row) if row else None

    async def has_all(self, job_id: str, sample_ids: Sequence[str]) -> bool:
        wanted = set(sample_ids)
        return int(await self._items.count_documents(_selection(job_id, list(wanted)))) == len(wanted)

    async def matching(
        self, job_id: str, wanted: ItemFilter, labels: LabelSet, *, after: str | None, limit: int
    ) -> list[str]:
        """The next sample ids that match, by id: a walk through all of them looks at each item once."""
        try:
            query = query_of(job_id, wanted, labels)
        except NothingMatches:
            return []
        if after is not None:
            raw = sample_bytes(after) or b"\xff" * 16
            query = {"$and": [query, {"_id": {"$gt": Binary(job_bytes(job_id) + raw)}}]}
        rows = self._items.find(query, {"_id": 1}).sort([("_id", 1)]).limit(limit).batch_size(limit + 1)
        return [sample_of(row["_id"]) for row in await rows.to_list(limit)]

    async def carrying(self, job_id: str, label_ids: Sequence[str], *, limit: int) -> list[str]:
        """Some sample ids that carry one of these labels, hidden or not."""
        rows = self._items.find(_carrying(job_id, label_ids), {"_id": 1}).limit(limit).batch_size(limit + 1)
        return [sample_of(row["_id"]) for row in await rows.to_list(limit)]

    async def count_carrying(self, job_id: str, label_ids: Sequence[str]) -> int:
        return int(await self._items.count_documents(_carrying(job_id, label_ids)))

    async def count_going_with(self, job_id: str, label_id: str) -> int:
        rows = self._labels.find({"job_id": job_id, "purged": False})
        labels = LabelSet([label_of(row) for row in await rows.to_list(None)])
        ends = {label.id: labels.destination(label.id) for label in labels}
        leaving = [one for one, end in ends.items() if end == label_id]
        gone = [one for one, end in ends.items() if end is None]
        counts, others = {"source": {"$ne": MODEL}}, {"$nin": [*leaving, *gone]}
        query = {
            **_carrying(job_id, leaving),
            "labels": {"$elemMatch": {**counts, "label_id": {"$in": leaving}}},
            "$nor": [{"labels": {"$elemMatch": {**counts, "label_id": others}}}],
        }
        return int(await self._items.count_documents(query))

    async def count(self, job_id: str, wanted: ItemFilter, labels: LabelSet) -> int:
        try:
            return int(await self._items.count_documents(query_of(job_id, wanted, labels)))
        except NothingMatches:
            return 0

    async def statistics(
        self, job_id: str, labels: LabelSet, *, wanted: ItemFilter | None = None, sample_ids: Sequence[str] = ()
    ) -> Statistics:
        """Counted from the items: for a filter, or a selection of up to 10,000."""
        try:
            query = query_of(job_id, wanted, labels) if wanted is not None else _selection(job_id, sample_ids)
        except NothingMatches:
            return Statistics()
        pipeline: list[dict[str, Any]] = [
            {"$match": query},
            {"$project": {"facets": 1}},
            {"$unwind": "$facets"},
            {"$group": {"_id": "$facets", "count": {"$sum": 1}}},
        ]
        found = {row["_id"]: row["count"] async for row in await self._items.aggregate(pipeline)}
        return _statistics(found, await self._waiting(query))

    async def _waiting(self, query: dict[str, Any]) -> dict[str, int]:
        """How often each label waits to be confirmed among the items of a query."""
        pipeline: list[dict[str, Any]] = [
            {"$match": {"$and": [query, {"labels.source": "model"}]}},
            {"$unwind": "$labels"},
            {"$match": {"labels.source": "model"}},
            {"$group": {"_id": "$labels.label_id", "count": {"$sum": 1}}},
        ]
        return {row["_id"]: row["count"] async for row in await self._items.aggregate(pipeline)}


def _carrying(job_id: str, label_ids: Sequence[str]) -> dict[str, Any]:
    low, high = job_range(job_bytes(job_id))
    facets = {"$in": [f"l:{label_id}" for label_id in label_ids]}
    return {"_id": {"$gte": Binary(low), "$lte": Binary(high)}, "facets": facets}


def _selection(job_id: str, sample_ids: Sequence[str]) -> dict[str, Any]:
    prefix = job_bytes(job_id)
    keys = [Binary(prefix + raw) for raw in map(sample_bytes, sample_ids) if raw is not None]
    return {"_id": {"$in": keys}}


def _statistics(found: dict[str, int], waiting: dict[str, int]) -> Statistics:
    def under(prefix: str) -> dict[str, int]:
        return {facet[2:]: count for facet, count in found.items() if facet.startswith(prefix)}

    status = under("s:")
    labels = {label_id: count - waiting.get(label_id, 0) for label_id, count in under("l:").items()}
    return Statistics(
        total=sum(status.values()),
        labeled=status.get("labeled", 0),
        to_confirm=status.get("to_confirm", 0),
        hard=found.get("h", 0),
        labels={label_id: count for label_id, count in labels.items() if count},
        labelers=under("b:"),
    )


def _shown(row: dict[str, Any]) -> ItemRow:
    return ItemRow(
        sample_id=sample_of(row["_id"]),
        path=row["path"],
        status=row["status"],
        labels=row["labels"],
        hard=row["hard"],
        hardness=row.get("hardness"),
        version=row["version"],
        commits=row["commits"],
        added_seq=row["added_seq"],
        etag=row.get("etag"),
    )
