"""The last `seq` of each job whose discarded images were deleted: a document a job."""

from pymongo import ReturnDocument

from labelstream_common.mongo import Database
from sync_service.adapters.mongo import DISCARDS
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import JobId


class MongoDiscards:
    def __init__(self, database: Database) -> None:
        self._discards = database[DISCARDS]

    async def advance(self, job_id: JobId, seq: int, work: Transaction) -> bool:
        before = await self._discards.find_one_and_update(
            {"_id": job_id},
            {"$max": {"seq": seq}},
            upsert=True,
            return_document=ReturnDocument.BEFORE,
            session=work.session,
        )
        return before is None or int(before["seq"]) < seq
