"""Progress in MongoDB: one small document for what every list shows, others for what adds up by label, actor, day."""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from pymongo import UpdateOne

from job_service.adapters.mongo import (
    PROGRESS,
    PROGRESS_ACTORS,
    PROGRESS_DAYS,
    PROGRESS_LABELS,
    PROGRESS_SHARES,
    PROGRESS_WORK,
)
from job_service.application.ports import Transaction
from job_service.application.views import Contributor, DailyWork, LabelCount, ProgressView
from job_service.domain.job import AccountId, JobId
from job_service.domain.progress import Actor, Advance, LabelFact, ShareFact, Totals, WorkDone
from labelstream_common.mongo import Collection, Database, Document


class MongoProgress:
    def __init__(self, database: Database) -> None:
        self._progress = database[PROGRESS]
        self._labels = database[PROGRESS_LABELS]
        self._actors = database[PROGRESS_ACTORS]
        self._days = database[PROGRESS_DAYS]
        self._work = database[PROGRESS_WORK]
        self._shares = database[PROGRESS_SHARES]

    async def seqs(self, job_ids: Sequence[JobId], work: Transaction) -> Mapping[JobId, int]:
        found = self._progress.find({"_id": {"$in": list(job_ids)}}, {"seq": 1}, session=work.session)
        return {JobId(document["_id"]): document["seq"] async for document in found}

    async def advance(self, job_id: JobId, advance: Advance, work: Transaction) -> None:
        state = {"seq": advance.seq, "totals": list(advance.totals), "totals_seq": advance.seq}
        await self._progress.update_one({"_id": job_id}, {"$set": state}, upsert=True, session=work.session)
        await _write(self._labels, [_label_counted(job_id, *counted) for counted in advance.labels.items()], work)
        await _write(self._actors, [_actor_worked(job_id, *did) for did in advance.by_actor.items()], work)
        await _write(self._days, [_day_worked(job_id, *did) for did in advance.by_day.items()], work)
        daily = [_worked(job_id, actor, day, did) for (actor, day), did in advance.by_actor_and_day.items()]
        await _write(self._work, daily, work)

    async def set_totals(self, job_id: JobId, seq: int, totals: Totals, work: Transaction) -> None:
        """Leaves `seq` alone: what adds up is counted by the records that carry it, not by this."""
        newer = {"$gt": [{"$ifNull": ["$totals_seq", -1]}, seq]}
        pipeline = [
            {
                "$set": {
                    "seq": {"$ifNull": ["$seq", 0]},
                    "totals": {"$cond": [newer, "$totals", list(totals)]},
                    "totals_seq": {"$cond": [newer, "$totals_seq", seq]},
                }
            }
        ]
        await self._progress.update_one({"_id": job_id}, pipeline, upsert=True, session=work.session)

    async def totals(self, job_ids: Sequence[JobId]) -> Mapping[JobId, Totals]:
        found = self._progress.find({"_id": {"$in": list(job_ids)}}, {"totals": 1})
        return {JobId(document["_id"]): Totals(*document["totals"]) async for document in found}

    async def put_shares(self, facts: Sequence[ShareFact], work: Transaction) -> None:
        await _write(self._shares, [_share_moved(fact) for fact in facts], work)

    async def drop_shares(self, job_ids: AbstractSet[JobId], work: Transaction) -> None:
        for job_id in job_ids:
            await self._shares.delete_many(_shares_of(job_id), session=work.session)

    async def shares(self, job_ids: Sequence[JobId], account_id: AccountId) -> Mapping[JobId, Totals]:
        keys = {share_key(job_id, account_id): job_id for job_id in job_ids}
        found = self._shares.find({"_id": {"$in": list(keys)}}, {"totals": 1})
        return {keys[document["_id"]]: Totals(*document["totals"]) async for document in found}

    async def without_shares(self, job_ids: Sequence[JobId]) -> Sequence[JobId]:
        looked = await asyncio.gather(*(self._shares.find_one(_shares_of(one), {"_id": 1}) for one in job_ids))
        return [job_id for job_id, found in zip(job_ids, looked, strict=True) if found is None]

    async def view(self, job_id: JobId) -> ProgressView:
        progress = await self._progress.find_one({"_id": job_id})
        return ProgressView(
            seq=progress["seq"] if progress else 0,
            totals=Totals(*progress["totals"]) if progress else Totals(),
            labels=[_label_count(document) async for document in self._labels.find(_shown_labels(job_id))],
            contributors=[_contributor(document) async for document in self._actors.find({"job_id": job_id})],
            days=[_day(document) async for document in self._days.find({"job_id": job_id}).sort("day", 1)],
        )

    async def daily(self, job_id: JobId, *, of: Actor | None = None) -> Sequence[DailyWork]:
        whose = {} if of is None else {"kind": of.kind, "actor_id": of.id}
        found = self._work.find({"job_id": job_id, **whose}).sort([("day", 1), ("_id", 1)])
        return [
            DailyWork(date.fromisoformat(row["day"]), Actor(row["kind"], row["actor_id"]), None, _work(row))
            async for row in found
        ]

    async def put_labels(self, facts: Sequence[LabelFact], work: Transaction) -> None:
        await _write(self._labels, [_label_named(fact) for fact in facts], work)

    async def count_labels(self, job_id: JobId) -> int:
        return await self._labels.count_documents(_shown_labels(job_id))


async def _write(collection: Collection, changes: Sequence[UpdateOne], work: Transaction) -> None:
    if changes:
        await collection.bulk_write(changes, ordered=True, session=work.session)


def _shown_labels(job_id: str) -> Mapping[str, Any]:
    return {"job_id": job_id, "deleted": {"$ne": True}}


def _label_counted(job_id: str, label_id: str, count: int) -> UpdateOne:
    state = {"job_id": job_id, "label_id": label_id, "count": count}
    return UpdateOne({"_id": f"{job_id}:{label_id}"}, {"$set": state}, upsert=True)


def _label_named(fact: LabelFact) -> UpdateOne:
    newer = {"$gte": [{"$ifNull": ["$name_seq", -1]}, fact.seq]}
    state = {
        "name": {"$cond": [newer, "$name", {"$literal": fact.name}]},
        "deleted": {"$cond": [newer, "$deleted", fact.name is None]},
        "name_seq": {"$cond": [newer, "$name_seq", fact.seq]},
        "job_id": {"$literal": fact.job_id},
        "label_id": {"$literal": fact.label_id},
    }
    return UpdateOne({"_id": f"{fact.job_id}:{fact.label_id}"}, [{"$set": state}], upsert=True)


def share_key(job_id: str, account_id: str) -> str:
    return f"{job_id}:{account_id}"


def _shares_of(job_id: str) -> Mapping[str, Any]:
    """A range of keys: `;` follows `:`."""
    return {"_id": {"$gte": share_key(job_id, ""), "$lt": f"{job_id};"}}


def _share_moved(fact: ShareFact) -> UpdateOne:
    newer = {"$gte": [{"$ifNull": ["$commit", -1]}, fact.commit]}
    state = {
        "totals": {"$cond": [newer, "$totals", list(fact.totals)]},
        "commit": {"$cond": [newer, "$commit", fact.commit]},
    }
    return UpdateOne({"_id": share_key(fact.job_id, fact.account_id)}, [{"$set": state}], upsert=True)


def _actor_worked(job_id: str, actor: Actor, work: WorkDone) -> UpdateOne:
    key = f"{job_id}:{actor.kind}:{actor.id}"
    who = {"job_id": job_id, "kind": actor.kind, "actor_id": actor.id}
    return UpdateOne({"_id": key}, {"$setOnInsert": who, "$inc": work._asdict()}, upsert=True)


def _day_worked(job_id: str, day: date, work: WorkDone) -> UpdateOne:
    when = {"job_id": job_id, "day": day.isoformat()}
    return UpdateOne(
        {"_id": f"{job_id}:{day.isoformat()}"}, {"$setOnInsert": when, "$inc": work._asdict()}, upsert=True
    )


def _worked(job_id: str, actor: Actor, day: date, work: WorkDone) -> UpdateOne:
    key = f"{job_id}:{day.isoformat()}:{actor.kind}:{actor.id}"
    who = {"job_id": job_id, "day": day.isoformat(), "kind": actor.kind, "actor_id": actor.id}
    return UpdateOne({"_id": key}, {"$setOnInsert": who, "$inc": work._asdict()}, upsert=True)


def _label_count(document: Document) -> LabelCount:
    return LabelCount(document["label_id"], document.get("name"), document.get("count", 0))


def _contributor(document: Document) -> Contributor:
    return Contributor(Actor(document["kind"], document["actor_id"]), None, _work(document))


def _day(document: Document) -> tuple[date, WorkDone]:
    return date.fromisoformat(document["day"]), _work(document)


def _work(document: Document) -> WorkDone:
    return WorkDone(document["added"], document["removed"], document["reviewed"])
