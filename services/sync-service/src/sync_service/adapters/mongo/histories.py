"""The historical records of synchronizations: a document each, with the id of its operation."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import LEFT_OUT, SYNCHRONIZATIONS
from sync_service.application.history import PAGE_BYTES, Record
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import DatasetId
from sync_service.domain.reconciliation import Skip
from sync_service.domain.synchronizations import SynchronizationNotFound, SynchronizationRecord

_AT_ONCE = 20
# So many synchronizations before the newest one, and so many objects of them, are kept as they were left out.
MOST_EARLIER, MOST_OF_EARLIER = 19, 100_000
R = TypeVar("R", bound=Record)


async def as_many_as_fit(rows: AsyncIterable[Document], record_of: Callable[[Document], R]) -> list[R]:
    """The records of a page of 4 MB, and the one after it, which tells that there is more."""
    found: list[R] = []
    size = 0
    async for row in rows:
        found.append(record_of(row))
        size += found[-1].weight
        if size > PAGE_BYTES and len(found) > 1:
            break
    return found


class MongoSynchronizationHistory:
    def __init__(self, database: Database) -> None:
        self._records = database[SYNCHRONIZATIONS]
        self._left_out = database[LEFT_OUT]

    async def add(self, record: SynchronizationRecord, work: Transaction) -> None:
        document: Document = {
            "_id": record.id,
            "dataset_id": record.dataset_id,
            "started_by": record.started_by,
            "started_at": record.started_at,
            "state": record.state,
        }
        await self._records.insert_one(document, session=work.session)

    async def begin(self, record_id: str, at: datetime, work: Transaction) -> None:
        begun = {"$set": {"state": "running", "started_at": at}}
        await self._records.update_one({"_id": record_id, "state": "queued"}, begun, session=work.session)

    async def end(
        self,
        record_id: str,
        state: str,
        at: datetime,
        work: Transaction,
        *,
        counts: Mapping[str, int] | None = None,
        problems: Sequence[Skip] = (),
        error: Mapping[str, Any] | None = None,
    ) -> None:
        fields: Document = {"state": state, "finished_at": at, "problems": [list(one) for one in problems]}
        if counts is not None:
            fields["counts"] = dict(counts)
        if error is not None:
            fields["error"] = dict(error)
        await self._records.update_one({"_id": record_id}, {"$set": fields}, session=work.session)

    async def page(self, dataset_id: str, before: str | None, limit: int) -> Sequence[SynchronizationRecord]:
        condition: Document = {"dataset_id": dataset_id}
        if before is not None:
            condition["_id"] = {"$lt": before}
        rows = self._records.find(condition).sort("_id", -1).hint("dataset").limit(limit).batch_size(_AT_ONCE)
        return await as_many_as_fit(rows, _record)

    async def get(self, dataset_id: str, record_id: str) -> SynchronizationRecord:
        found = await self._records.find_one({"_id": record_id, "dataset_id": dataset_id})
        if found is None:
            raise SynchronizationNotFound(record_id)
        return _record(found)

    async def leave_out(self, record_id: str, number: int, left_out: Sequence[Skip], work: Transaction) -> None:
        document = {"_id": f"{record_id}:{number:012}", "items": [list(one) for one in left_out]}
        await self._left_out.insert_one(document, session=work.session)
        kept = {"$set": {"keeps_left_out": True}}
        await self._records.update_one({"_id": record_id}, kept, session=work.session)

    async def left_out(self, record_id: str) -> AsyncIterator[Sequence[Skip]]:
        rows = self._left_out.find(_of_record(record_id)).sort("_id", 1).batch_size(2)
        async for row in rows:
            yield [Skip(*one) for one in row["items"]]

    async def forget_left_out_before(self, dataset_id: DatasetId, record_id: str) -> None:
        earlier = {"dataset_id": dataset_id, "_id": {"$lt": record_id}, "keeps_left_out": True}
        records = objects = 0
        async for row in self._records.find(earlier, {"counts.skipped": 1}).sort("_id", -1).hint("keeping"):
            records, objects = records + 1, objects + row.get("counts", {}).get("skipped", 0)
            if records <= MOST_EARLIER and objects <= MOST_OF_EARLIER:
                continue
            await self._left_out.delete_many(_of_record(row["_id"]))
            await self._records.update_one({"_id": row["_id"]}, {"$unset": {"keeps_left_out": ""}})

    async def forget(self, dataset_id: DatasetId) -> None:
        async for row in self._records.find({"dataset_id": dataset_id, "keeps_left_out": True}, {"_id": 1}):
            await self._left_out.delete_many(_of_record(row["_id"]))
        await self._records.delete_many({"dataset_id": dataset_id})


def _of_record(record_id: str) -> Document:
    return {"_id": {"$gte": f"{record_id}:", "$lt": f"{record_id};"}}


def _record(row: Document) -> SynchronizationRecord:
    return SynchronizationRecord(
        id=row["_id"],
        dataset_id=DatasetId(row["dataset_id"]),
        started_by=row["started_by"],
        started_at=row["started_at"],
        state=row["state"],
        finished_at=row.get("finished_at"),
        counts=row.get("counts"),
        problems=[Skip(*one) for one in row.get("problems", ())],
        error=row.get("error"),
    )
