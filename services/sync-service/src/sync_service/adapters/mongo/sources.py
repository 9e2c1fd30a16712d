"""Sources in MongoDB. The platform's own store is there from the beginning: its document holds what was changed."""

from typing import Literal

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import SOURCES
from sync_service.application.ports import Transaction
from sync_service.domain.store import MEMBERS, OWN_STORE, GrantedBucket, ObjectSource, SourceNotFound

OWN_STORE_NAME = "Platform"


class MongoSources:
    """`granted`: whom the platform's own store is granted to until an administrator decides."""

    def __init__(self, database: Database, granted: Literal["members", "administrators"]) -> None:
        self._sources = database[SOURCES]
        self._own = ObjectSource(OWN_STORE, OWN_STORE_NAME, None, MEMBERS if granted == "members" else ())

    async def get(self, source_id: str, work: Transaction | None = None) -> ObjectSource:
        found = await self._sources.find_one({"_id": source_id}, session=work.session if work else None)
        if found is not None:
            return _source(found)
        if source_id != OWN_STORE:
            raise SourceNotFound(source_id)
        return self._own

    async def save(self, source: ObjectSource, work: Transaction) -> None:
        await self._sources.replace_one({"_id": source.id}, _document(source), upsert=True, session=work.session)


def _document(source: ObjectSource) -> Document:
    return {
        "_id": source.id,
        "name": source.name,
        "buckets": None if source.buckets is None else [list(bucket) for bucket in source.buckets],
        "granted_to": source.granted_to if source.granted_to == MEMBERS else list(source.granted_to),
        "version": source.version,
    }


def _source(document: Document) -> ObjectSource:
    buckets, granted_to = document["buckets"], document["granted_to"]
    return ObjectSource(
        document["_id"],
        document["name"],
        None if buckets is None else tuple(GrantedBucket(*bucket) for bucket in buckets),
        MEMBERS if granted_to == MEMBERS else tuple(granted_to),
        document["version"],
    )
