"""The relay's view of the change records: those that came since, those that were left, and which are done."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateMany

from labelstream_common.messaging.records import CHANGES
from labelstream_common.messaging.wave import Record
from labelstream_common.mongo import ChangeStream, Database, majority

WAVES = "relay_waves"
_PAGE = 200


class Outbox:
    def __init__(self, database: Database) -> None:
        self._changes = majority(database[CHANGES])
        self._waves = majority(database[WAVES])

    async def tail(self) -> ChangeStream:
        """A change stream of the records committed from now on, in commit order (majority: no ghost, none lost)."""
        return await self._changes.watch(
            [{"$match": {"operationType": "insert"}}, {"$project": {"fullDocument": 1}}], max_await_time_ms=5_000
        )

    async def left(self) -> AsyncIterator[Record]:
        """What is not known to be published: of each stream its first pending record and all that come after it.

        A later record may be done already, where a mark got lost on the way. It goes out again all the same: an older
        state that came after a newer one would stand last on its key. A number is handed out in the commit that writes
        its record, so a record that is here has no earlier one of its stream still to come; insertion order would not
        promise that.
        """
        stream = ""
        while first := await self._changes.find_one(
            {"pending": True, "stream": {"$gt": stream}},
            {"stream": 1, "seq": 1},
            sort=[("stream", 1), ("seq", 1)],
            hint="pending_stream",
        ):
            stream = first["stream"]
            async for record in self.since(stream, first["seq"]):
                yield record

    async def done(self, ids: Sequence[str]) -> None:
        """Says that every message of these records was acknowledged. From now on the time of passing ones runs."""
        these: dict[str, Any] = {"_id": {"$in": list(ids)}}
        published: dict[str, Any] = {"$unset": {"pending": ""}}
        passing = {**published, "$currentDate": {"published_at": True}}
        await self._changes.bulk_write(
            [UpdateMany({**these, "passing": None}, published), UpdateMany({**these, "passing": True}, passing)],
            ordered=False,
        )

    async def backlog(self, at_most: int) -> tuple[int, datetime | None]:
        """How many records wait (counted up to `at_most`), and since when the oldest does."""
        oldest = await self._changes.find_one({"pending": True}, {"at": 1}, sort=[("at", 1)], hint="pending_at")
        if oldest is None:
            return 0, None
        return await self._changes.count_documents({"pending": True}, hint="pending_at", limit=at_most), oldest["at"]

    async def ask_again(self, records: Iterable[Record]) -> None:
        """Leaves word for the lease's holder: these went out late, so their keys must end on their last state."""
        await self._waves.insert_one({"records": [{"stream": r["stream"], "seq": r["seq"]} for r in records]})

    async def asked_again(self) -> list[dict[str, Any]]:
        return await self._waves.find({}).to_list(100)

    async def answered(self, wave: dict[str, Any]) -> None:
        await self._waves.delete_one({"_id": wave["_id"]})

    async def since(self, stream: str, seq: int) -> AsyncIterator[Record]:
        """The records of a stream from `seq` on, in order."""
        found = self._changes.find({"stream": stream, "seq": {"$gte": seq}}).sort("seq", 1)
        async for record in found.batch_size(_PAGE):
            yield record
