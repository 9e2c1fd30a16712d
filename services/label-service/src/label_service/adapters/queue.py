"""The queue of a job, read from its items."""

from datetime import datetime
from typing import Any

from bson.binary import Binary

from label_service.adapters.collections import ITEMS, JOBS
from label_service.adapters.documents import totals_of
from label_service.adapters.item_keys import job_bytes, job_range, sample_of
from label_service.adapters.item_queries import Query, held_by, valid_assignee
from label_service.application.queue import Waiting
from label_service.domain.answers import KNOWN
from label_service.domain.items import TO_CONFIRM, UNLABELED
from label_service.domain.ownership import HELD, RETURNED, waiting_facet
from label_service.domain.reviews import REJECTED
from labelstream_common.mongo import Database

OPEN_FACETS = (f"s:{UNLABELED}", f"s:{TO_CONFIRM}")
_REJECTED: Query = {"facets": f"r:{REJECTED}"}
OPEN: Query = {"facets": {"$in": list(OPEN_FACETS)}}


class MongoQueue:
    """See `label_service.application.queue.Queue`."""

    def __init__(self, database: Database) -> None:
        self._items = database[ITEMS]
        self._jobs = database[JOBS]

    async def rejected(self, job_id: str, account_id: str, limit: int) -> list[str]:
        theirs: Query = {"assignees": {"$elemMatch": {"account_id": account_id, "until": None}}}
        return await self._ids(job_id, [{"facets": f"a:{account_id}"}, _REJECTED, theirs], limit)

    async def held(self, job_id: str, account_id: str, now: datetime, limit: int) -> list[str]:
        answered: Query = {"answers": {"$not": {"$elemMatch": {"by": account_id}}}}
        leased: Query = {"assignees": {"$elemMatch": {"account_id": account_id, "until": {"$gt": now}}}}
        found = await self._ids(job_id, [{"facets": f"a:{account_id}"}, _REJECTED, leased], limit)
        open_: list[Query] = [held_by(account_id, now), OPEN, {"facets": {"$ne": f"r:{REJECTED}"}}, answered]
        return found + await self._ids(job_id, open_, limit - len(found))

    async def free(self, job_id: str, account_id: str, now: datetime, overlap: int, limit: int) -> list[str]:
        """What was rejected and is nobody's comes first. Most others are nobody's at all; those that several people can
        have are looked at when those are used up."""
        skipped: Query = {"skipped": {"$ne": account_id}}
        tests: Query = {"facets": {"$ne": KNOWN}}
        found = await self._ids(job_id, [{"facets": RETURNED}, skipped], limit)
        found += await self._ids(job_id, [OPEN, {"facets": {"$ne": HELD}}, tests, skipped], limit - len(found))
        if len(found) < limit:
            conditions: list[Query] = [{"facets": HELD}, OPEN, tests, skipped, _has_room(account_id, now, overlap)]
            found += await self._ids(job_id, conditions, limit - len(found))
        return found

    async def waiting(self, job_id: str, account_id: str, limit: int) -> Waiting:
        """One range of the index of facets: a job has at most ten thousand known answers."""
        among = _among(job_id, [{"facets": waiting_facet(account_id)}])
        known_left = int(await self._items.count_documents(among))
        if known_left == 0:
            return Waiting()
        fields = {"totals": 1, "dealing.people": 1, "dealing.overlap": 1}
        head = await self._jobs.find_one({"_id": job_id}, fields)
        if head is None:
            return Waiting()
        totals, dealing = totals_of(head), head.get("dealing") or {}
        slots = (totals.unlabeled + totals.to_confirm) * dealing.get("overlap", 1)
        free_left = -(-slots // max(1, len(dealing.get("people", ()))))
        sample_ids = await self._ids(job_id, [{"facets": waiting_facet(account_id)}], limit)
        return Waiting(sample_ids, known_left, max(0, free_left - known_left))

    async def remaining(self, job_id: str, account_id: str, now: datetime, overlap: int) -> int:
        """All that is open, but for the few that are held or skipped: counting the rest would take long. What was
        rejected and is nobody's can be taken as well; of what tests labelers, what they have not answered."""
        head = await self._jobs.find_one({"_id": job_id}, {"totals": 1})
        if head is None:
            return 0
        totals = totals_of(head)
        room = _has_room(account_id, now, overlap)
        tests: Query = {"facets": {"$ne": KNOWN}}
        busy: list[Query] = [{"facets": HELD}, OPEN, tests, {"$nor": [room]}]
        free: Query = {"$or": [{"facets": {"$ne": HELD}}, room]}
        skipped: list[Query] = [{"facets": f"k:{account_id}"}, OPEN, tests, free]
        not_skipped: Query = {"skipped": {"$ne": account_id}}
        held = await self._count(job_id, busy)
        left_out = await self._count(job_id, skipped)
        again = await self._count(job_id, [{"facets": RETURNED}, {"facets": {"$nin": list(OPEN_FACETS)}}, not_skipped])
        others_tests = await self._count(job_id, [{"facets": KNOWN}, OPEN])
        own_tests = await self._count(job_id, [{"facets": waiting_facet(account_id)}])
        open_ = totals.unlabeled + totals.to_confirm
        return max(0, open_ - held - left_out - others_tests) + again + own_tests

    async def _count(self, job_id: str, conditions: list[Query]) -> int:
        return int(await self._items.count_documents(_among(job_id, conditions)))

    async def _ids(self, job_id: str, conditions: list[Query], limit: int) -> list[str]:
        rows = self._items.find(_among(job_id, conditions), {"_id": 1}).sort("_id", 1).limit(limit)
        return [sample_of(row["_id"]) for row in await rows.batch_size(limit + 1).to_list(limit)] if limit > 0 else []


def _among(job_id: str, conditions: list[Query]) -> Query:
    low, high = job_range(job_bytes(job_id))
    return {"_id": {"$gte": Binary(low), "$lte": Binary(high)}, "$and": conditions}


def _has_room(account_id: str, now: datetime, overlap: int) -> Query:
    """An item that fewer people have than it needs, and not this one."""
    valid: dict[str, Any] = {
        "$filter": {
            "input": {"$ifNull": ["$assignees", []]},
            "cond": {"$gt": [{"$ifNull": ["$$this.until", {"$add": [now, 1]}]}, now]},
        }
    }
    others = {"assignees": {"$not": {"$elemMatch": {"account_id": account_id, **valid_assignee(now)}}}}
    return {"$and": [others, {"$expr": {"$lt": [{"$size": valid}, overlap]}}]}
