"""Objects that are no images though their endings did not say so, each with the etag that was asked for.

They are forgotten after a month, so that what has left the bucket leaves no trace for ever.
"""

from collections.abc import Sequence
from datetime import timedelta

from pymongo import UpdateOne

from labelstream_common.clock import Clock
from labelstream_common.mongo import Database
from sync_service.adapters.mongo import PASSED_OVER
from sync_service.domain.dataset import DatasetId
from sync_service.domain.reconciliation import Listed

_KEPT_FOR = timedelta(days=30)


class MongoPassedOver:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._passed_over = database[PASSED_OVER]
        self._clock = clock

    async def among(self, dataset_id: DatasetId, listed: Sequence[Listed]) -> set[str]:
        if not listed:
            return set()
        wanted = {_id(dataset_id, each): each for each in listed}
        rows = self._passed_over.find({"_id": {"$in": list(wanted)}}, {"etag": 1})
        return {
            wanted[row["_id"]].path for row in await rows.to_list(len(wanted)) if row["etag"] == wanted[row["_id"]].etag
        }

    async def note(self, dataset_id: DatasetId, listed: Sequence[Listed]) -> None:
        expires_at = self._clock.now() + _KEPT_FOR
        writes = [
            UpdateOne(
                {"_id": _id(dataset_id, each)}, {"$set": {"etag": each.etag, "expires_at": expires_at}}, upsert=True
            )
            for each in listed
        ]
        if writes:
            await self._passed_over.bulk_write(writes, ordered=False)

    async def forget(self, dataset_id: DatasetId) -> None:
        await self._passed_over.delete_many({"_id": {"$gte": f"{dataset_id}:", "$lt": f"{dataset_id};"}})


def _id(dataset_id: DatasetId, listed: Listed) -> str:
    return f"{dataset_id}:{listed.path}"
