"""What synchronizations under way have set aside: a document a range of what came, and one of what went."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from labelstream_common.clock import Clock
from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import SET_ASIDE
from sync_service.application.ports import Transaction
from sync_service.domain.reconciliation import Listed
from sync_service.domain.renames import Departed
from sync_service.domain.sample import SampleId

_CAME, _WENT = "came", "went"
# One that was cancelled or failed leaves its documents behind.
_KEPT_FOR = timedelta(days=7)


class MongoSetAside:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._aside = database[SET_ASIDE]
        self._clock = clock

    async def keep(
        self, operation_id: str, came: Sequence[Listed], went: Sequence[Departed], work: Transaction
    ) -> None:
        for kind, entries in ((_CAME, came), (_WENT, went)):
            if not entries:
                continue
            of_kind: Document = {"operation_id": operation_id, "kind": kind}
            number = await self._aside.count_documents(of_kind, hint="operation", session=work.session)
            document = {
                **of_kind,
                "number": number,
                "entries": [list(each) for each in entries],
                "expires_at": self._clock.now() + _KEPT_FOR,
            }
            await self._aside.insert_one(document, session=work.session)

    async def counts(self, operation_id: str) -> tuple[tuple[int, int], tuple[int, int]]:
        found = {_WENT: (0, 0), _CAME: (0, 0)}
        pipeline: list[Document] = [
            {"$match": {"operation_id": operation_id}},
            {"$group": {"_id": "$kind", "documents": {"$sum": 1}, "entries": {"$sum": {"$size": "$entries"}}}},
        ]
        async for row in await self._aside.aggregate(pipeline, hint="operation"):
            found[row["_id"]] = row["documents"], row["entries"]
        return found[_WENT], found[_CAME]

    async def came(self, operation_id: str, number: int) -> Sequence[Listed]:
        return [Listed(*each) for each in await self._entries(operation_id, _CAME, number)]

    async def departed(self, operation_id: str, number: int) -> Sequence[Departed]:
        return [
            Departed(SampleId(sample_id), *others)
            for sample_id, *others in await self._entries(operation_id, _WENT, number)
        ]

    async def forget(self, operation_id: str) -> None:
        await self._aside.delete_many({"operation_id": operation_id})

    async def _entries(self, operation_id: str, kind: str, number: int) -> Sequence[Sequence[Any]]:
        wanted = {"operation_id": operation_id, "kind": kind, "number": number}
        found = await self._aside.find_one(wanted, {"entries": 1}, hint="operation")
        return found["entries"] if found else ()
