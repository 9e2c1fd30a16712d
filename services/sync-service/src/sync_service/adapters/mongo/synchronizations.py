"""Which synchronization of each dataset waits and which is under way: a document a dataset."""

from collections.abc import Sequence

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import SYNCHRONIZING
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import DatasetId, JobId


class MongoSynchronizations:
    """Every change writes the dataset's document, so that two who decide about one dataset meet there."""

    def __init__(self, database: Database) -> None:
        self._documents = database[SYNCHRONIZING]

    async def waiting(self, dataset_id: DatasetId, work: Transaction | None = None) -> str | None:
        return await self._operation(dataset_id, "waiting", work)

    async def running(self, dataset_id: DatasetId, work: Transaction | None = None) -> str | None:
        return await self._operation(dataset_id, "running", work)

    async def put(self, dataset_id: DatasetId, operation_id: str, job_id: JobId | None, work: Transaction) -> None:
        waiting = {"operation_id": operation_id, "job_ids": [job_id] if job_id else []}
        await self._update(dataset_id, {"$set": {"waiting": waiting}, "$inc": {"moves": 1}}, work)

    async def join(self, dataset_id: DatasetId, job_id: JobId | None, work: Transaction) -> None:
        joined = {"$addToSet": {"waiting.job_ids": job_id}} if job_id else {}
        await self._update(dataset_id, {**joined, "$inc": {"moves": 1}}, work)

    async def begin(self, dataset_id: DatasetId, operation_id: str, job_id: JobId | None, work: Transaction) -> None:
        found = await self._find(dataset_id, work)
        waiting = found.get("waiting")
        if waiting is not None and waiting["operation_id"] == operation_id:
            update = {"$set": {"running": waiting}, "$unset": {"waiting": ""}}
        else:  # another took its place while it waited, or an earlier release queued it
            update = {"$set": {"running": {"operation_id": operation_id, "job_ids": [job_id] if job_id else []}}}
        await self._update(dataset_id, {**update, "$inc": {"moves": 1}}, work)

    async def end(self, dataset_id: DatasetId, operation_id: str, work: Transaction) -> Sequence[JobId]:
        running = (await self._find(dataset_id, work)).get("running")
        if running is None or running["operation_id"] != operation_id:
            return []
        await self._update(dataset_id, {"$unset": {"running": ""}, "$inc": {"moves": 1}}, work)
        return [JobId(job_id) for job_id in running["job_ids"]]

    async def _operation(self, dataset_id: DatasetId, field: str, work: Transaction | None) -> str | None:
        entry = (await self._find(dataset_id, work)).get(field)
        return str(entry["operation_id"]) if entry else None

    async def _find(self, dataset_id: DatasetId, work: Transaction | None) -> Document:
        return await self._documents.find_one({"_id": dataset_id}, session=work.session if work else None) or {}

    async def _update(self, dataset_id: DatasetId, update: Document, work: Transaction) -> None:
        await self._documents.update_one({"_id": dataset_id}, update, upsert=True, session=work.session)
