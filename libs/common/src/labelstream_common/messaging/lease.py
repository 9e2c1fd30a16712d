"""A lease in MongoDB: one holder at a time, told apart by a token that only grows (the fence).

Time is the server's own (`$$NOW`), so clocks of machines do not matter; the holder measures what is left of its term
on the monotonic clock, from before it asked.
"""

import time
from datetime import UTC, datetime
from typing import Any

from pymongo import ReturnDocument

from labelstream_common.ids import new_id
from labelstream_common.mongo import Database, majority

LEASES = "leases"


class Lease:
    """One contender for the lease `name`. After `acquire` answered True it holds until `remaining()` is zero."""

    def __init__(self, database: Database, name: str, seconds: float) -> None:
        self._leases = majority(database[LEASES])
        self._name = name
        self._seconds = seconds
        self._owner = new_id()
        self._until = 0.0
        self.token = 0

    async def acquire(self) -> bool:
        """Takes the lease if nobody holds it. The new token is larger than every earlier one."""
        # MongoDB takes no `$expr` in an upsert, so the document is there first, free to take.
        free = {"token": 0, "expires_at": datetime.fromtimestamp(0, UTC)}
        await self._leases.update_one({"_id": self._name}, {"$setOnInsert": free}, upsert=True)
        asked = time.monotonic()
        found = await self._leases.find_one_and_update(
            {"_id": self._name, "$expr": {"$lte": ["$expires_at", "$$NOW"]}},
            [
                {
                    "$set": {
                        "owner": self._owner,
                        "token": {"$add": ["$token", 1]},
                        "expires_at": self._expiry(),
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        if found is None:
            return False
        self.token = int(found["token"])
        self._until = asked + self._seconds
        return True

    async def renew(self) -> bool:
        """Begins the term anew; False if the lease is somebody else's by now."""
        asked = time.monotonic()
        answer = await self._leases.update_one(
            {"_id": self._name, "token": self.token, "owner": self._owner},
            [{"$set": {"expires_at": self._expiry()}}],
        )
        if answer.matched_count != 1:
            self._until = 0.0
            return False
        self._until = asked + self._seconds
        return True

    async def release(self) -> None:
        """Gives the lease back at once, so that the next contender need not wait for the term to end."""
        self._until = 0.0
        await self._leases.update_one(
            {"_id": self._name, "token": self.token, "owner": self._owner}, [{"$set": {"expires_at": "$$NOW"}}]
        )

    def remaining(self) -> float:
        """Seconds that the lease surely still holds; 0 if that is not sure."""
        return max(0.0, self._until - time.monotonic())

    @property
    def seconds(self) -> float:
        return self._seconds

    def _expiry(self) -> dict[str, Any]:
        return {"$add": ["$$NOW", int(self._seconds * 1000)]}
