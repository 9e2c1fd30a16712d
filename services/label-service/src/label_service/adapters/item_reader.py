"""Reads items as people see them: pages, single ones, the next chunk of ids that match."""

from collections.abc import Sequence
from datetime import datetime

from bson.binary import Binary

from label_service.adapters.alike import carrying
from label_service.adapters.collections import ITEMS, JOBS, LABELS, REMOVED_ITEMS
from label_service.adapters.counting import Counting
from label_service.adapters.documents import label_of, takes_answers
from label_service.adapters.hardness_order import HardnessOrder
from label_service.adapters.item_keys import job_bytes, keys_of, sample_bytes, sample_of
from label_service.adapters.item_queries import (
    NothingMatches,
    Query,
    assigned_to,
    cursor_after,
    legs_of,
    place_of,
    query_of,
)
from label_service.adapters.item_walk import ROW, Look, walk
from label_service.adapters.labeled_order import LabeledOrder
from label_service.adapters.own_answers import answered_with
from label_service.adapters.path_order import PathOrder
from label_service.adapters.path_search import PathSearch
from label_service.adapters.position import cursor_behind
from label_service.application.reading import ItemRow, JobView, Statistics
from label_service.application.weights import MOST_BYTES_OF_PAGE
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.items import WAITING
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import Label
from labelstream_common.mongo import Client, Database, Page


class MongoItems:
    """See `label_service.application.reading.Items`."""

    def __init__(self, client: Client, database: Database) -> None:
        self._items = database[ITEMS]
        self._removed = database[REMOVED_ITEMS]
        self._jobs = database[JOBS]
        self._labels = database[LABELS]
        self._counting = Counting(client, database)
        self._by_time = LabeledOrder(database)
        self._by_hardness = HardnessOrder(client, database)
        self._paths = PathSearch(database)
        self._by_path = PathOrder(database, self._paths)

    async def job(self, job_id: str) -> JobView | None:
        fields = {"dataset_id": 1, "seq": 1, "name": 1, "state": 1, "team": 1, "has_known": 1}
        row = await self._jobs.find_one({"_id": job_id, "deleted": False}, fields)
        if row is None:
            return None
        return JobView(row["_id"], row["dataset_id"], row["seq"], row.get("name", ""), row["state"], takes_answers(row))

    async def labels(self, job_id: str) -> LabelSet:
        """All labels that items may carry. Their counts may be behind; see `counted`."""
        rows = self._labels.find({"job_id": job_id, "purged": False}).sort("_id", 1)
        return LabelSet([label_of(row) for row in await rows.to_list(None)])

    async def label(self, job_id: str, label_id: str) -> Label | None:
        row = await self._labels.find_one({"_id": label_id, "job_id": job_id, "purged": False, "hidden": False})
        return label_of(row) if row else None

    async def purged(self, job_id: str, label_ids: Sequence[str]) -> list[Label]:
        rows = self._labels.find({"_id": {"$in": list(label_ids)}, "job_id": job_id, "purged": True})
        return [label_of(row) for row in await rows.to_list(None)]

    async def counted(self, job_id: str) -> tuple[Statistics, LabelSet] | None:
        return await self._counting.of_job(job_id)

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
        look = Look(wanted, labels)
        try:
            query = await self._query(job_id, wanted, labels)
            if sort.field == "path":
                return await self._by_path.page(job_id, query, wanted.path, look, sort, limit=limit, cursor=cursor)
        except NothingMatches:
            return Page([], None)  # nothing can match
        if offset:
            cursor = await cursor_behind(self._items, job_id, query, look, sort, offset=offset)
            if cursor is None:
                return Page([], None)
        if sort.field in {"labeled_at", "hardness"}:
            moving = self._by_time if sort.field == "labeled_at" else self._by_hardness
            return await moving.page(job_id, query, look, sort, limit=limit, cursor=cursor)
        found: list[ItemRow] = []
        next_cursor, size = None, 0
        for leg in legs_of(job_id, query, sort, place_of(job_id, sort, cursor)):
            room = limit - len(found) + 1
            async for row in walk(self._items, leg.query, leg.sort, look, wanted=room):
                if len(found) == limit or size >= MOST_BYTES_OF_PAGE:
                    return Page(found, next_cursor)
                next_cursor = cursor_after(sort, leg, row)
                found.append(look.shown(row))
                size += look.weight(found[-1])
        return Page(found, None)

    async def _query(self, job_id: str, wanted: ItemFilter, labels: LabelSet) -> Query:
        """Raises NothingMatches."""
        return query_of(job_id, wanted, labels, await self._paths.few(job_id, wanted.path))

    async def one(self, job_id: str, sample_id: str, labels: LabelSet, answers_of: str | None = None) -> ItemRow | None:
        raw = sample_bytes(sample_id)
        if raw is None:
            return None
        row = await self._items.find_one({"_id": Binary(job_bytes(job_id) + raw)}, ROW)
        return Look(ItemFilter(answers_of=answers_of), labels).shown(row) if row else None

    async def several(
        self, job_id: str, sample_ids: Sequence[str], labels: LabelSet, answers_of: str | None = None
    ) -> list[ItemRow]:
        rows = self._items.find({"_id": {"$in": keys_of(job_id, sample_ids)}}, ROW).batch_size(len(sample_ids) + 1)
        look = Look(ItemFilter(answers_of=answers_of), labels)
        found = {row.sample_id: row for row in map(look.shown, await rows.to_list(None))}
        return [found[one] for one in sample_ids if one in found]

    async def held(
        self, job_id: str, account_id: str, sample_ids: Sequence[str], at: datetime, *, removed: bool = False
    ) -> set[str]:
        among = {"_id": {"$in": keys_of(job_id, sample_ids)}, **assigned_to(account_id, at)}
        found: set[str] = set()
        for collection in (self._items, self._removed) if removed else (self._items,):
            rows = collection.find(among, {"_id": 1}).batch_size(len(sample_ids) + 1)
            found |= {sample_of(row["_id"]) for row in await rows.to_list(None)}
        return found

    async def has_all(self, job_id: str, sample_ids: Sequence[str]) -> bool:
        wanted = set(sample_ids)
        among = {"_id": {"$in": keys_of(job_id, wanted)}}
        return int(await self._items.count_documents(among)) == len(wanted)

    async def matching(
        self, job_id: str, wanted: ItemFilter, labels: LabelSet, *, after: str | None, limit: int
    ) -> list[str]:
        """The next sample ids that match, by id: a walk through all of them looks at each item once."""
        try:
            query = await self._query(job_id, wanted, labels)
        except NothingMatches:
            return []  # nothing can match
        if after is not None:
            raw = sample_bytes(after) or b"\xff" * 16
            query = {"$and": [query, {"_id": {"$gt": Binary(job_bytes(job_id) + raw)}}]}
        look, found = Look(wanted, labels), list[str]()
        fields = {"_id": 1} if look.is_needless else ROW
        async for row in walk(self._items, query, [("_id", 1)], look, wanted=limit, fields=fields):
            found.append(sample_of(row["_id"]))
            if len(found) == limit:
                break
        return found

    async def carrying(self, job_id: str, label_ids: Sequence[str], *, limit: int) -> list[str]:
        """Some sample ids that carry one of these labels, hidden or not, or open answers with one."""
        query = {"$or": [carrying(job_id, label_ids), answered_with(job_id, label_ids)]}
        rows = self._items.find(query, {"_id": 1}).limit(limit).batch_size(limit + 1)
        return [sample_of(row["_id"]) for row in await rows.to_list(limit)]

    async def count_carrying(self, job_id: str, label_ids: Sequence[str]) -> int:
        return int(await self._items.count_documents(carrying(job_id, label_ids)))

    async def count_going_with(self, job_id: str, label_id: str) -> int:
        labels = await self.labels(job_id)
        leaving = labels.settling.becoming(label_id)
        counts, others = {"source": {"$nin": list(WAITING)}}, {"$nin": [*leaving, *labels.settling.gone]}
        query = {
            **carrying(job_id, leaving),
            "labels": {"$elemMatch": {**counts, "label_id": {"$in": leaving}}},
            "$nor": [{"labels": {"$elemMatch": {**counts, "label_id": others}}}],
        }
        return int(await self._items.count_documents(query))

    async def count(self, job_id: str, wanted: ItemFilter, labels: LabelSet) -> int:
        try:
            query = await self._query(job_id, wanted, labels)
        except NothingMatches:
            return 0  # nothing can match
        if not labels.settling:
            return int(await self._items.count_documents(query))
        return (await self._counting.of_items(query, labels, wanted)).total

    async def statistics(
        self,
        job_id: str,
        labels: LabelSet,
        *,
        wanted: ItemFilter | None = None,
        sample_ids: Sequence[str] | None = None,
    ) -> Statistics:
        wanted = wanted or ItemFilter()
        try:
            query = await self._query(job_id, wanted, labels)
        except NothingMatches:
            return Statistics()  # nothing can match
        if sample_ids is not None:
            query = {"$and": [{"_id": {"$in": keys_of(job_id, sample_ids)}}, query]}
        return await self._counting.of_items(query, labels, wanted)
