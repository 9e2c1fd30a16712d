"""The projection of datasets, and the synchronizations that were noted."""

from collections.abc import Mapping, Sequence

from job_service.adapters.mongo import DATASETS, SYNCHRONIZATIONS
from job_service.application.ports import Transaction
from job_service.domain.dataset import Dataset
from job_service.domain.job import AccountId, DatasetId
from labelstream_common.clock import Clock
from labelstream_common.mongo import Database, Document


class MongoDatasets:
    def __init__(self, database: Database) -> None:
        self._datasets = database[DATASETS]

    async def get(self, dataset_id: DatasetId) -> Dataset | None:
        found = await self._datasets.find_one({"_id": dataset_id})
        return _dataset(found) if found else None

    async def hold(self, dataset_id: DatasetId, work: Transaction) -> Dataset | None:
        """Writes to the dataset: a transaction that ends it at the same time then conflicts with this one."""
        held = await self._datasets.find_one_and_update(
            {"_id": dataset_id}, {"$inc": {"held": 1}}, session=work.session
        )
        return _dataset(held) if held else None

    async def put(self, dataset: Dataset, work: Transaction) -> bool:
        found = await self._datasets.find_one({"_id": dataset.id}, session=work.session)
        if found is not None and found["version"] >= dataset.version:
            return False
        state = {
            "name": dataset.name,
            "labeling_description": dataset.labeling_description,
            "created_by": dataset.created_by,
            "version": dataset.version,
            "deleted": dataset.deleted,
        }
        await self._datasets.update_one({"_id": dataset.id}, {"$set": state}, upsert=True, session=work.session)
        return True

    async def several(self, dataset_ids: Sequence[DatasetId]) -> Mapping[DatasetId, Dataset]:
        found = self._datasets.find({"_id": {"$in": list(set(dataset_ids))}})
        return {DatasetId(document["_id"]): _dataset(document) async for document in found}


class MongoSynchronizations:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._synchronizations = database[SYNCHRONIZATIONS]
        self._clock = clock

    async def first_seen(self, operation_id: str, work: Transaction) -> bool:
        answer = await self._synchronizations.update_one(
            {"_id": operation_id},
            {"$setOnInsert": {"at": self._clock.now()}},
            upsert=True,
            session=work.session,
        )
        return answer.upserted_id is not None


def _dataset(document: Document) -> Dataset:
    return Dataset(
        id=DatasetId(document["_id"]),
        name=document["name"],
        labeling_description=document["labeling_description"],
        created_by=AccountId(document["created_by"]),
        version=document["version"],
        deleted=document["deleted"],
    )
