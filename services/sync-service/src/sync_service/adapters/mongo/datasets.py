"""Datasets in MongoDB. One that ends stays as a tombstone until the last of its samples is gone."""

from collections.abc import Sequence
from datetime import datetime

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import DATASETS
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import OWN_STORE, AccountId, Dataset, DatasetId, DatasetNotFound, DatasetTexts, Source


class MongoDatasets:
    def __init__(self, database: Database) -> None:
        self._datasets = database[DATASETS]

    async def get(self, dataset_id: str, work: Transaction | None = None) -> Dataset:
        session = work.session if work else None
        found = await self._datasets.find_one({"_id": dataset_id, "ended": False}, session=session)
        if found is None:
            raise DatasetNotFound(dataset_id)
        return dataset_of(found)

    async def add(self, dataset: Dataset, work: Transaction) -> None:
        await self._datasets.insert_one(_document(dataset), session=work.session)

    async def save(self, dataset: Dataset, work: Transaction) -> None:
        change = {**_texts(dataset), "auto_sync": dataset.auto_sync, "version": dataset.version}
        await self._datasets.update_one({"_id": dataset.id}, {"$set": change}, session=work.session)

    async def end(self, dataset: Dataset, work: Transaction) -> None:
        change = {"ended": True, "version": dataset.version}
        await self._datasets.update_one({"_id": dataset.id}, {"$set": change}, session=work.session)

    async def forget(self, dataset_id: DatasetId, work: Transaction) -> None:
        await self._datasets.delete_one({"_id": dataset_id, "ended": True}, session=work.session)

    async def counted(self, dataset_id: DatasetId, more: int, work: Transaction) -> None:
        found = await self._datasets.update_one(
            {"_id": dataset_id, "ended": False}, {"$inc": {"sample_count": more}}, session=work.session
        )
        if found.matched_count == 0:
            raise DatasetNotFound(dataset_id)

    async def synchronized(self, dataset_id: DatasetId, at: datetime, work: Transaction | None = None) -> None:
        session = work.session if work else None
        await self._datasets.update_one({"_id": dataset_id}, {"$max": {"last_synced_at": at}}, session=session)

    async def on_bucket(self, bucket: str) -> Sequence[Dataset]:
        found = await self._datasets.find({"bucket": bucket, "ended": False}).to_list(None)
        return [dataset_of(document) for document in found]

    async def page(
        self, created_by: AccountId | None, after: str | None, limit: int, *, newest_first: bool = False
    ) -> Sequence[Dataset]:
        condition: Document = {"ended": False}
        if after is not None:
            condition["_id"] = {"$lt" if newest_first else "$gt": after}
        if created_by is not None:
            condition["created_by"] = created_by
        found = await self._datasets.find(condition).sort("_id", -1 if newest_first else 1).limit(limit).to_list(limit)
        return [dataset_of(document) for document in found]


def dataset_of(document: Document) -> Dataset:
    return Dataset(
        id=DatasetId(document["_id"]),
        texts=DatasetTexts(document["name"], document["description"], document["labeling_description"]),
        source=Source(document["bucket"], document["prefix"], document.get("source_id", OWN_STORE)),
        auto_sync=document["auto_sync"],
        created_by=AccountId(document["created_by"]),
        created_at=document["created_at"],
        version=document["version"],
        sample_count=document["sample_count"],
        last_synced_at=document["last_synced_at"],
    )


def _texts(dataset: Dataset) -> Document:
    texts = dataset.texts
    return {
        "name": texts.name,
        "description": texts.description,
        "labeling_description": texts.labeling_description,
    }


def _document(dataset: Dataset) -> Document:
    return {
        "_id": dataset.id,
        **_texts(dataset),
        "bucket": dataset.source.bucket,
        "prefix": dataset.source.prefix,
        "source_id": dataset.source.source_id,
        "auto_sync": dataset.auto_sync,
        "created_by": dataset.created_by,
        "created_at": dataset.created_at,
        "version": dataset.version,
        "sample_count": dataset.sample_count,
        "last_synced_at": dataset.last_synced_at,
        "ended": False,
    }
