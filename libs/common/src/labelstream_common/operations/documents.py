"""How operations lie in the database, and which of it each reader needs.

| collection | `_id` | holds |
|---|---|---|
| `operations` | `<service>-<UUIDv7>` | state, progress, result: small, whatever the operation works on |
| `operation_entries` | the operation's id | the list that it works through, until it ends |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from labelstream_common.messaging import Context, current_context
from labelstream_common.mongo import Document, Index
from labelstream_common.operations.operation import Fence, Operation, OperationState

OPERATIONS, ENTRIES = "operations", "operation_entries"
OPERATION_COLLECTIONS = (OPERATIONS, ENTRIES)
LEASE_SECONDS = 15.0
KEPT_FOR = timedelta(days=30)
RUNNABLE, OPEN_OF, PLACE_OF = "runnable_kind", "open_of_account", "open_place_of_account"
MOST_OPEN = 20

OPERATION_INDEXES = (
    Index(OPERATIONS, (("kind", 1), ("_id", 1)), RUNNABLE, partial={"open": True}),
    Index(OPERATIONS, (("created_by", 1), ("scope", 1)), OPEN_OF, partial={"open": True}),
    # Each open one has a place of its own: two transactions that take the last one meet here.
    Index(
        OPERATIONS,
        (("created_by", 1), ("scope", 1), ("place", 1)),
        PLACE_OF,
        unique=True,
        partial={"open": True, "place": {"$exists": True}},
    ),
    Index(OPERATIONS, (("created_by", 1), ("_id", -1)), "creator"),
    Index(OPERATIONS, (("scope", 1), ("_id", -1)), "scope"),
    Index(OPERATIONS, (("expires_at", 1),), "expiry", expire_after_seconds=0),
)

OPEN = [OperationState.QUEUED.value, OperationState.RUNNING.value]
LEASE_END = {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}
MOST_EXAMPLES = 1_000
LISTED: Mapping[str, Any] = {
    **dict.fromkeys(
        (
            *("kind", "state", "scope", "created_by", "created_at", "done", "total"),
            *("result", "error", "finished_at", "cancel_requested", "joined_by"),
        ),
        1,
    ),
    "size": {"$bsonSize": {"$ifNull": ["$result", {}]}},
}


@dataclass(frozen=True)
class Counted:
    """Conflicts, failures and the like: how many there are, and the first of them, by default 1,000."""

    count: int = 0
    examples: Sequence[Any] = ()

    def plus(self, more: Sequence[Any], *, most: int = MOST_EXAMPLES) -> "Counted":
        room = most - len(self.examples)
        return Counted(self.count + len(more), [*self.examples, *more[: max(0, room)]])


NONE_YET = Counted()


def new_document(
    operation_id: str, kind: str, params: Mapping[str, Any], *, by: str, now: datetime, total: int | None, scope: str
) -> Document:
    """A queued operation of the present request."""
    return {
        "_id": operation_id,
        "kind": kind,
        "state": OperationState.QUEUED.value,
        "open": True,
        "params": dict(params),
        "scope": scope,
        "created_by": by,
        "created_at": now,
        "context": list(msgspec.structs.astuple(current_context.get())),
        "done": 0,
        "total": total,
        "token": 0,
        "leased_until": datetime.fromtimestamp(0, now.tzinfo),
    }


def operation_of(found: Document) -> Operation:
    return Operation(
        id=found["_id"],
        kind=found["kind"],
        state=OperationState(found["state"]),
        created_by=found["created_by"],
        created_at=found["created_at"],
        params=found.get("params", {}),
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


def claimable(kinds: Sequence[str]) -> dict[str, Any]:
    """Operations that nobody runs: queued, or their runner is gone. Read with the index `RUNNABLE`, oldest first."""
    return {"open": True, "kind": {"$in": list(kinds)}, "$expr": {"$lte": ["$leased_until", "$$NOW"]}}


def being_run(kinds: Sequence[str]) -> dict[str, Any]:
    """Operations that a runner holds."""
    return {"open": True, "kind": {"$in": list(kinds)}, "$expr": {"$gt": ["$leased_until", "$$NOW"]}}


def turns_beside(running: Sequence[Document], besides: Sequence[str] = ()) -> Sequence[dict[str, Any]]:
    """What to look for first, second and last, so that no account and no job keeps the others waiting.

    Nothing of the accounts `besides` is looked for.
    """
    others: dict[str, Any] = {"created_by": {"$nin": sorted(besides)}} if besides else {}
    if not running:
        return (others,)
    accounts = sorted({*besides, *(document["created_by"] for document in running)})
    scopes = sorted({document["scope"] for document in running})
    return ({"created_by": {"$nin": accounts}}, {**others, "scope": {"$nin": scopes}}, others)


def held(fence: Fence) -> dict[str, Any]:
    return {"_id": fence.operation_id, "token": fence.token, "state": OperationState.RUNNING.value}
