"""The ledger: collection `operations`, one document each. What it says survives any crash.

A runner holds an operation by a fence token and until `leased_until` (the server's time). Every step writes its
progress in the transaction of its effect and only while its token is the newest, so a chunk is counted exactly once.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import ReturnDocument

from labelstream_common.clock import Clock, SystemClock
from labelstream_common.errors import DomainError
from labelstream_common.ids import new_id
from labelstream_common.messaging import Context, current_context
from labelstream_common.mongo import (
    Database,
    Document,
    Index,
    InvalidCursor,
    Page,
    Session,
    decode_cursor,
    encode_cursor,
    majority,
)
from labelstream_common.operations.errors import OperationFinished, OperationLost, OperationNotFound
from labelstream_common.operations.operation import Fence, Operation, OperationState

OPERATIONS = "operations"
LEASE_SECONDS = 15.0
KEPT_FOR = timedelta(days=30)

OPERATION_INDEXES = (
    Index(OPERATIONS, (("state", 1), ("leased_until", 1)), "runnable", partial={"open": True}),
    Index(OPERATIONS, (("created_by", 1), ("_id", -1)), "creator"),
    Index(OPERATIONS, (("scope", 1), ("_id", -1)), "scope"),
    Index(OPERATIONS, (("expires_at", 1),), "expiry", expire_after_seconds=0),
)

_OPEN = [OperationState.QUEUED.value, OperationState.RUNNING.value]
_LEASE_END = {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}


class Operations:
    """One service's operations. `prefix` (`job`, `label`, `sync`, `team`) begins their ids: they are routed by it."""

    def __init__(self, database: Database, *, prefix: str, clock: Clock | None = None) -> None:
        self._operations = majority(database[OPERATIONS])
        self._prefix = prefix
        self._clock = clock or SystemClock()
        self.started = asyncio.Event()

    async def start(
        self,
        kind: str,
        params: Mapping[str, Any],
        *,
        by: str,
        session: Session,
        total: int | None = None,
        scope: str = "",
    ) -> Operation:
        """Queues an operation in the transaction of `session`: it exists when that commits, or not at all.

        `params` must be what BSON can hold. A runner takes it within half a second after the commit.
        """
        document = {
            "_id": f"{self._prefix}-{new_id()}",
            "kind": kind,
            "state": OperationState.QUEUED.value,
            "open": True,
            "params": dict(params),
            "scope": scope,
            "created_by": by,
            "created_at": self._clock.now(),
            "context": list(msgspec.structs.astuple(current_context.get())),
            "done": 0,
            "total": total,
            "token": 0,
            "leased_until": datetime.fromtimestamp(0, self._clock.now().tzinfo),
        }
        await self._operations.insert_one(document, session=session)
        self.started.set()
        return operation_of(document)

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
        """Operations in the order in which they were started. None for `by`, `state` or `scope` means any."""
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
        found = (
            await self._operations.find(query)
            .sort("_id", -1 if newest_first else 1)
            .limit(limit + 1)
            .to_list(limit + 1)
        )
        more = len(found) > limit
        page = [operation_of(document) for document in found[:limit]]
        return Page(page, encode_cursor(order, page[-1].id) if more else None)

    async def open_in(self, scope: str) -> Sequence[Operation]:
        """The operations of a scope that have not ended."""
        rows = self._operations.find({"scope": scope, "open": True})
        return [operation_of(found) for found in await rows.to_list(None)]

    async def cancel(self, operation_id: str) -> Operation:
        """Cancels: at once if it is queued, else after the step under way. Safe to repeat.

        What was done stays done. Raises OperationNotFound, or OperationFinished if it succeeded or failed.
        """
        now = self._clock.now()
        queued = {"$eq": ["$state", OperationState.QUEUED.value]}
        found = await self._operations.find_one_and_update(
            {"_id": operation_id, "state": {"$in": _OPEN}},
            [
                {
                    "$set": {
                        "cancel_requested": True,
                        "state": {"$cond": [queued, OperationState.CANCELLED.value, "$state"]},
                        "open": {"$cond": [queued, "$$REMOVE", True]},
                        "finished_at": {"$cond": [queued, now, "$finished_at"]},
                        "expires_at": {"$cond": [queued, now + KEPT_FOR, "$expires_at"]},
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        if found is not None:
            return operation_of(found)
        operation = await self.get(operation_id)
        if operation.state is not OperationState.CANCELLED:
            raise OperationFinished(operation.state.value)
        return operation

    async def wait(self, operation_id: str, seconds: float) -> Operation:
        """The operation when it has ended, or as it stands after `seconds`. Call it after the commit of `start`."""
        self.started.set()
        until = time.monotonic() + seconds
        pause = 0.01
        while True:
            operation = await self.get(operation_id)
            left = until - time.monotonic()
            if operation.state.is_final or left <= 0:
                return operation
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 1.5, 0.25)

    # For handlers, and for what cancels in a way of its own: inside the transaction of the effect.

    async def advance(
        self,
        session: Session,
        operation: Operation,
        fence: Fence,
        *,
        done: int | None = None,
        total: int | None = None,
        cursor: Any = None,
    ) -> None:
        """Notes how far the operation has got, in the transaction of the effect: `done` and `total` absolute.

        What is None stays as it is. Raises OperationLost if the fence does not hold: the transaction must abort then.
        """
        values = (("done", done), ("total", total), ("cursor", cursor))
        fields = {name: {"$literal": value} for name, value in values if value is not None}
        await self._write(session, operation, fence, {**fields, "leased_until": _LEASE_END})

    async def end_cancelled(self, session: Session, operation: Operation) -> None:
        """The operation ends as cancelled, in the transaction that takes back what it had begun.

        From that commit on no runner's fence holds, so no step commits after it. Raises OperationFinished if it has
        ended before, cancelled or not: the transaction must abort then.
        """
        fields = {"cancel_requested": True, **self._ended(OperationState.CANCELLED)}
        answer = await self._operations.update_one(
            {"_id": operation.id, "state": {"$in": _OPEN}}, [{"$set": fields}], session=session
        )
        if answer.matched_count != 1:
            ended = await self._operations.find_one({"_id": operation.id}, {"state": 1}, session=session)
            raise OperationFinished(ended["state"] if ended else OperationState.CANCELLED.value)

    async def finish(
        self,
        session: Session,
        operation: Operation,
        fence: Fence,
        result: Mapping[str, Any],
        *,
        done: int | None = None,
        total: int | None = None,
    ) -> None:
        """The operation has succeeded with `result`, in the transaction of its last effect. Raises OperationLost.

        `done` and `total` as in `advance`.
        """
        fields: dict[str, Any] = {"result": {"$literal": dict(result)}}
        fields |= {name: value for name, value in (("done", done), ("total", total)) if value is not None}
        await self._write(session, operation, fence, {**fields, **self._ended(OperationState.SUCCEEDED)})

    # For the runner.

    async def claim(self, kinds: Sequence[str]) -> tuple[Operation, Fence] | None:
        """Takes the oldest operation that nobody runs (queued, or its runner is gone); None if there is none."""
        found = await self._operations.find_one_and_update(
            {"open": True, "kind": {"$in": list(kinds)}, "$expr": {"$lte": ["$leased_until", "$$NOW"]}},
            [
                {
                    "$set": {
                        "state": OperationState.RUNNING.value,
                        "token": {"$add": ["$token", 1]},
                        "leased_until": _LEASE_END,
                    }
                }
            ],
            sort=[("_id", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else (operation_of(found), Fence(found["_id"], found["token"]))

    async def renew(self, fence: Fence) -> Operation | None:
        """Begins the lease anew; the operation as it stands, or None if the fence does not hold any more."""
        found = await self._operations.find_one_and_update(
            _held(fence), [{"$set": {"leased_until": _LEASE_END}}], return_document=ReturnDocument.AFTER
        )
        return None if found is None else operation_of(found)

    async def release(self, fence: Fence) -> None:
        """Gives the operation back at once, to be taken by any runner."""
        await self._operations.update_one(_held(fence), [{"$set": {"leased_until": "$$NOW"}}])

    async def fail(self, fence: Fence, error: DomainError) -> None:
        """The operation has failed. Nothing happens if the fence does not hold."""
        shown = {"code": error.code, "title": error.title, "detail": error.detail}
        await self._operations.update_one(
            _held(fence), [{"$set": {"error": {"$literal": shown}, **self._ended(OperationState.FAILED)}}]
        )

    async def stop_cancelled(self, fence: Fence) -> None:
        """The operation ends as cancelled. Nothing happens if the fence does not hold."""
        await self._operations.update_one(_held(fence), [{"$set": self._ended(OperationState.CANCELLED)}])

    async def _write(self, session: Session, operation: Operation, fence: Fence, fields: dict[str, Any]) -> None:
        if fence.operation_id != operation.id:
            raise OperationLost(operation.id)
        answer = await self._operations.update_one(_held(fence), [{"$set": fields}], session=session)
        if answer.matched_count != 1:
            raise OperationLost(operation.id)

    def _ended(self, state: OperationState) -> dict[str, Any]:
        now = self._clock.now()
        return {"state": state.value, "open": "$$REMOVE", "finished_at": now, "expires_at": now + KEPT_FOR}


def operation_of(found: Document) -> Operation:
    return Operation(
        id=found["_id"],
        kind=found["kind"],
        state=OperationState(found["state"]),
        created_by=found["created_by"],
        created_at=found["created_at"],
        params=found["params"],
        scope=found["scope"],
        done=found["done"],
        total=found.get("total"),
        cursor=found.get("cursor"),
        result=found.get("result"),
        error=found.get("error"),
        finished_at=found.get("finished_at"),
        cancel_requested=found.get("cancel_requested", False),
        joined_by=tuple(found.get("joined_by", ())),
        context=Context(*found.get("context", ())),
    )


def _held(fence: Fence) -> dict[str, Any]:
    return {"_id": fence.operation_id, "token": fence.token, "state": OperationState.RUNNING.value}
