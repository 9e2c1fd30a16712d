"""Inspection: what is due, and what was found."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from sync_service.application.ports.transactions import Transaction
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import Inspection
from sync_service.domain.sample import SampleId


class Due(NamedTuple):
    """An object that was not inspected yet. `mark` is another text when the object changed again meanwhile.

    `queue` is that of its source and dataset: queues take turns in their order.
    """

    dataset_id: DatasetId
    sample_id: SampleId
    mark: str
    source_id: str
    queue: str


class InspectionFound(NamedTuple):
    """What reading an object told; None if nothing did."""

    due: Due
    inspection: Inspection | None


class Inspections(Protocol):
    async def claim(self, hold: timedelta, after: str, besides: Collection[str]) -> Due | None:
        """One that is due, kept from others for `hold`: of the next queue behind `after`, round and round, but none of
        the sources and queues `besides`."""
        ...

    async def postpone(self, due: Due, pause: timedelta) -> None:
        """It is due again after a pause."""

    async def done(self, found: Sequence[InspectionFound], work: Transaction) -> None:
        """Keeps what was found, if anything was; the objects are due no more unless they have changed meanwhile."""

    async def of(self, dataset_id: str, ids: Collection[SampleId]) -> dict[SampleId, Inspection]: ...

    async def unreadable(
        self, dataset_id: DatasetId, after: str | None, limit: int, *, newest_first: bool = False
    ) -> Sequence[SampleId]:
        """Those that could not be read, beyond the sample `after`."""
        ...

    async def forget(self, dataset_id: DatasetId) -> None: ...
