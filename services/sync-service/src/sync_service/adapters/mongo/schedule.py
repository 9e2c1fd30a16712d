"""When datasets that synchronize by themselves are next looked at, shared by every copy of this service."""

from datetime import timedelta

from labelstream_common.clock import Clock
from labelstream_common.mongo import Database
from sync_service.adapters.mongo import SCHEDULE
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import Dataset, DatasetId


class MongoSchedule:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._schedule = database[SCHEDULE]
        self._clock = clock

    async def put(self, dataset: Dataset, after: timedelta, work: Transaction) -> None:
        entry = {"bucket": dataset.source.bucket, "prefix": dataset.source.prefix, "due_at": self._clock.now() + after}
        await self._schedule.update_one({"_id": dataset.id}, {"$set": entry}, upsert=True, session=work.session)

    async def drop(self, dataset_id: DatasetId, work: Transaction) -> None:
        await self._schedule.delete_one({"_id": dataset_id}, session=work.session)

    async def claim(self, hold: timedelta) -> DatasetId | None:
        now = self._clock.now()
        found = await self._schedule.find_one_and_update(
            {"due_at": {"$lte": now}}, {"$set": {"due_at": now + hold}}, sort=[("due_at", 1)]
        )
        return DatasetId(found["_id"]) if found else None

    async def again(self, dataset_id: DatasetId, after: timedelta) -> None:
        await self._schedule.update_one({"_id": dataset_id}, {"$set": {"due_at": self._clock.now() + after}})

    async def hint(self, bucket: str, key: str) -> None:
        covers = {"$eq": [{"$indexOfBytes": [{"$literal": key}, "$prefix"]}, 0]}
        await self._schedule.update_many({"bucket": bucket, "$expr": covers}, {"$min": {"due_at": self._clock.now()}})
