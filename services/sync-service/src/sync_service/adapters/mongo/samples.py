"""Samples in MongoDB, read and written by the thousand."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from pymongo import ReplaceOne

from labelstream_common.mongo import Database, Document, Session
from sync_service.adapters.mongo import SAMPLES, TRASH
from sync_service.adapters.mongo.sample_documents import PRESENCES, document_of, sample_of
from sync_service.application.ports import Transaction, WhichSamples
from sync_service.domain.dataset import OWN_STORE, Dataset, DatasetId
from sync_service.domain.reconciliation import Known
from sync_service.domain.sample import Presence, Sample, SampleId, SampleNotFound

_KNOWN_FIELDS = {"path": 1, "etag": 1, "size": 1, "presence": 1, "changed_at": 1, "lost_at": 1}
_NAMES_AT_ONCE = _KEYS_AT_ONCE = 1_000
_MOST_IMPORTED = 10_000


class MongoSamples:
    def __init__(self, database: Database) -> None:
        self._samples = database[SAMPLES]

    async def get(self, dataset_id: str, sample_id: str, *, or_deleted: bool = False) -> Sample:
        presences = [Presence.PRESENT, *([Presence.DELETED] if or_deleted else [])]
        condition = {"_id": f"{dataset_id}:{sample_id}", "presence": {"$in": [each.value for each in presences]}}
        found = await self._samples.find_one(condition)
        if found is None:
            raise SampleNotFound(sample_id)
        return sample_of(found)

    async def page(
        self,
        dataset_id: str,
        after: str | None,
        limit: int,
        *,
        newest_first: bool = False,
        which: WhichSamples | None = None,
    ) -> Sequence[Sample]:
        which = which or WhichSamples()
        ids = _ids_before(dataset_id, after) if newest_first else _ids_after(dataset_id, after or "")
        condition = {"_id": ids, **_which(which)}
        if which.deleted:
            condition["dataset_id"] = dataset_id
        hint = TRASH if which.deleted else "_id_"
        return await self._by_id(condition, limit, None, direction=-1 if newest_first else 1, hint=hint)

    async def page_by_path(
        self,
        dataset_id: str,
        after: tuple[str, str] | None,
        limit: int,
        *,
        descending: bool,
        which: WhichSamples,
    ) -> Sequence[Sample]:
        condition: Document = {"dataset_id": dataset_id, **_which(which)}
        if after is not None:
            bucket, path = after
            beyond = "$lt" if descending else "$gt"
            place = {"$or": [{"bucket": {beyond: bucket}}, {"bucket": bucket, "path": {beyond: path}}]}
            condition = {"$and": [condition, place]}
        order = -1 if descending else 1
        rows = self._samples.find(condition).sort([("dataset_id", order), ("bucket", order), ("path", order)])
        return [sample_of(row) for row in await rows.hint("place").limit(limit).batch_size(limit).to_list(limit)]

    async def in_range(
        self,
        dataset: Dataset,
        after: str,
        until: str | None,
        limit: int,
        work: Transaction | None = None,
    ) -> Sequence[Known]:
        path: dict[str, Any] = {"$gt": after} if after else {"$gte": dataset.source.prefix}
        if until is not None:
            path["$lte"] = until
        elif (end := _end_of(dataset.source.prefix)) is not None:
            path["$lt"] = end
        condition = {"dataset_id": dataset.id, "bucket": dataset.source.bucket, "path": path}
        cursor = self._samples.find(condition, _KNOWN_FIELDS, session=_session(work)).sort("path", 1).hint("place")
        skip = len(dataset.id) + 1
        return [
            Known(
                SampleId(document["_id"][skip:]),
                document["path"],
                document["etag"],
                PRESENCES[document["presence"]],
                document["changed_at"],
                document["size"],
                "lost_at" in document,
            )
            for document in await cursor.limit(limit).batch_size(limit).to_list(limit)
        ]

    async def load(
        self, dataset_id: DatasetId, ids: Sequence[SampleId], work: Transaction | None = None
    ) -> Mapping[SampleId, Sample]:
        if not ids:
            return {}
        keys = [f"{dataset_id}:{each}" for each in ids]
        found = await self._samples.find({"_id": {"$in": keys}}, session=_session(work)).to_list(len(keys))
        return {sample.id: sample for sample in map(sample_of, found)}

    async def at(
        self, dataset_id: DatasetId, places: Sequence[tuple[str, str]], work: Transaction | None = None
    ) -> Mapping[tuple[str, str], Sample]:
        paths: dict[str, list[str]] = {}
        for bucket, path in places:
            paths.setdefault(bucket, []).append(path)
        found: dict[tuple[str, str], Sample] = {}
        for bucket, wanted in paths.items():
            condition = {"dataset_id": dataset_id, "bucket": bucket, "path": {"$in": wanted}}
            rows = self._samples.find(condition, session=_session(work)).hint("place").batch_size(len(wanted) + 1)
            found |= {(bucket, row["path"]): sample_of(row) for row in await rows.to_list(None)}
        return found

    async def imported(self, bucket: str, paths: Sequence[str]) -> Sequence[Sample]:
        found: list[Sample] = []
        for first in range(0, len(paths), _KEYS_AT_ONCE):
            condition: Document = {
                "bucket": bucket,
                "path": {"$in": list(paths[first : first + _KEYS_AT_ONCE])},
                "imported_by": {"$exists": True},
                "presence": Presence.PRESENT.value,
            }
            rows = self._samples.find(condition).hint("imported").limit(_MOST_IMPORTED - len(found))
            found += [sample_of(row) for row in await rows.to_list(None)]
            if len(found) >= _MOST_IMPORTED:
                break
        return found

    async def matching(
        self,
        dataset_id: DatasetId,
        *,
        presence: Presence | None,
        path: str | None,
        after: str,
        limit: int,
        work: Transaction | None = None,
    ) -> Sequence[Sample]:
        condition: Document = {"_id": _ids_after(dataset_id, after), **_on_path(path)}
        hint = "_id_"
        if presence is not None:
            condition["presence"] = presence.value
        if presence is Presence.DELETED:
            condition["dataset_id"], hint = dataset_id, TRASH
        return await self._by_id(condition, limit, _session(work), hint=hint)

    async def count_present(self, dataset_id: DatasetId, path: str | None) -> int:
        condition = {"_id": _ids_after(dataset_id, ""), "presence": Presence.PRESENT.value, **_on_path(path)}
        return int(await self._samples.count_documents(condition))

    async def elsewhere(self, dataset: Dataset, ids: Sequence[SampleId]) -> Mapping[SampleId, str]:
        own = dataset.source.source_id
        other: Document = {"$exists": True} if own == OWN_STORE else {"$ne": own}
        condition = {"_id": {"$in": [f"{dataset.id}:{each}" for each in ids]}, "source_id": other}
        rows = await self._samples.find(condition, {"source_id": 1}).to_list(len(ids) or 1)
        skip = len(dataset.id) + 1
        return {SampleId(row["_id"][skip:]): row.get("source_id", OWN_STORE) for row in rows}

    async def label_names(self, dataset_id: DatasetId) -> AsyncIterator[Sequence[str]]:
        pipeline: list[Document] = [
            {"$match": {"_id": _ids_after(dataset_id, ""), "labels": {"$exists": True}}},
            {"$project": {"_id": 0, "name": {"$map": {"input": "$labels", "in": {"$arrayElemAt": ["$$this", 0]}}}}},
            {"$unwind": "$name"},
            {"$group": {"_id": "$name"}},
        ]
        names: list[str] = []
        async for row in await self._samples.aggregate(pipeline, hint="_id_", allowDiskUse=True):
            names.append(row["_id"])
            if len(names) == _NAMES_AT_ONCE:
                yield names
                names = []
        yield names

    async def add(self, samples: Sequence[Sample], work: Transaction) -> None:
        if samples:
            await self._samples.insert_many([document_of(sample) for sample in samples], session=work.session)

    async def save(self, samples: Sequence[Sample], work: Transaction) -> None:
        if samples:
            documents = [document_of(sample) for sample in samples]
            writes = [ReplaceOne({"_id": document["_id"]}, document) for document in documents]
            await self._samples.bulk_write(writes, ordered=False, session=work.session)

    async def purge(self, dataset_id: DatasetId, ids: Sequence[SampleId], work: Transaction) -> None:
        keys = [f"{dataset_id}:{each}" for each in ids]
        await self._samples.delete_many({"_id": {"$in": keys}}, session=work.session)

    async def _by_id(
        self, condition: Document, limit: int, session: Session | None, *, direction: int = 1, hint: str = "_id_"
    ) -> list[Sample]:
        cursor = self._samples.find(condition, session=session).sort("_id", direction).hint(hint)
        cursor = cursor.limit(limit).batch_size(limit)
        return [sample_of(document) for document in await cursor.to_list(limit)]


def _session(work: Transaction | None) -> Session | None:
    return work.session if work else None


def _ids_after(dataset_id: str, after: str) -> Document:
    return {"$gt": f"{dataset_id}:{after}", "$lt": f"{dataset_id};"}  # ';' is the character after ':'


def _ids_before(dataset_id: str, before: str | None) -> Document:
    end = f"{dataset_id};" if before is None else f"{dataset_id}:{before}"
    return {"$gt": f"{dataset_id}:", "$lt": end}


def _which(which: WhichSamples) -> Document:
    presence = Presence.DELETED if which.deleted else Presence.PRESENT
    return {"presence": presence.value, **_on_path(which.path)}


def _on_path(path: str | None) -> Document:
    if path is None:
        return {}
    pattern = "^" + re.escape(path[:-1]) if path.endswith("*") else re.escape(path)
    return {"path": {"$regex": pattern}}


def _end_of(prefix: str) -> str | None:
    """The first text that sorts after everything that begins with `prefix`; None if there is none."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return None
    last = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if last == 0xD800 else last)
