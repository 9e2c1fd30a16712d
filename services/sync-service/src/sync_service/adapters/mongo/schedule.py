"""When datasets that synchronize by themselves are next looked at, shared by every copy of this service."""

from datetime import timedelta

from labelstream_common.clock import Clock
from labelstream_common.mongo import Database
from sync_service.adapters.mongo import SCHEDULE
from sync_service.application.ports import Claimed, Transaction
from sync_service.domain.dataset import OWN_STORE, Dataset, DatasetId


class MongoSchedule:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._schedule = database[SCHEDULE]
        self._clock = clock

    async def put(self, dataset: Dataset, after: timedelta, work: Transaction) -> None:
        source = dataset.source
        entry: dict[str, object] = {"prefix": source.prefix, "due_at": self._clock.now() + after}
        if source.source_id == OWN_STORE:  # others give no hints, and may have a bucket of the same name
            entry["bucket"] = source.bucket
        await self._schedule.update_one({"_id": dataset.id}, {"$set": entry}, upsert=True, session=work.session)

    async def drop(self, dataset_id: DatasetId, work: Transaction) -> None:
        await self._schedule.delete_one({"_id": dataset_id}, session=work.session)

    async def claim(self, hold: timedelta) -> Claimed | None:
        now = self._clock.now()
        found = await self._schedule.find_one_and_update(
            {"due_at": {"$lte": now}}, {"$set": {"due_at": now + hold}}, sort=[("due_at", 1)]
        )
        return Claimed(DatasetId(found["_id"]), found.get("hints", 0)) if found else None

    async def again(self, claimed: Claimed, after: timedelta) -> None:
        """One document knows of both: a hint that comes while this is written is counted before or after it."""
        now = self._clock.now()
        unhinted = {"$eq": [{"$ifNull": ["$hints", 0]}, claimed.hints]}
        await self._schedule.update_one(
            {"_id": claimed.dataset_id}, [{"$set": {"due_at": {"$cond": [unhinted, now + after, now]}}}]
        )

    async def hint(self, bucket: str, key: str) -> None:
        covers = {"$eq": [{"$indexOfBytes": [{"$literal": key}, "$prefix"]}, 0]}
        await self._schedule.update_many(
            {"bucket": bucket, "$expr": covers}, {"$min": {"due_at": self._clock.now()}, "$inc": {"hints": 1}}
        )
