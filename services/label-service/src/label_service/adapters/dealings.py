"""Which jobs are to be dealt anew, and what dealing reads of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import UpdateOne

from label_service.adapters.collections import DEALINGS, ITEMS, JOBS
from label_service.adapters.documents import dealing_of, team_of
from label_service.adapters.item_keys import as_text, job_bytes, job_range, sample_bytes, sample_of
from label_service.adapters.queue import OPEN_FACETS
from label_service.application.dealer import DealtJob, DueJob
from label_service.domain.answers import KNOWN
from label_service.domain.dealing import PRESENT_RULES
from label_service.domain.ownership import FIRST_LEASE, lease_facet
from label_service.domain.reviews import REJECTED
from labelstream_common.access.projection import MEMBERS
from labelstream_common.mongo import Database, Session
from labelstream_contracts import AccountPayload, JobPayload, MemberPayload, Payload

_AT_ONCE = 8
_UNTOLD = {"shares": {"$exists": True}, "shares_told": {"$exists": False}}
_EARLIER_QUEUES = {"dealing.assignment": "queue", "has_known": True, "dealing.rules": {"$ne": PRESENT_RULES}}


class MongoDealings:
    """See `label_service.application.dealer.Dealings`."""

    def __init__(self, database: Database) -> None:
        self._dealings = database[DEALINGS]
        self._jobs = database[JOBS]
        self._items = database[ITEMS]
        self._members = database[MEMBERS]

    async def ask_for_earlier(self) -> None:
        wanted = {"deleted": False, "$or": [_UNTOLD, _EARLIER_QUEUES]}
        rows = await self._jobs.find(wanted, {"_id": 1}).to_list(None)
        await self.ask(row["_id"] for row in rows)

    async def ask(self, job_ids: Iterable[str], session: Session | None = None) -> None:
        """These jobs are due."""
        due = {"$set": {"due": True}, "$inc": {"asked": 1}}
        updates = [UpdateOne({"_id": job_id}, due, upsert=True) for job_id in sorted(set(job_ids))]
        if updates:
            await self._dealings.bulk_write(updates, session=session)

    async def ask_for(self, payloads: Iterable[Payload], session: Session) -> None:
        """The jobs are due whose people, or these people's accounts, have changed."""
        jobs: set[str] = set()
        accounts: list[str] = []
        for payload in payloads:
            match payload:
                case MemberPayload(scope="job", job_id=str(job_id)) | JobPayload(job_id=job_id):
                    jobs.add(job_id)
                case AccountPayload():
                    accounts.append(payload.account_id)
        if accounts:
            works = self._members.find({"account_id": {"$in": accounts}}, {"job_id": 1}, session=session)
            jobs |= {row["job_id"] for row in await works.to_list(None)}
        await self.ask(jobs, session)

    async def due(self, besides: Sequence[str]) -> list[DueJob]:
        rows = self._dealings.find({"due": True, "_id": {"$nin": list(besides)}}, {"asked": 1}).limit(_AT_ONCE)
        return [DueJob(row["_id"], row["asked"]) for row in await rows.to_list(_AT_ONCE)]

    async def settled(self, job: DueJob) -> None:
        await self._dealings.update_one({"_id": job.job_id, "asked": job.asked}, {"$unset": {"due": ""}})

    async def job(self, job_id: str) -> DealtJob | None:
        fields = {"team": 1, "labelers_may_create_labels": 1, "dealing": 1, "shares_told": 1, "shares": 1}
        row = await self._jobs.find_one({"_id": job_id, "deleted": False}, fields)
        return None if row is None else DealtJob(team_of(row), dealing_of(row.get("dealing")), _untold(row))

    async def open_items(self, job_id: str, after: str | None, limit: int, *, narrow: bool = False) -> list[str]:
        low, high = job_range(job_bytes(job_id))
        words = [*([] if narrow else OPEN_FACETS), f"r:{REJECTED}", KNOWN]
        raw = None if after is None else sample_bytes(after)
        beyond: dict[str, Any] = {"$gte": Binary(low)} if raw is None else {"$gt": Binary(job_bytes(job_id) + raw)}
        query = {"facets": {"$in": words}, "_id": {**beyond, "$lte": Binary(high)}}
        rows = self._items.find(query, {"_id": 1}).sort("_id", 1).limit(limit)
        return [sample_of(row["_id"]) for row in await rows.batch_size(limit + 1).to_list(limit)]

    async def ended_leases(self, now: datetime, limit: int, besides: Sequence[str]) -> dict[str, list[str]]:
        ranges = [job_range(job_bytes(job_id)) for job_id in besides]
        others = [{"_id": {"$gte": Binary(low), "$lte": Binary(high)}} for low, high in ranges]
        wanted = {**ended_by(now), **({"$nor": others} if others else {})}
        found: dict[str, list[str]] = {}
        for row in await self._items.find(wanted, {"_id": 1}).limit(limit).to_list(limit):
            found.setdefault(as_text(bytes(row["_id"][:16])), []).append(sample_of(row["_id"]))
        return found


def _untold(head: Mapping[str, Any]) -> bool:
    """Whether an earlier release has kept what people have of a job, and told nobody."""
    return bool(head.get("shares")) and not head.get("shares_told")


def ended_by(now: datetime) -> dict[str, Any]:
    """The items of all jobs with a lease that has run out: one range of the index of facets, however many still run."""
    return {"facets": {"$elemMatch": {"$gte": FIRST_LEASE, "$lte": lease_facet(now)}}}
