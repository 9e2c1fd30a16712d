"""Attempts in MongoDB, so that all replicas count together."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from pymongo import ReturnDocument

from labelstream_common.mongo import Database, retried
from team_service.adapters.collections import ATTEMPTS
from team_service.domain.attempts import Attempts, Limit, TooManyAttempts, check_attempts

_BELIEVED: Final = timedelta(seconds=1)
_MOST_REMEMBERED: Final = 10_000


class _Refused(NamedTuple):
    attempts: Attempts
    believed_until: datetime


class MongoAttempts:
    """Whoever was refused is refused for a second without asking the database: guesses without end cost little."""

    def __init__(self, database: Database) -> None:
        self._attempts = database[ATTEMPTS]
        self._refused: OrderedDict[str, _Refused] = OrderedDict()

    async def count(self, limits: Sequence[Limit], now: datetime) -> None:
        for limit in limits:
            if (refused := self._refused.get(limit.key)) is not None and now < refused.believed_until:
                check_attempts(limit, refused.attempts, now)
        for limit in limits:
            attempts = await self._counted(limit, now)
            try:
                check_attempts(limit, attempts, now)
            except TooManyAttempts:
                self._remember(limit.key, _Refused(attempts, min(now + _BELIEVED, attempts.until)))
                raise

    def _remember(self, key: str, refused: _Refused) -> None:
        self._refused[key] = refused
        self._refused.move_to_end(key)
        if len(self._refused) > _MOST_REMEMBERED:
            self._refused.popitem(last=False)

    async def succeeded(self, limits: Sequence[Limit]) -> None:
        keys = [limit.key for limit in limits]
        await self._attempts.update_many({"_id": {"$in": keys}, "count": {"$gt": 0}}, {"$inc": {"count": -1}})
        for key in keys:
            self._refused.pop(key, None)

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
