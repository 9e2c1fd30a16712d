"""Failed attempts in MongoDB, so that all replicas count together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from labelstream_common.mongo import Database, retried
from team_service.adapters.collections import ATTEMPTS
from team_service.domain.attempts import Failures, Limit, check_attempts


class MongoAttempts:
    def __init__(self, database: Database) -> None:
        self._attempts = database[ATTEMPTS]

    async def check(self, limits: Sequence[Limit], now: datetime) -> None:
        keys = [limit.key for limit in limits]
        found = {each["_id"]: each async for each in self._attempts.find({"_id": {"$in": keys}})}
        for limit in limits:
            each = found.get(limit.key)
            check_attempts(limit, None if each is None else Failures(each["count"], each["until"]), now)

    async def failed(self, limits: Sequence[Limit], now: datetime) -> None:
        for limit in limits:
            await self._count(limit, now)

    async def forget(self, limits: Sequence[Limit]) -> None:
        await self._attempts.delete_many({"_id": {"$in": [limit.key for limit in limits]}})

    @retried
    async def _count(self, limit: Limit, now: datetime) -> None:
        """One more; where the window has passed, the first of a new one."""
        runs = {"$gt": ["$until", now]}
        update: list[dict[str, Any]] = [
            {
                "$set": {
                    "count": {"$cond": [runs, {"$add": ["$count", 1]}, 1]},
                    "until": {"$cond": [runs, "$until", now + limit.window]},
                }
            }
        ]
        await self._attempts.update_one({"_id": limit.key}, update, upsert=True)
