"""Writes of a few documents within a transaction, as plain commands.

The driver's own methods go through its layers for bulk writes and retries. A transaction has no use for them, and for
a small one they take about a fifth of its processor time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pymongo import UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError

from labelstream_common.mongo.client import Collection, Session

_FEW = 50


class Update(NamedTuple):
    """What `change` (an update document or a pipeline) does to what `query` finds: the first, or `many`."""

    query: Mapping[str, Any]
    change: Any
    many: bool = False
    upsert: bool = False


async def update_within(
    session: Session, collection: Collection, updates: Sequence[Update], *, ordered: bool = False
) -> int:
    """Makes these updates; how many documents they found. Raises BulkWriteError, and what a command raises."""
    if len(updates) > _FEW:  # what is more may be too much for one command
        written = await collection.bulk_write([_operation(one) for one in updates], ordered=ordered, session=session)
        return written.matched_count
    answer = await collection.database.command(
        {
            "update": collection.name,
            "updates": [{"q": one.query, "u": one.change, "multi": one.many, "upsert": one.upsert} for one in updates],
            "ordered": ordered,
        },
        session=session,
    )
    _raise_refused(answer)
    return int(answer["n"]) - len(answer.get("upserted", ()))


async def insert_within(session: Session, collection: Collection, document: Mapping[str, Any]) -> None:
    """Inserts a document that has an id. Raises BulkWriteError, and what a command raises."""
    command = {"insert": collection.name, "documents": [document]}
    _raise_refused(await collection.database.command(command, session=session))


def _operation(update: Update) -> UpdateOne | UpdateMany:
    return (UpdateMany if update.many else UpdateOne)(update.query, update.change, upsert=update.upsert)


def _raise_refused(answer: Mapping[str, Any]) -> None:
    if errors := answer.get("writeErrors"):
        raise BulkWriteError({"writeErrors": errors})
