"""An operation: long work with a state, and how far it has got."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from labelstream_common.messaging import Context


class OperationState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self not in (OperationState.QUEUED, OperationState.RUNNING)


@dataclass(frozen=True)
class Operation:
    """An operation as it stood when it was read.

    `params` is what was asked for and never changes. `cursor` is the handler's own note of where to go on. `done`
    counts up to `total` (None: not known). `scope` says what it belongs to, e.g. `job:<id>`; who has a role there may
    see it, and so may who has joined it. `result` is what it has done so far, also if it is canceled or fails. `error`
    is `{"code", "title", "detail"}`. `context` is the request that started it: what the operation does belongs to that
    request's events and trace.
    """

    id: str
    kind: str
    state: OperationState
    created_by: str
    created_at: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    scope: str = ""
    done: int = 0
    total: int | None = None
    cursor: Any = None
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    finished_at: datetime | None = None
    cancel_requested: bool = False
    joined_by: tuple[str, ...] = ()
    context: Context = field(default_factory=Context)


@dataclass(frozen=True)
class Fence:
    """The right to carry an operation on. Each runner that takes it gets a larger token; only the largest holds."""

    operation_id: str
    token: int
