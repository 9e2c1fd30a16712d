"""Sources in MongoDB. The platform's own store is there from the beginning: its document holds what was changed.

Which dataset lies on which source is kept apart, as `<source>:<dataset>`. Both sides write the source's own document,
so that a source is not deleted while a dataset is made on it.
"""

import re
from collections.abc import Sequence
from typing import Any, Literal

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import SOURCE_USES, SOURCES
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import OWN_STORE, DatasetId
from sync_service.domain.store import (
    MEMBERS,
    Connection,
    GrantedBucket,
    ObjectSource,
    SealedSecret,
    SourceNotFound,
    SourceUser,
)

OWN_STORE_NAME = "Platform"


class MongoSources:
    """`granted`: whom the platform's own store is granted to until an administrator decides."""

    def __init__(self, database: Database, granted: Literal["members", "administrators"]) -> None:
        self._sources = database[SOURCES]
        self._uses = database[SOURCE_USES]
        self._own = ObjectSource(OWN_STORE, OWN_STORE_NAME, None, MEMBERS if granted == "members" else ())

    async def get(self, source_id: str, work: Transaction | None = None) -> ObjectSource:
        found = await self._sources.find_one({"_id": source_id}, session=work.session if work else None)
        if found is not None:
            return _source(found)
        if source_id != OWN_STORE:
            raise SourceNotFound(source_id)
        return self._own

    async def page(self, user: SourceUser, after: str | None, limit: int) -> Sequence[ObjectSource]:
        found: list[ObjectSource] = []
        if after is None:
            own = await self.get(OWN_STORE)
            found += [own] if own.is_open_to(user) else []
        condition: Document = {"_id": {"$gt": "" if after in {None, OWN_STORE} else after, "$ne": OWN_STORE}}
        if not user.is_admin:
            if not user.is_member:
                return found
            condition["granted_to"] = {"$in": [MEMBERS, user.account_id, *user.teams]}
        cursor = self._sources.find(condition).sort("_id", 1).limit(limit)
        found += [_source(document) for document in await cursor.to_list(limit)]
        return found[:limit]

    async def count(self, work: Transaction) -> int:
        return int(await self._sources.count_documents({"_id": {"$ne": OWN_STORE}}, session=work.session))

    async def save(self, source: ObjectSource, work: Transaction) -> None:
        await self._sources.update_one(
            {"_id": source.id}, {"$set": _document(source)}, upsert=True, session=work.session
        )

    async def used(self, source_id: str, dataset_id: DatasetId, work: Transaction) -> None:
        if source_id == OWN_STORE:
            return
        touched = await self._sources.update_one({"_id": source_id}, {"$inc": {"uses": 1}}, session=work.session)
        if touched.matched_count == 0:
            raise SourceNotFound(source_id)
        use: Document = {"_id": f"{source_id}:{dataset_id}"}
        await self._uses.replace_one(use, {"dataset_id": dataset_id}, upsert=True, session=work.session)

    async def unused(self, dataset_id: DatasetId, work: Transaction) -> None:
        await self._uses.delete_many({"dataset_id": dataset_id}, session=work.session)

    async def users(self, source_id: str, limit: int, *, work: Transaction | None = None) -> Sequence[DatasetId]:
        condition = {"_id": {"$regex": f"^{re.escape(source_id)}:"}}
        session = work.session if work else None
        found = await self._uses.find(condition, session=session).limit(limit).to_list(limit)
        return [DatasetId(each["dataset_id"]) for each in found]

    async def delete(self, source_id: str, work: Transaction) -> None:
        await self._sources.delete_one({"_id": source_id}, session=work.session)


def _document(source: ObjectSource) -> Document:
    document: dict[str, Any] = {
        "name": source.name,
        "buckets": None if source.buckets is None else [list(bucket) for bucket in source.buckets],
        "granted_to": source.granted_to if source.granted_to == MEMBERS else list(source.granted_to),
        "version": source.version,
    }
    if source.connection is not None:
        connection = source.connection
        document["connection"] = {
            "endpoint": connection.endpoint,
            "region": connection.region,
            "access_key": connection.access_key,
            "secret": connection.secret,
        }
    return document


def _source(document: Document) -> ObjectSource:
    buckets, granted_to, connection = document["buckets"], document["granted_to"], document.get("connection")
    return ObjectSource(
        document["_id"],
        document["name"],
        None if buckets is None else tuple(GrantedBucket(*bucket) for bucket in buckets),
        MEMBERS if granted_to == MEMBERS else tuple(granted_to),
        document["version"],
        None if connection is None else _connection(connection),
    )


def _connection(document: Document) -> Connection:
    return Connection(
        document["endpoint"], document["region"], document["access_key"], SealedSecret(document["secret"])
    )
