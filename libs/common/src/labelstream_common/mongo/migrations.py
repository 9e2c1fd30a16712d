"""Indexes, and what older data needs, as an explicit step: declared by a service, applied by `migrate`, never by a
request.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pymongo.errors import CollectionInvalid, OperationFailure

from labelstream_common.mongo.client import Collection, Database

MIGRATIONS = "migrations"
_INDEX_OPTIONS_CONFLICT = 85
_INDEX_KEY_SPECS_CONFLICT = 86


@dataclass(frozen=True)
class Index:
    """One index: `keys` as (field, 1 or -1) in order; `partial` a filter; `expire_after_seconds` makes it a TTL."""

    collection: str
    keys: tuple[tuple[str, int], ...]
    name: str
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_seconds: int | None = None
    sparse: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {"name": self.name, "unique": self.unique, "sparse": self.sparse, **self.options}
        if self.partial is not None:
            arguments["partialFilterExpression"] = dict(self.partial)
        if self.expire_after_seconds is not None:
            arguments["expireAfterSeconds"] = self.expire_after_seconds
        return arguments


async def migrate(database: Database, indexes: Sequence[Index], collections: Sequence[str] = ()) -> None:
    """Creates collections and indexes that are missing and rebuilds an index whose definition changed.

    Safe to repeat and to run from several processes. Never touches an index it does not know. Collections are
    created here because a transaction that creates one takes a lock that other transactions trip over.
    """
    present = set(await database.list_collection_names())
    for name in {*collections, *(index.collection for index in indexes)} - present:
        try:
            await database.create_collection(name)
        except CollectionInvalid:
            continue  # another process created it since the listing
    for index in indexes:
        await _ensure(database[index.collection], index)


async def _ensure(collection: Collection, index: Index) -> None:
    try:
        await collection.create_index(list(index.keys), **index.arguments())
    except OperationFailure as error:
        if error.code not in (_INDEX_OPTIONS_CONFLICT, _INDEX_KEY_SPECS_CONFLICT):
            raise
        await collection.drop_index(index.name)
        await collection.create_index(list(index.keys), **index.arguments())


async def once(database: Database, name: str, step: Callable[[], Awaitable[None]]) -> None:
    """Runs a step whose work cannot be seen in the data itself, unless it was done here. It must bear repetition: one
    that broke off runs again.
    """
    done = database[MIGRATIONS]
    if await done.find_one({"_id": name}) is None:
        await step()
        await done.update_one({"_id": name}, {"$setOnInsert": {"at": datetime.now(UTC)}}, upsert=True)
