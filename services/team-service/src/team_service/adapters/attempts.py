"""Attempts in MongoDB, so that all replicas count together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from labelstream_common.mongo import Database, retried
from team_service.adapters.collections import ATTEMPTS
from team_service.domain.attempts import Attempts, Limit, check_attempts


class MongoAttempts:
    def __init__(self, database: Database) -> None:
        self._attempts = database[ATTEMPTS]

    async def count(self, limits: Sequence[Limit], now: datetime) -> None:
        for limit in limits:
            check_attempts(limit, await self._counted(limit, now), now)

    async def succeeded(self, limits: Sequence[Limit]) -> None:
        keys = [limit.key for limit in limits]
        await self._attempts.update_many({"_id": {"$in": keys}, "count": {"$gt": 0}}, {"$inc": {"count": -1}})

    @retried
    async def _counted(self, limit: Limit, now: datetime) -> Attempts:
        """One more; where the window has passed, the first of a new one. One atomic write."""
        runs = {"$gt": ["$until", now]}
        update: list[dict[str, Any]] = [
            {
                "$set": {
                    "count": {"$cond": [runs, {"$add": ["$count", 1]}, 1]},
                    "until": {"$cond": [runs, "$until", now + limit.window]},
                }
            }
        ]
        found = await self._attempts.find_one_and_update(
            {"_id": limit.key}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        assert found is not None  # noqa: S101 - it was put there if it was not
        return Attempts(found["count"], found["until"])
