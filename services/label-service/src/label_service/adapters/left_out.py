"""Reads which images brought labels for which their job has no room. They are found by a facet."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from bson.binary import Binary

from label_service.adapters.collections import ITEMS, JOBS, SAMPLES
from label_service.adapters.follow_reader import arriving_sample
from label_service.adapters.item_keys import job_bytes, job_range, sample_bytes, sample_of
from label_service.application.left_out import ImageLeftOut
from label_service.application.weights import MOST_BYTES_OF_PAGE
from label_service.domain.commands import ArrivingSample
from label_service.domain.errors import JobNotFound
from label_service.domain.ownership import LEFT_OUT
from labelstream_common.mongo import Database

_AT_ONCE = 50
_JOBS_REMEMBERED = 1_000


class MongoLeftOutLabels:
    """See `label_service.application.left_out.LeftOutLabels`."""

    def __init__(self, database: Database) -> None:
        self._items = database[ITEMS]
        self._jobs = database[JOBS]
        self._samples = database[SAMPLES]
        self._counted: OrderedDict[str, tuple[object, int]] = OrderedDict()

    async def page(self, job_id: str, after: str | None, limit: int) -> Sequence[ImageLeftOut]:
        prefix = job_bytes(job_id)
        query = _query(job_id)
        if after is not None:
            query["_id"]["$gt"] = Binary(prefix + (sample_bytes(after) or b""))
        rows = self._items.find(query, {"path": 1, "left_out": 1}).sort("_id", 1).hint("facets").limit(limit)
        found: list[ImageLeftOut] = []
        size = 0
        async for row in rows.batch_size(_AT_ONCE):
            found.append(ImageLeftOut(sample_of(row["_id"]), row["path"], row["left_out"]))
            size += sum(len(name.encode()) for name in row["left_out"])
            if size > MOST_BYTES_OF_PAGE:
                break
        await rows.close()
        return found

    async def count(self, job_id: str) -> int:
        """Counted again only when the job has followed its dataset, or room was made use of: nothing else moves it."""
        head = await self._jobs.find_one({"_id": job_id}, {"applied_rev": 1, "left_out_brought": 1}) or {}
        mark = (head.get("applied_rev"), head.get("left_out_brought"))
        known = self._counted.get(job_id)
        if known is None or known[0] != mark:
            known = mark, int(await self._items.count_documents(_query(job_id), hint="facets"))
            self._counted[job_id] = known
            if len(self._counted) > _JOBS_REMEMBERED:
                self._counted.popitem(last=False)
        self._counted.move_to_end(job_id)
        return known[1]

    async def applied_rev(self, job_id: str) -> int:
        head = await self._jobs.find_one({"_id": job_id}, {"applied_rev": 1})
        if head is None:
            raise JobNotFound(job_id)
        return int(head["applied_rev"])

    async def samples(self, sample_ids: Sequence[str]) -> Sequence[ArrivingSample]:
        rows = self._samples.find({"_id": {"$in": list(sample_ids)}}).batch_size(len(sample_ids) + 1)
        return [arriving_sample(row) for row in await rows.to_list(None)]


def _query(job_id: str) -> dict[str, Any]:
    low, high = job_range(job_bytes(job_id))
    return {"facets": LEFT_OUT, "_id": {"$gte": Binary(low), "$lte": Binary(high)}}
