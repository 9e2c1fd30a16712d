"""What every caller has open in all processes of a service: places that are held for half a minute, and held anew.

One document for each caller and kind: who holds places there, and until when (the server's time). Taking one is a
single write, so two processes never give the last one away twice. A process that dies gives nothing back; its places
are free once they have not been held anew for that time.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError, PyMongoError

from labelstream_common.mongo import Database
from labelstream_common.telemetry.logs import get_logger

log = get_logger(__name__)

PLACES = "places"
HELD_SECONDS, HELD_ANEW_SECONDS = 30.0, 10.0

GiveBack = Callable[[], Awaitable[None]]


class Places(Protocol):
    async def take(self, name: str, most: int) -> GiveBack | None:
        """Takes one of the `most` places under `name`; what gives it back. None if all are taken."""
        ...


class MongoPlaces:
    """Holds its places anew by itself while there are any."""

    def __init__(self, database: Database, *, held: float = HELD_SECONDS, anew: float = HELD_ANEW_SECONDS) -> None:
        self._places = database[PLACES]
        self._held_ms = int(held * 1000)
        self._anew = anew
        self._own: dict[str, str] = {}
        self._holding: asyncio.Task[None] | None = None

    async def take(self, name: str, most: int) -> GiveBack | None:
        holder = secrets.token_hex(8)
        try:
            found = await self._write(name, holder, most)
        except DuplicateKeyError:  # another process has just written the first of this name
            found = await self._write(name, holder, most)
        if all(each["by"] != holder for each in found["holders"]):
            return None
        self._own[holder] = name
        if self._holding is None or self._holding.done():
            self._holding = asyncio.create_task(self._hold())
        return lambda: self._give_back(holder)

    async def _write(self, name: str, holder: str, most: int) -> Mapping[str, Any]:
        alive = {"$gt": ["$$each.until", "$$NOW"]}
        still = {"$filter": {"input": {"$ifNull": ["$holders", []]}, "as": "each", "cond": alive}}
        one_more = {"$concatArrays": ["$holders", [{"by": holder, "until": {"$add": ["$$NOW", self._held_ms]}}]]}
        room = {"$lt": [{"$size": "$holders"}, most]}
        steps: list[Mapping[str, Any]] = [
            {"$set": {"holders": still}},
            {"$set": {"holders": {"$cond": [room, one_more, "$holders"]}}},
        ]
        found = await self._places.find_one_and_update(
            {"_id": name}, steps, upsert=True, return_document=ReturnDocument.AFTER
        )
        return found or {"holders": []}

    async def _give_back(self, holder: str) -> None:
        name = self._own.pop(holder, None)
        if name is None:
            return
        with contextlib.suppress(PyMongoError):  # then it is free when its time is over
            await self._places.update_one({"_id": name}, {"$pull": {"holders": {"by": holder}}})

    async def _hold(self) -> None:
        while self._own:
            await asyncio.sleep(self._anew)
            until = {"$add": ["$$NOW", self._held_ms]}
            writes = []
            for name in set(self._own.values()):
                mine = [holder for holder, under in self._own.items() if under == name]
                held = {"$mergeObjects": ["$$each", {"until": until}]}
                anew = {"$cond": [{"$in": ["$$each.by", mine]}, held, "$$each"]}
                each = {"$map": {"input": {"$ifNull": ["$holders", []]}, "as": "each", "in": anew}}
                writes.append(UpdateOne({"_id": name}, [{"$set": {"holders": each}}]))
            try:
                await self._places.bulk_write(writes, ordered=False)
            except PyMongoError as error:
                log.warning("http.places.not-held-anew", error=str(error))
