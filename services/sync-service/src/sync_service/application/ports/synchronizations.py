"""Synchronizations: which are under way, what they have seen, and what stays of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sync_service.application.ports.transactions import Transaction
from sync_service.domain.dataset import DatasetId, JobId
from sync_service.domain.reconciliation import Listed, Skip
from sync_service.domain.renames import Departed
from sync_service.domain.synchronizations import SynchronizationRecord


class Synchronizations(Protocol):
    """Which synchronization of each dataset is waiting and which is under way: at most one of each."""

    async def waiting(self, dataset_id: DatasetId, work: Transaction | None = None) -> str | None:
        """The operation that has not begun to list, as far as anybody has said."""
        ...

    async def running(self, dataset_id: DatasetId, work: Transaction | None = None) -> str | None:
        """The operation that began last and has not finished; it may have failed or been cancelled."""
        ...

    async def put(self, dataset_id: DatasetId, operation_id: str, job_id: JobId | None, work: Transaction) -> None:
        """Makes the operation the waiting one."""

    async def join(self, dataset_id: DatasetId, job_id: JobId | None, work: Transaction) -> None:
        """The waiting one is also on this job's behalf."""

    async def begin(self, dataset_id: DatasetId, operation_id: str, job_id: JobId | None, work: Transaction) -> None:
        """From now on it is under way, and nobody joins it any more. `job_id`: who asked for it, if nobody joined."""

    async def end(self, dataset_id: DatasetId, operation_id: str, work: Transaction) -> Sequence[JobId]:
        """It has finished; the jobs on whose behalf it was."""
        ...


class SynchronizationHistory(Protocol):
    """The historical records of synchronizations."""

    async def add(self, record: SynchronizationRecord, work: Transaction) -> None: ...

    async def begin(self, record_id: str, at: datetime, work: Transaction) -> None: ...

    async def end(
        self,
        record_id: str,
        state: str,
        at: datetime,
        work: Transaction,
        *,
        counts: Mapping[str, int] | None = None,
        problems: Sequence[Skip] = (),
        error: Mapping[str, object] | None = None,
    ) -> None: ...

    async def get(self, dataset_id: str, record_id: str) -> SynchronizationRecord:
        """Raises SynchronizationNotFound."""
        ...

    async def leave_out(self, record_id: str, number: int, left_out: Sequence[Skip], work: Transaction) -> None:
        """Keeps what was left out; `number` is how many came before."""

    def left_out(self, record_id: str) -> AsyncIterator[Sequence[Skip]]:
        """All that was left out, in order, in pieces; nothing where it is not kept any more."""
        ...

    async def forget_left_out_before(self, dataset_id: DatasetId, record_id: str) -> None:
        """Keeps what the newest synchronization left out, and of earlier ones some: the same files are left out again
        and again."""

    async def page(self, dataset_id: str, before: str | None, limit: int) -> Sequence[SynchronizationRecord]:
        """Newest first, those older than `before` (None: all)."""
        ...

    async def forget(self, dataset_id: DatasetId) -> None:
        """The dataset is gone."""


class SetAside(Protocol):
    """What a synchronization under way has seen come and go, a thousand at most in each numbered range."""

    async def keep(
        self, operation_id: str, came: Sequence[Listed], went: Sequence[Departed], work: Transaction
    ) -> None: ...

    async def counts(self, operation_id: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """How many ranges and objects went, and how many came."""
        ...

    async def came(self, operation_id: str, number: int) -> Sequence[Listed]: ...

    async def departed(self, operation_id: str, number: int) -> Sequence[Departed]: ...

    async def forget(self, operation_id: str) -> None: ...


class PassedOver(Protocol):
    """Objects that turned out to be no images, though their endings did not say so: they are not asked for again."""

    async def among(self, dataset_id: DatasetId, listed: Sequence[Listed]) -> set[str]:
        """The paths of those that were noted with these very bytes."""
        ...

    async def note(self, dataset_id: DatasetId, listed: Sequence[Listed]) -> None: ...

    async def forget(self, dataset_id: DatasetId) -> None:
        """The dataset is gone."""
