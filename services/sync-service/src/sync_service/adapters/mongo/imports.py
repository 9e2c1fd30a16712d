"""Imports in MongoDB: a record each, what was rejected in documents of its own, and what may have been uploaded."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from pymongo import ReturnDocument, UpdateOne

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import IMPORTS, REJECTIONS, UPLOAD_TICKETS
from sync_service.adapters.mongo.histories import as_many_as_fit
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import AccountId, DatasetId
from sync_service.domain.imports import (
    MOST_SHOWN,
    Import,
    ImportCounts,
    ImportId,
    ImportMode,
    ImportNotFound,
    ImportSettings,
    ImportSource,
    ImportState,
    LabelingStatus,
    Rejection,
)

_AT_ONCE = 20


class MongoImports:
    """A rejection's document is numbered by how many came before it, so that they read in order."""

    def __init__(self, database: Database) -> None:
        self._imports = database[IMPORTS]
        self._rejections = database[REJECTIONS]

    async def get(self, dataset_id: str, import_id: str, work: Transaction | None = None) -> Import:
        condition = {"_id": import_id, "dataset_id": dataset_id}
        found = await self._imports.find_one(condition, session=work.session if work else None)
        if found is None:
            raise ImportNotFound(import_id)
        return _import(found)

    async def page(self, dataset_id: str, before: str | None, limit: int) -> Sequence[Import]:
        condition: Document = {"dataset_id": dataset_id}
        if before is not None:
            condition["_id"] = {"$lt": before}
        rows = self._imports.find(condition).sort("_id", -1).hint("dataset").limit(limit).batch_size(_AT_ONCE)
        return await as_many_as_fit(rows, _import)

    async def add(self, record: Import, work: Transaction) -> None:
        await self._imports.insert_one(_document(record), session=work.session)

    async def begin(self, import_id: ImportId, at: datetime, work: Transaction) -> None:
        running = {"state": ImportState.RUNNING.value, "started_at": at}
        await self._imports.update_one({"_id": import_id, "started_at": None}, {"$set": running}, session=work.session)

    async def progress(
        self, import_id: ImportId, counts: ImportCounts, rejected: Sequence[Rejection], work: Transaction
    ) -> None:
        update: Document = {"$set": {"counts": list(counts)}}
        if rejected:
            shown = [list(one) for one in rejected[:MOST_SHOWN]]
            update["$push"] = {"rejected": {"$each": shown, "$slice": MOST_SHOWN}}
            number = counts.rejected - len(rejected)
            document = {"_id": f"{import_id}:{number:012}", "items": [list(one) for one in rejected]}
            await self._rejections.insert_one(document, session=work.session)
        await self._imports.update_one({"_id": import_id}, update, session=work.session)

    async def end(
        self,
        import_id: ImportId,
        state: ImportState,
        at: datetime,
        work: Transaction,
        error: Mapping[str, object] | None = None,
    ) -> Import | None:
        ended = {"state": state.value, "finished_at": at, "error": None if error is None else dict(error)}
        found = await self._imports.find_one_and_update(
            {"_id": import_id}, {"$set": ended}, return_document=ReturnDocument.AFTER, session=work.session
        )
        return None if found is None else _import(found)

    async def rejected(self, import_id: ImportId) -> AsyncIterator[Sequence[Rejection]]:
        rows = self._rejections.find({"_id": {"$gte": f"{import_id}:", "$lt": f"{import_id};"}}).sort("_id", 1)
        async for row in rows.batch_size(2):
            yield [Rejection(*one) for one in row["items"]]

    async def forget(self, dataset_id: DatasetId) -> None:
        rows = self._imports.find({"dataset_id": dataset_id}, {"_id": 1})
        async for row in rows:
            await self._rejections.delete_many({"_id": {"$gte": f"{row['_id']}:", "$lt": f"{row['_id']};"}})
        await self._imports.delete_many({"dataset_id": dataset_id})


class MongoUploadTickets:
    """A document an upload. They are forgotten when it is too late to import them."""

    def __init__(self, database: Database) -> None:
        self._tickets = database[UPLOAD_TICKETS]

    async def keep(self, dataset_id: DatasetId, paths: Sequence[str], until: datetime) -> None:
        kept = {"$set": {"expires_at": until}}
        await self._tickets.bulk_write(
            [UpdateOne({"_id": f"{dataset_id}:{path}"}, kept, upsert=True) for path in paths], ordered=False
        )

    async def page(self, dataset_id: DatasetId, after: str, limit: int) -> Sequence[str]:
        condition = {"_id": {"$gt": f"{dataset_id}:{after}", "$lt": f"{dataset_id};"}}
        rows = await self._tickets.find(condition, {"_id": 1}).sort("_id", 1).limit(limit).to_list(limit)
        return [row["_id"][len(dataset_id) + 1 :] for row in rows]

    async def take(self, dataset_id: DatasetId, paths: Sequence[str], work: Transaction) -> None:
        keys = [f"{dataset_id}:{path}" for path in paths]
        await self._tickets.delete_many({"_id": {"$in": keys}}, session=work.session)

    async def forget(self, dataset_id: DatasetId) -> None:
        await self._tickets.delete_many({"_id": {"$gte": f"{dataset_id}:", "$lt": f"{dataset_id};"}})


def _document(record: Import) -> Document:
    settings, source = record.settings, record.settings.source
    return {
        "_id": record.id,
        "dataset_id": record.dataset_id,
        "source": {"kind": source.kind, "bucket": source.bucket, "prefix": source.prefix, "key": source.key},
        "source_id": settings.source_id,
        "mode": settings.mode.value,
        "labeling_status": settings.labeling_status.value,
        "include_labels": list(settings.include_labels),
        "exclude_labels": list(settings.exclude_labels),
        "hard_only": settings.hard_only,
        "dry_run": record.dry_run,
        "state": record.state.value,
        "counts": list(record.counts),
        "rejected": [],
        "created_by": record.created_by,
        "created_at": record.created_at,
        "started_at": None,
        "finished_at": None,
        "error": None,
    }


def _import(document: Document) -> Import:
    settings = ImportSettings(
        ImportSource(**document["source"]),
        ImportMode(document["mode"]),
        LabelingStatus(document["labeling_status"]),
        tuple(document["include_labels"]),
        tuple(document["exclude_labels"]),
        document["hard_only"],
        document["source_id"],
    )
    return Import(
        id=ImportId(document["_id"]),
        dataset_id=DatasetId(document["dataset_id"]),
        settings=settings,
        dry_run=document["dry_run"],
        state=ImportState(document["state"]),
        counts=ImportCounts(*document["counts"]),
        rejected=[Rejection(*one) for one in document["rejected"]],
        created_by=AccountId(document["created_by"]),
        created_at=document["created_at"],
        started_at=document["started_at"],
        finished_at=document["finished_at"],
        error=document["error"],
    )
