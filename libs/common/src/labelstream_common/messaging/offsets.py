"""How far a consumer has come, kept in the database of its projection and written in the projection's transaction.

Each row has an owner. Taking a partition over makes the new consumer the owner, so that a batch which the earlier one
still has under way cannot be committed.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pymongo import UpdateOne

from labelstream_common.ids import new_id
from labelstream_common.mongo import Database, Session, majority
from labelstream_contracts.topics import TopicSpec

OFFSETS = "offsets"


class Partition(NamedTuple):
    topic: str
    number: int


class Span(NamedTuple):
    """What a batch holds of one partition: the offset of its first message, and the one after its last."""

    first: int
    end: int


class Fenced(Exception):
    """Another consumer owns a partition of this batch by now; nothing of the batch was kept."""


class Overtaken(Exception):
    """The database is further than where this batch begins: it was applied already, as far as it is ours."""


async def read_again(database: Database, group: str, topic: TopicSpec) -> None:
    """Lets a group read a topic from its beginning when it starts next. While it runs this has no lasting effect."""
    rows = {"$gte": f"{group}:{topic.name}:", "$lt": f"{group}:{topic.name};"}
    await majority(database[OFFSETS]).update_many({"_id": rows}, {"$unset": {"next": ""}})


class Offsets:
    def __init__(self, database: Database, group: str) -> None:
        self._offsets = majority(database[OFFSETS])
        self._group = group
        self._owner = new_id()

    async def claim(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """Makes this consumer the owner; the offset to go on from, where there is one."""
        found: dict[Partition, int] = {}
        for partition in partitions:
            row = await self._offsets.find_one_and_update(
                {"_id": self._id(partition)}, {"$set": {"owner": self._owner}}, upsert=True
            )
            if row is not None and "next" in row:
                found[partition] = row["next"]
        return found

    async def forget(self, partition: Partition) -> None:
        """Says that the partition is to be read from its beginning: it was made anew, and its offsets with it."""
        await self._offsets.update_one({"_id": self._id(partition), "owner": self._owner}, {"$unset": {"next": ""}})

    async def advance(self, session: Session, spans: Mapping[Partition, Span]) -> None:
        """Stores the next offset of each partition, which never goes back. Raises Fenced or Overtaken."""
        answer = await self._offsets.bulk_write(
            [
                UpdateOne(
                    {"_id": self._id(partition), "owner": self._owner, "next": {"$not": {"$gt": span.first}}},
                    {"$set": {"next": span.end}},
                )
                for partition, span in spans.items()
            ],
            session=session,
        )
        if answer.matched_count == len(spans):
            return
        own = {"_id": {"$in": [self._id(partition) for partition in spans]}, "owner": self._owner}
        owned = await self._offsets.count_documents(own, session=session)
        raise Overtaken(self._group) if owned == len(spans) else Fenced(self._group)

    def _id(self, partition: Partition) -> str:
        return f"{self._group}:{partition.topic}:{partition.number}"
