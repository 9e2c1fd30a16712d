"""What a runner does with the ledger: it claims operations, holds them, and ends those that fail or are canceled.

A runner holds an operation by a fence token and until `leased_until` (the server's time). Every step writes its
progress in the transaction of its effect and only while its token is the newest, so a chunk is counted exactly once.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

from pymongo import ReturnDocument

from labelstream_common.clock import Clock, SystemClock
from labelstream_common.errors import DomainError
from labelstream_common.mongo import Database, Document, Session, in_transaction, majority
from labelstream_common.operations.documents import (
    ENTRIES,
    KEPT_FOR,
    LEASE_END,
    OPERATIONS,
    RUNNABLE,
    being_run,
    claimable,
    held,
    operation_of,
    turns_beside,
)
from labelstream_common.operations.errors import OperationLost
from labelstream_common.operations.operation import Fence, Operation, OperationState

Alongside: TypeAlias = Callable[[Session, Operation], Awaitable[None]]
"""What else is written in the transaction that ends an operation; it is given the operation as it ended."""


class Claims:
    """The part of the ledger that is for runners; see `ledger.Operations`."""

    def __init__(self, database: Database, *, clock: Clock | None = None) -> None:
        self._client = database.client
        self._operations = majority(database[OPERATIONS])
        self._entries = majority(database[ENTRIES])
        self._clock = clock or SystemClock()
        self.giving_way: set[str] = set()
        """Operations of this process that others wait for: each goes back after the step under way."""

    async def claim(self, kinds: Sequence[str], *, besides: Sequence[str] = ()) -> tuple[Operation, Fence] | None:
        """Takes the oldest operation that nobody runs (queued, or its runner is gone); None if there is none.

        In turn: first those of accounts that have none running, then those of jobs that have none running. Those of
        the accounts `besides` are left for later.
        """
        for turn in turns_beside(await self._running(kinds), besides):
            claimed = await self._claim({**claimable(kinds), **turn})
            if claimed is not None:
                return claimed
        return None

    async def _running(self, kinds: Sequence[str]) -> Sequence[Document]:
        found = self._operations.find(being_run(kinds), {"created_by": 1, "scope": 1}, hint=RUNNABLE)
        return [document async for document in found]

    async def running_of_accounts(self, kinds: Sequence[str]) -> Counter[str]:
        """How many operations of each account run, in whatever process."""
        return Counter(document["created_by"] for document in await self._running(kinds))

    async def is_claimable(self, kinds: Sequence[str], *, besides: Collection[str]) -> bool:
        """Whether an operation waits that is of none of the accounts `besides`."""
        wanted = {**claimable(kinds), "created_by": {"$nin": sorted(besides)}}
        return await self._operations.find_one(wanted, {"_id": 1}, hint=RUNNABLE) is not None

    async def is_to_stop(self, operation_id: str) -> bool:
        """Whether a step that lasts long has to end here: the operation is cancelled, or others wait for its place."""
        if operation_id in self.giving_way:
            return True
        found = await self._operations.find_one({"_id": operation_id}, {"cancel_requested": 1})
        return found is None or bool(found.get("cancel_requested"))

    async def is_any_run(self, kinds: Sequence[str]) -> bool:
        """Whether a runner holds an operation of one of these kinds, in whatever process."""
        return await self._operations.find_one(being_run(kinds), {"_id": 1}, hint=RUNNABLE) is not None

    async def _claim(self, wanted: Mapping[str, Any]) -> tuple[Operation, Fence] | None:
        taken = {
            "state": OperationState.RUNNING.value,
            "token": {"$add": ["$token", 1]},
            "leased_until": LEASE_END,
        }
        found = await self._operations.find_one_and_update(
            wanted,
            [{"$set": taken}],
            sort=[("_id", 1)],
            hint=RUNNABLE,
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else (operation_of(found), Fence(found["_id"], found["token"]))

    async def resume(self, fence: Fence) -> Operation | None:
        """Begins the lease anew; the operation with its cursor, or None if the fence does not hold any more."""
        found = await self._operations.find_one_and_update(
            held(fence), [{"$set": {"leased_until": LEASE_END}}], return_document=ReturnDocument.AFTER
        )
        return None if found is None else operation_of(found)

    async def renew(self, fence: Fence) -> bool:
        """Begins the lease anew and reads nothing; False if the fence does not hold any more."""
        answer = await self._operations.update_one(held(fence), [{"$set": {"leased_until": LEASE_END}}])
        return answer.matched_count == 1

    async def release(self, fence: Fence) -> None:
        """Gives the operation back at once, to be taken by any runner."""
        await self._operations.update_one(held(fence), [{"$set": {"leased_until": "$$NOW"}}])

    async def fail(self, fence: Fence, error: DomainError, alongside: Alongside | None = None) -> None:
        """The operation has failed. Nothing happens if the fence does not hold."""
        shown = {"code": error.code, "title": error.title, "detail": error.detail}
        await self._end(fence, {"error": {"$literal": shown}, **self._ended(OperationState.FAILED)}, alongside)

    async def stop_cancelled(self, fence: Fence, alongside: Alongside | None = None) -> None:
        """The operation ends as cancelled. Nothing happens if the fence does not hold."""
        await self._end(fence, self._ended(OperationState.CANCELLED), alongside)

    async def _end(self, fence: Fence, fields: dict[str, Any], alongside: Alongside | None) -> None:
        async def body(session: Session) -> None:
            ended = await self._operations.find_one_and_update(
                held(fence), [{"$set": fields}], return_document=ReturnDocument.AFTER, session=session
            )
            if ended is not None:
                await self._entries.delete_one({"_id": fence.operation_id}, session=session)
                if alongside is not None:
                    await alongside(session, operation_of(ended))

        await in_transaction(self._client, body)

    async def _write(self, session: Session, operation: Operation, fence: Fence, fields: dict[str, Any]) -> Document:
        if fence.operation_id != operation.id:
            raise OperationLost(operation.id)
        found = await self._operations.find_one_and_update(
            held(fence), [{"$set": fields}], {"cancel_requested": 1}, session=session
        )
        if found is None:
            raise OperationLost(operation.id)
        return found

    def _ended(self, state: OperationState) -> dict[str, Any]:
        now = self._clock.now()
        return {"state": state.value, "open": "$$REMOVE", "finished_at": now, "expires_at": now + KEPT_FOR}
