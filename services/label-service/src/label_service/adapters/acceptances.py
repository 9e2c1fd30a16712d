"""Acceptances in MongoDB. No document grows with the sample.

| collection | `_id` | holds |
|---|---|---|
| `acceptances` | the acceptance's id | settings, counts, how far its end has come; `open: true` until it is finished |
| `acceptance_samples` | the acceptance's 16 bytes, then the first item's | up to 1,000 items of the sample, in order |
| `acceptance_judgements` | the acceptance's 16 bytes, then the item's | a judgement |
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ReturnDocument

from label_service.adapters.acceptance_documents import (
    acceptance_of,
    document_of,
    ending_fields,
    judged_of,
    judgement_fields,
    tally_fields,
)
from label_service.adapters.collections import ACCEPTANCE_JUDGEMENTS, ACCEPTANCE_SAMPLES, ACCEPTANCES
from label_service.adapters.item_keys import as_text, job_bytes, job_range, keys_of, sample_bytes, sample_of
from label_service.domain.acceptances import (
    Acceptance,
    AcceptanceFinished,
    AcceptanceNotFound,
    Ending,
    Judged,
    Tally,
)
from labelstream_common.mongo import Database, Session

_ITEMS_OF_BLOCK = 1_000
_BLOCKS_AT_ONCE = 200
_ID_BYTES = 16


class MongoAcceptances:
    """See `label_service.application.acceptance_ports.Acceptances`."""

    def __init__(self, database: Database) -> None:
        self._acceptances = database[ACCEPTANCES]
        self._samples = database[ACCEPTANCE_SAMPLES]
        self._judgements = database[ACCEPTANCE_JUDGEMENTS]

    async def get(self, job_id: str, acceptance_id: str) -> Acceptance:
        found = await self._acceptances.find_one({"_id": acceptance_id, "job_id": job_id})
        if found is None:
            raise AcceptanceNotFound(acceptance_id)
        return acceptance_of(found)

    async def page(self, job_id: str, *, before: str | None, limit: int) -> list[Acceptance]:
        query: dict[str, Any] = {"job_id": job_id}
        if before is not None:
            query["_id"] = {"$lt": before}
        rows = self._acceptances.find(query, {"ending.tally.examples": 0}).sort("_id", -1).limit(limit)
        return [acceptance_of(row) for row in await rows.to_list(limit)]

    async def open_one(self, job_id: str, session: Session | None = None) -> str | None:
        found = await self._acceptances.find_one({"job_id": job_id, "open": True}, {"_id": 1}, session=session)
        return found["_id"] if found else None

    async def add(self, acceptance: Acceptance, sample: Sequence[bytes], session: Session) -> None:
        await self._acceptances.insert_one(document_of(acceptance), session=session)
        blocks = list(_blocks(acceptance.id, sample))
        for start in range(0, len(blocks), _BLOCKS_AT_ONCE):
            await self._samples.insert_many(blocks[start : start + _BLOCKS_AT_ONCE], session=session)

    async def locked(self, job_id: str, acceptance_id: str, session: Session) -> Acceptance:
        found = await self._acceptances.find_one_and_update(
            {"_id": acceptance_id, "job_id": job_id},
            {"$inc": {"moves": 1}},
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        if found is None:
            raise AcceptanceNotFound(acceptance_id)
        if found["state"] != "open":
            raise AcceptanceFinished(acceptance_id)
        return acceptance_of(found)

    async def sample(self, acceptance_id: str, *, after: str | None, limit: int) -> list[str]:
        low, high = job_range(job_bytes(acceptance_id))
        start = low
        if after is not None:
            start = job_bytes(acceptance_id) + (sample_bytes(after) or b"\xff" * _ID_BYTES)
            before = {"_id": {"$gte": Binary(low), "$lte": Binary(start)}}
            holding = await self._samples.find_one(before, {"_id": 1}, sort=[("_id", -1)])
            start = holding["_id"] if holding else start
        found: list[str] = []
        rows = self._samples.find({"_id": {"$gte": Binary(start), "$lte": Binary(high)}}).sort("_id", 1).batch_size(2)
        async for row in rows:
            found += [one for one in map(as_text, _ids(row["ids"])) if after is None or one > after]
            if len(found) >= limit:
                break
        await rows.close()
        return found[:limit]

    async def sampled(self, acceptance_id: str, sample_ids: Sequence[str]) -> set[str]:
        low, high = job_range(job_bytes(acceptance_id))
        span = {"_id": {"$gte": Binary(low), "$lte": Binary(high)}}
        rows = await self._samples.find(span, {"_id": 1}).sort("_id", 1).to_list(None)
        firsts = [bytes(row["_id"]) for row in rows]
        wanted = [bytes(key) for key in keys_of(acceptance_id, sample_ids)]
        holding = {firsts[place - 1] for key in wanted if (place := bisect_right(firsts, key))}
        found: set[bytes] = set()
        async for row in self._samples.find({"_id": {"$in": [Binary(key) for key in sorted(holding)]}}):
            found.update(_ids(row["ids"]))
        return {as_text(key[_ID_BYTES:]) for key in wanted if key[_ID_BYTES:] in found}

    async def judged(
        self, acceptance_id: str, sample_ids: Sequence[str], session: Session | None = None
    ) -> dict[str, Judged]:
        keys = keys_of(acceptance_id, sample_ids)
        if not keys:
            return {}
        rows = self._judgements.find({"_id": {"$in": keys}}, session=session).batch_size(len(keys) + 1)
        return {sample_of(row["_id"]): judged_of(row) for row in await rows.to_list(None)}

    async def judge(
        self,
        acceptance: Acceptance,
        sample_ids: Sequence[str],
        judged: Judged,
        earlier: Mapping[str, Judged],
        session: Session,
    ) -> None:
        if not sample_ids:
            return
        fields = judgement_fields(judged)
        again = [one for one in sample_ids if one in earlier]
        fresh = [
            {"_id": key, **fields} for key in keys_of(acceptance.id, (one for one in sample_ids if one not in earlier))
        ]
        if fresh:
            await self._judgements.insert_many(fresh, session=session)
        if again:
            keys = keys_of(acceptance.id, again)
            await self._judgements.update_many({"_id": {"$in": keys}}, {"$set": fields}, session=session)
        steps = {"accept": 0, "reject": 0}
        steps[judged.judgement.decision] += len(sample_ids)
        for one in again:
            steps[earlier[one].judgement.decision] -= 1
        moved = {"accepted": steps["accept"], "rejected": steps["reject"]}
        await self._acceptances.update_one({"_id": acceptance.id}, {"$inc": moved}, session=session)

    async def begin_ending(self, acceptance: Acceptance, ending: Ending, session: Session) -> None:
        await self._acceptances.update_one(
            {"_id": acceptance.id}, {"$set": {"ending": ending_fields(ending)}}, session=session
        )

    async def go_on_ending(
        self, acceptance_id: str, after: str | None, tally: Tally, session: Session, *, finished_at: datetime | None
    ) -> None:
        update: dict[str, Any] = {
            "$set": {"ending.after": after, "ending.tally": tally_fields(tally)},
            "$inc": {"moves": 1},
        }
        if finished_at is not None:
            update["$set"] |= {"state": "finished", "finished_at": finished_at}
            update["$unset"] = {"open": ""}
        await self._acceptances.update_one({"_id": acceptance_id}, update, session=session)

    async def forget(self, job_id: str) -> None:
        async for row in self._acceptances.find({"job_id": job_id}, {"_id": 1}):
            low, high = job_range(job_bytes(row["_id"]))
            span = {"_id": {"$gte": Binary(low), "$lte": Binary(high)}}
            await self._judgements.delete_many(span)
            await self._samples.delete_many(span)
            await self._acceptances.delete_one({"_id": row["_id"]})


def _blocks(acceptance_id: str, sample: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    prefix = job_bytes(acceptance_id)
    for start in range(0, len(sample), _ITEMS_OF_BLOCK):
        ids = sample[start : start + _ITEMS_OF_BLOCK]
        yield {"_id": Binary(prefix + ids[0]), "ids": Binary(b"".join(ids))}


def _ids(packed: bytes) -> Iterator[bytes]:
    for start in range(0, len(packed), _ID_BYTES):
        yield bytes(packed[start : start + _ID_BYTES])
