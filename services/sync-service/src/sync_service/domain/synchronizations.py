"""The historical record of a synchronization: who or what started it, when, and what it came to.

SynchronizationNotFound  not in this dataset
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from labelstream_common.errors import NotFound
from sync_service.domain.dataset import DatasetId
from sync_service.domain.reconciliation import Skip

RunState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class SynchronizationNotFound(NotFound):
    code = "synchronization-not-found"

    def __init__(self, record_id: str) -> None:
        super().__init__(f"There is no synchronization {record_id} in this dataset.")


@dataclass(frozen=True, slots=True)
class SynchronizationRecord:
    """`counts` are None until it has begun. `problems` are the first hundred objects that were left out, with reasons.

    `started_by` is an account, or `system` where the dataset synchronized by itself.
    """

    id: str
    dataset_id: DatasetId
    started_by: str
    started_at: datetime
    state: RunState = "queued"
    finished_at: datetime | None = None
    counts: Mapping[str, int] | None = None
    problems: Sequence[Skip] = ()
    error: Mapping[str, Any] | None = None

    @property
    def weight(self) -> int:
        """About how many bytes of a reply it takes."""
        return 2_000 + sum(60 + 2 * len(one.path.encode()) + len(one.reason.encode()) for one in self.problems)
