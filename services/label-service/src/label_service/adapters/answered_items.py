"""Reads what people answered, and the items whose answers are known."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson.binary import Binary

from label_service.adapters.collections import ITEMS, JOBS
from label_service.adapters.item_keys import job_bytes, job_range, keys_of, sample_bytes, sample_of
from label_service.adapters.own_answers import answered_by
from label_service.application.known_answers import AnsweredItem, KnownAnswer
from label_service.domain.answers import KNOWN
from labelstream_common.mongo import Database

_FIELDS = {"answers": 1, "settled": 1, "known": 1, "labels": 1, "review": 1}


class MongoAnsweredItems:
    """See `label_service.application.known_answers.AnsweredItems`."""

    def __init__(self, database: Database) -> None:
        self._items = database[ITEMS]
        self._jobs = database[JOBS]

    async def answered(self, job_id: str, sample_id: str) -> AnsweredItem | None:
        raw = sample_bytes(sample_id)
        if raw is None:
            return None
        row = await self._items.find_one({"_id": Binary(job_bytes(job_id) + raw)}, _FIELDS)
        return None if row is None else AnsweredItem(row.get("answers") or (), bool(row.get("settled")))

    async def given_in(self, job_id: str, account_id: str, change_id: str, limit: int) -> list[str]:
        low, high = job_range(job_bytes(job_id))
        query = {
            **answered_by(account_id),
            "_id": {"$gte": Binary(low), "$lte": Binary(high)},
            "settled": None,
            "answers": {"$elemMatch": {"by": account_id, "change_id": change_id}},
        }
        rows = self._items.find(query, {"_id": 1}).sort("_id", 1).limit(limit)
        return [sample_of(row["_id"]) for row in await rows.to_list(limit)]

    async def known(self, job_id: str) -> list[KnownAnswer]:
        rows = await self._items.find(known_query(job_id), {"known.labels": 1}).to_list(None)
        return sorted(KnownAnswer(sample_of(row["_id"]), row["known"]["labels"]) for row in rows)

    async def known_edits(self, job_id: str) -> int:
        head = await self._jobs.find_one({"_id": job_id}, {"known_edits": 1})
        return 0 if head is None else head.get("known_edits", 0)

    async def answer_fields(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        rows = await self._items.find({"_id": {"$in": keys_of(job_id, sample_ids)}}, _FIELDS).to_list(None)
        return {sample_of(row["_id"]): row for row in rows}


def known_query(job_id: str) -> dict[str, Any]:
    """The items of a job whose answers are known."""
    low, high = job_range(job_bytes(job_id))
    return {"facets": KNOWN, "_id": {"$gte": Binary(low), "$lte": Binary(high)}}
