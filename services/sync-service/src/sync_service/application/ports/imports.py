"""Imports, and what they read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sync_service.application.ports.objects import ObjectBytes
from sync_service.application.ports.transactions import Transaction
from sync_service.domain.dataset import DatasetId
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import Import, ImportCounts, ImportId, ImportState, Rejection
from sync_service.domain.sample import Sample


class Imports(Protocol):
    """The historical records of imports, with all that was rejected."""

    async def get(self, dataset_id: str, import_id: str, work: Transaction | None = None) -> Import:
        """Raises ImportNotFound."""
        ...

    async def page(self, dataset_id: str, before: str | None, limit: int) -> Sequence[Import]:
        """Newest first, those older than `before` (None: all)."""
        ...

    async def add(self, record: Import, work: Transaction) -> None: ...

    async def begin(self, import_id: ImportId, at: datetime, work: Transaction) -> None:
        """It is at work. May be repeated: the first time stays."""

    async def progress(
        self, import_id: ImportId, counts: ImportCounts, rejected: Sequence[Rejection], work: Transaction
    ) -> None:
        """`counts` are absolute, `rejected` are those that come with them."""

    async def end(
        self,
        import_id: ImportId,
        state: ImportState,
        at: datetime,
        work: Transaction,
        error: Mapping[str, object] | None = None,
    ) -> Import | None:
        """The record as it ends; None if it is gone with its dataset."""
        ...

    def rejected(self, import_id: ImportId) -> AsyncIterator[Sequence[Rejection]]:
        """All that was rejected, in order, in pieces."""
        ...

    async def forget(self, dataset_id: DatasetId) -> None:
        """The dataset is gone."""


class Previews(Protocol):
    """The samples as dry runs under way would have made them: an image that is named twice counts as it would."""

    async def at(
        self, import_id: ImportId, places: Sequence[tuple[str, str]], work: Transaction
    ) -> Mapping[tuple[str, str], Sample]:
        """By buckets and keys."""
        ...

    async def keep(self, import_id: ImportId, samples: Sequence[Sample], work: Transaction) -> None: ...

    async def forget(self, import_id: ImportId) -> None:
        """The dry run has ended."""


class UploadTickets(Protocol):
    """What may have been uploaded into each dataset, and has not been imported."""

    async def keep(self, dataset_id: DatasetId, paths: Sequence[str], until: datetime) -> None: ...

    async def page(self, dataset_id: DatasetId, after: str, limit: int) -> Sequence[str]:
        """The paths after `after`, in ascending order of UTF-8 bytes."""
        ...

    async def take(self, dataset_id: DatasetId, paths: Sequence[str], work: Transaction) -> None:
        """They are imported."""

    async def forget(self, dataset_id: DatasetId) -> None: ...


class DocumentReader(Protocol):
    """Reads COCO documents."""

    def entries(self, opened: ObjectBytes, bucket: str, after: int) -> AsyncIterator[Sequence[Found | Rejection]]:
        """Images after the first `after`, and what is rejected, in pieces.

        Closes what is opened. Raises UnreadableFile.
        """
        ...


class TableReader(Protocol):
    """Reads Parquet files."""

    def rows(self, opened: ObjectBytes, after: int) -> AsyncIterator[Sequence[Mapping[str, object] | None]]:
        """Rows after the first `after`, as far as their columns mean something here, in pieces.

        None stands for a row of more than a megabyte. Closes what is opened. Raises UnreadableFile.
        """
        ...
