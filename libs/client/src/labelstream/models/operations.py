"""Long work."""

from datetime import datetime
from typing import Literal

from labelstream.models.reply import Reply

OperationState = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Operation(Reply, frozen=True, kw_only=True):
    """Long work. `total` may be unknown while it runs; `result` is there once it succeeded."""

    id: str
    kind: str
    state: OperationState
    done: int = 0
    total: int | None = None
    error: dict[str, object] | str | None = None
    result: dict[str, object] | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state in {"succeeded", "failed", "cancelled"}
