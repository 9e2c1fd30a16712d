"""The ledger: what it says of an operation survives any crash. See `documents` for how it lies in the database, and
`claims` for what runners do with it.
"""

import asyncio
import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo import ReturnDocument

from labelstream_common.account_turns import step_aside
from labelstream_common.clock import Clock
from labelstream_common.http.errors import TooManyOperations
from labelstream_common.ids import new_id
from labelstream_common.mongo import (
    Database,
    InvalidCursor,
    Page,
    Session,
    decode_cursor,
    encode_cursor,
    in_transaction,
)
from labelstream_common.operations.claims import Alongside, Claims
from labelstream_common.operations.documents import (
    LEASE_END,
    LISTED,
    MOST_OPEN,
    OPEN,
    OPEN_OF,
    new_document,
    operation_of,
)
from labelstream_common.operations.ends import Ends
from labelstream_common.operations.errors import CancelRequested, OperationFinished, OperationNotFound
from labelstream_common.operations.operation import Fence, Operation, OperationState

_PAGE_BYTES = 4_000_000


class Operations(Claims):
    """One service's operations. `prefix` (`job`, `label`, `sync`, `team`) begins their ids: they are routed by it."""

    def __init__(self, database: Database, *, prefix: str, clock: Clock | None = None) -> None:
        super().__init__(database, clock=clock)
        self._prefix = prefix
        self.started = asyncio.Event()
        self.ends = Ends()

    async def start(
        self,
        kind: str,
        params: Mapping[str, Any],
        *,
        by: str,
        session: Session,
        total: int | None = None,
        scope: str = "",
        entries: Sequence[Any] | None = None,
        result: Mapping[str, Any] | None = None,
        limited: bool = True,
    ) -> Operation:
        """Queues an operation in the transaction of `session`: it exists when that commits, or not at all.

        Raises TooManyOperations if `by` has 20 open ones in this scope; not `limited` is what nobody asked for.

        `params` must be what BSON can hold, and small: what the operation works through, item by item, are `entries`,
        which `entries()` reads. `result` is what the operation shows if it is canceled before its first step. In this
        process a runner takes the operation at once; elsewhere within two seconds.
        """
        place = await self._free_place(by, scope, session) if limited else None
        document = new_document(
            f"{self._prefix}-{new_id()}", kind, params, by=by, now=self._clock.now(), total=total, scope=scope
        )
        if place is not None:
            document["place"] = place
        document["result"] = None if result is None else dict(result)
        await self._operations.insert_one(document, session=session)
        if entries is not None:
            await self._entries.insert_one({"_id": document["_id"], "entries": list(entries)}, session=session)
        self.started.set()
        return operation_of(document)

    async def check_room(self, by: str, scope: str) -> None:
        """Raises TooManyOperations if `start` would. Ask before reading what only an accepted request needs."""
        await self._taken_places(by, scope)

    async def _free_place(self, by: str, scope: str, session: Session) -> int:
        """One that no open operation of this account and scope has. Of two that take it at once, one repeats."""
        taken = await self._taken_places(by, scope, session)
        return random.choice([place for place in range(MOST_OPEN) if place not in taken])  # noqa: S311 - spreads writers

    async def _taken_places(self, by: str, scope: str, session: Session | None = None) -> Collection[int | None]:
        open_ones = {"created_by": by, "scope": scope, "open": True}
        found = self._operations.find(open_ones, {"place": 1, "_id": 0}, session=session).hint(OPEN_OF).limit(MOST_OPEN)
        taken = [each.get("place") for each in await found.to_list(MOST_OPEN)]
        if len(taken) >= MOST_OPEN:
            raise TooManyOperations(MOST_OPEN)
        return taken

    async def join(self, operation_id: str, *, by: str, session: Session) -> Operation | None:
        """Lets `by` see an operation that somebody else has started, instead of starting the same once more.

        None if it has ended, or is to be cancelled. Whether it is still early enough to join is the caller's to know.
        """
        found = await self._operations.find_one_and_update(
            {"_id": operation_id, "open": True, "cancel_requested": {"$ne": True}},
            {"$addToSet": {"joined_by": by}},
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        return None if found is None else operation_of(found)

    async def get(self, operation_id: str) -> Operation:
        """The operation as it stands. Raises OperationNotFound."""
        found = await self._operations.find_one({"_id": operation_id})
        if found is None:
            raise OperationNotFound(operation_id)
        return operation_of(found)

    async def list(
        self,
        *,
        by: str | None = None,
        state: OperationState | None = None,
        scope: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = True,
    ) -> Page[Operation]:
        """Operations in the order in which they were started, without params and cursor.

        None for `by`, `state` or `scope` means any. A page ends at `limit`, or earlier at 4 MB.
        """
        query: dict[str, Any] = {
            name: value
            for name, value in (("created_by", by), ("state", state and state.value), ("scope", scope))
            if value is not None
        }
        order = f"operations {'-added' if newest_first else 'added'}"
        if cursor is not None:
            (last,) = decode_cursor(cursor, order, 1)
            if not isinstance(last, str):
                raise InvalidCursor
            query["_id"] = {"$lt" if newest_first else "$gt": last}
        found = self._operations.find(query, LISTED).sort("_id", -1 if newest_first else 1).limit(limit + 1)
        page: list[Operation] = []
        size, more = 0, False
        async for document in found:
            size += document["size"]
            more = len(page) == limit or (bool(page) and size > _PAGE_BYTES)
            if more:
                break
            page.append(operation_of(document))
        return Page(page, encode_cursor(order, page[-1].id) if more else None)

    async def open_in(self, scope: str) -> Sequence[Operation]:
        """The operations of a scope that have not ended."""
        rows = self._operations.find({"scope": scope, "open": True})
        return [operation_of(found) for found in await rows.to_list(None)]

    async def cancel(self, operation_id: str, alongside: Alongside | None = None) -> Operation:
        """Cancels: at once if it is queued, else after the step under way. Safe to repeat.

        What was done stays done. `alongside` is for one that ends here. Raises OperationNotFound, or OperationFinished
        if it succeeded or failed.
        """

        async def body(session: Session) -> Operation | None:
            cancelled = await self._cancel(session, operation_id)
            if alongside is not None and cancelled is not None and cancelled.state is OperationState.CANCELLED:
                await alongside(session, cancelled)
            return cancelled

        cancelled = await in_transaction(self._client, body)
        if cancelled is not None:
            self.ends.announce(operation_id)
            return cancelled
        operation = await self.get(operation_id)
        if operation.state is not OperationState.CANCELLED:
            raise OperationFinished(operation.state.value)
        return operation

    async def _cancel(self, session: Session, operation_id: str) -> Operation | None:
        queued = {"$eq": ["$state", OperationState.QUEUED.value]}
        ended = self._ended(OperationState.CANCELLED)
        found = await self._operations.find_one_and_update(
            {"_id": operation_id, "state": {"$in": OPEN}},
            [
                {
                    "$set": {
                        "cancel_requested": True,
                        **{name: {"$cond": [queued, value, f"${name}"]} for name, value in ended.items()},
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        if found is None:
            return None
        if found["state"] == OperationState.CANCELLED.value:
            await self._entries.delete_one({"_id": operation_id}, session=session)
        return operation_of(found)

    async def wait(self, operation_id: str, seconds: float) -> Operation:
        """The operation when it has ended, or as it stands after `seconds`. Call it after the commit of `start`."""
        self.started.set()
        step_aside()

        async def has_ended() -> bool:
            found = await self._operations.find_one({"_id": operation_id}, {"state": 1})
            return found is None or OperationState(found["state"]).is_final

        await self.ends.wait(operation_id, has_ended, seconds)
        return await self.get(operation_id)

    # For handlers, and for what cancels in a way of its own: inside the transaction of the effect.

    async def entries(self, operation: Operation, begin: int, count: int) -> Sequence[Any]:
        """`count` of the entries that the operation was started with, from the one at `begin` on."""
        found = await self._entries.find_one({"_id": operation.id}, {"entries": {"$slice": [begin, count]}})
        return found["entries"] if found else ()

    async def advance(
        self,
        session: Session,
        operation: Operation,
        fence: Fence,
        *,
        done: int | None = None,
        total: int | None = None,
        cursor: Any = None,
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Notes how far the operation has got, in the transaction of the effect: `done` and `total` absolute.

        `result` is what it shows if it ends here, canceled or failed. What is None stays as it is. Raises
        OperationLost if the fence does not hold: the transaction must abort then.
        """
        values = (("done", done), ("total", total), ("cursor", cursor), ("result", result))
        fields = {name: {"$literal": value} for name, value in values if value is not None}
        await self._write(session, operation, fence, {**fields, "leased_until": LEASE_END})

    async def advance_by(
        self,
        session: Session,
        operation: Operation,
        fence: Fence,
        changed: int,
        *,
        total: int,
        added: Mapping[str, int],
        noted: Mapping[str, Any],
    ) -> None:
        """Like `advance`, for a step of several pieces: adds to what the piece before has noted.

        `changed` is added to `done`; `total` becomes at least that. `added` and `noted` name fields by their path:
        numbers to add, and values to set.
        """
        done = {"$add": ["$done", changed]}
        sums = {path: {"$add": [{"$ifNull": [f"${path}", 0]}, by]} for path, by in added.items()}
        values = {path: {"$literal": value} for path, value in noted.items()}
        fields = {"done": done, "total": {"$max": [total, done]}, **sums, **values, "leased_until": LEASE_END}
        await self._write(session, operation, fence, fields)

    async def end_cancelled(self, session: Session, operation: Operation) -> None:
        """The operation ends as cancelled, in the transaction that takes back what it had begun.

        From that commit on no runner's fence holds, so no step commits after it. Raises OperationFinished if it has
        ended before, cancelled or not: the transaction must abort then.
        """
        fields = {"cancel_requested": True, **self._ended(OperationState.CANCELLED)}
        answer = await self._operations.update_one(
            {"_id": operation.id, "state": {"$in": OPEN}}, [{"$set": fields}], session=session
        )
        if answer.matched_count != 1:
            ended = await self._operations.find_one({"_id": operation.id}, {"state": 1}, session=session)
            raise OperationFinished(ended["state"] if ended else OperationState.CANCELLED.value)
        await self._entries.delete_one({"_id": operation.id}, session=session)

    async def finish(
        self, session: Session, operation: Operation, fence: Fence, result: Mapping[str, Any], *, done: int
    ) -> None:
        """The operation has succeeded with `result`, in the transaction of its last effect.

        `total` becomes `done`: how much there was is known now, whatever it was believed to be. Raises OperationLost,
        and CancelRequested if it was cancelled meanwhile: the transaction must abort then.
        """
        fields = {"result": {"$literal": dict(result)}, "done": done, "total": done}
        present = await self._write(session, operation, fence, {**fields, **self._ended(OperationState.SUCCEEDED)})
        if present.get("cancel_requested"):
            raise CancelRequested(operation.id)
        await self._entries.delete_one({"_id": operation.id}, session=session)
