"""Inspections in MongoDB.

| collection | `_id` | holds |
|---|---|---|
| `inspections` | `<dataset>:<sample>` | the facts of the object that was read last |
| `inspection_due` | `<dataset>:<sample>` | what is to be read, in which queue, and until when somebody holds it |

A queue is `<source>:<dataset>`: they take turns in this order, each found at its first entry.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta

from pymongo import DeleteOne, ReplaceOne, UpdateOne

from labelstream_common.clock import Clock
from labelstream_common.mongo import Database, Document, Session
from sync_service.adapters.mongo import INSPECTION_DUE, INSPECTIONS, SAMPLES
from sync_service.application.duplicates import Piece
from sync_service.application.ports import Due, InspectionFound, Transaction
from sync_service.domain.dataset import OWN_STORE, DatasetId
from sync_service.domain.inspection import Inspection, Look, says_something
from sync_service.domain.likeness import Likenesses
from sync_service.domain.sample import Measured, Presence, SampleId

_SIGNED = 2**63
_OF_A_PIECE = 1_000
_STRETCH = 1_000


class MongoInspections:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._inspections = database[INSPECTIONS]
        self._due = database[INSPECTION_DUE]
        self._samples = database[SAMPLES]
        self._clock = clock

    async def expect(self, changed: Sequence[tuple[str, str, str]], session: Session) -> None:
        """Objects (dataset, sample, etag) are to be read, unless they were read as they are, and their samples know."""
        wanted = {f"{dataset}:{sample}": (dataset, etag) for dataset, sample, etag in changed}
        rows = await self._inspections.find({"_id": {"$in": list(wanted)}}, {"etag": 1}, session=session).to_list(None)
        read = {row["_id"] for row in rows if row["etag"] == wanted[row["_id"]][1]}
        untold = {"_id": {"$in": list(read)}, "state": {"$exists": False}, "presence": Presence.PRESENT.value}
        read -= {row["_id"] async for row in self._samples.find(untold, {"_id": 1}, session=session)}
        elsewhere = {"_id": {"$in": [key for key in wanted if key not in read]}, "source_id": {"$exists": True}}
        others = await self._samples.find(elsewhere, {"source_id": 1}, session=session).to_list(None)
        sources = {row["_id"]: row["source_id"] for row in others}
        now = self._clock.now()
        writes = [
            UpdateOne(
                {"_id": key},
                {
                    "$set": {
                        "dataset_id": dataset,
                        "mark": etag,
                        "queue": f"{sources.get(key, OWN_STORE)}:{dataset}",
                    },
                    "$min": {"due_at": now},
                },
                upsert=True,
            )
            for key, (dataset, etag) in wanted.items()
            if key not in read
        ]
        if writes:
            await self._due.bulk_write(writes, ordered=False, session=session)

    async def claim(self, hold: timedelta, after: str, besides: Collection[str]) -> Due | None:
        now = self._clock.now()
        if await self._due.find_one({"due_at": {"$lte": now}}, {"_id": 1}, hint="due") is None:
            return None
        for begin in (after, ""):
            queue = await self._next_queue(begin, besides, now)
            while queue is not None:
                found = await self._due.find_one_and_update(
                    {"queue": queue, "due_at": {"$lte": now}},
                    {"$set": {"due_at": now + hold}},
                    sort=[("queue", 1), ("due_at", 1)],
                )
                if found is not None:
                    dataset_id = DatasetId(found["dataset_id"])
                    sample_id = SampleId(found["_id"][len(dataset_id) + 1 :])
                    return Due(dataset_id, sample_id, found["mark"], _source_of(queue), queue)
                queue = await self._next_queue(queue, besides, now)
        return None

    async def _next_queue(self, after: str, besides: Collection[str], now: datetime) -> str | None:
        """The next queue behind `after` whose first entry is due."""
        while True:
            head = await self._due.find_one(
                {"queue": {"$gt": after}},
                {"queue": 1, "due_at": 1},
                sort=[("queue", 1), ("due_at", 1)],
                hint="queues",
            )
            if head is None:
                return None
            after = str(head["queue"])
            if _source_of(after) in besides:
                after = f"{_source_of(after)};"  # the character after ':'
            elif after not in besides and head["due_at"] <= now:
                return after

    async def postpone(self, due: Due, pause: timedelta) -> None:
        again = {"$set": {"due_at": self._clock.now() + pause}}
        await self._due.update_one({"_id": _key(due), "mark": due.mark}, again)

    async def done(self, found: Sequence[InspectionFound], work: Transaction) -> None:
        documents = [document_of(inspection) for _, inspection in found if inspection is not None]
        if documents:
            writes = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
            await self._inspections.bulk_write(writes, ordered=False, session=work.session)
        over = [DeleteOne({"_id": _key(due), "mark": due.mark}) for due, _ in found]
        await self._due.bulk_write(over, ordered=False, session=work.session)

    async def of(self, dataset_id: str, ids: Collection[SampleId]) -> dict[SampleId, Inspection]:
        keys = [f"{dataset_id}:{each}" for each in ids]
        found = await self._inspections.find({"_id": {"$in": keys}}).to_list(None)
        return {facts.sample_id: facts for facts in map(inspection_of, found)}

    async def unreadable(
        self, dataset_id: DatasetId, after: str | None, limit: int, *, newest_first: bool = False
    ) -> list[SampleId]:
        condition: Document = {"dataset_id": dataset_id, "state": "unreadable"}
        if after is not None:
            condition["_id"] = {"$lt" if newest_first else "$gt": f"{dataset_id}:{after}"}
        direction = -1 if newest_first else 1
        found = self._inspections.find(condition, {"_id": 1}, hint="unreadable").sort("_id", direction).limit(limit)
        return [SampleId(row["_id"][len(dataset_id) + 1 :]) for row in await found.to_list(limit)]

    async def equal(self, dataset_id: str, after: str) -> AsyncIterator[Piece]:
        condition = {"dataset_id": dataset_id, "sha256": {"$gt": after}}
        order = [("dataset_id", 1), ("sha256", 1), ("_id", 1)]
        rows = self._inspections.find(condition, {"sha256": 1}, hint="equal").sort(order)
        present, ids, begun, looked_at = "", list[SampleId](), False, 0
        stretch_ends = _STRETCH
        async for row in rows:
            looked_at += 1
            if row["sha256"] != present:
                if begun or len(ids) > 1:
                    yield present, ids
                elif looked_at > stretch_ends:
                    stretch_ends = looked_at + _STRETCH
                    yield present, ()
                present, ids, begun = row["sha256"], [], False
            elif len(ids) == _OF_A_PIECE:
                yield present, ids
                ids, begun = [], True
            ids.append(SampleId(row["_id"][len(dataset_id) + 1 :]))
        if begun or len(ids) > 1:
            yield present, ids

    async def likenesses(self, dataset_id: str, most: int) -> Likenesses:
        condition = {"_id": {"$gt": f"{dataset_id}:", "$lt": f"{dataset_id};"}, "look": {"$exists": True}}
        skip = len(dataset_id) + 1
        found = Likenesses()
        async for row in self._inspections.find(condition, {"look": 1, "sha256": 1}, hint="_id_").sort("_id", 1):
            look = Look(SampleId(row["_id"][skip:]), row["look"] + _SIGNED, row["sha256"])
            if says_something(look.look):
                found.add(look)
            if len(found) == most:
                break
        return found

    async def forget(self, dataset_id: DatasetId) -> None:
        whole = {"_id": {"$gt": f"{dataset_id}:", "$lt": f"{dataset_id};"}}
        await self._due.delete_many(whole)
        await self._inspections.delete_many(whole)


def _key(due: Due) -> str:
    return f"{due.dataset_id}:{due.sample_id}"


def _source_of(queue: str) -> str:
    return queue.partition(":")[0]


def document_of(facts: Inspection) -> Document:
    document: Document = {
        "_id": f"{facts.dataset_id}:{facts.sample_id}",
        "dataset_id": facts.dataset_id,
        "etag": facts.etag,
        "state": facts.state,
        "at": facts.at,
    }
    if facts.reason is not None:
        document["reason"] = facts.reason
    if facts.sha256:
        document["sha256"] = facts.sha256
    if facts.look is not None:
        document["look"] = facts.look - _SIGNED  # 64 bits with a sign are what the database has
    if facts.measured is not None:
        document["measured"] = list(facts.measured)
    return document


def inspection_of(found: Document) -> Inspection:
    dataset_id = DatasetId(found["dataset_id"])
    look, measured = found.get("look"), found.get("measured")
    return Inspection(
        dataset_id,
        SampleId(found["_id"][len(dataset_id) + 1 :]),
        found["etag"],
        found["state"],
        found["at"],
        found.get("reason"),
        found.get("sha256", ""),
        None if look is None else look + _SIGNED,
        None if measured is None else Measured(*measured),
    )
