"""What the use cases need of the world, by noun, and everything together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from labelstream_common.clock import Clock
from sync_service.application.ports.datasets import Claimed, Datasets, Discards, JobsOfDatasets, Schedule
from sync_service.application.ports.images import ExampleImages, Thumbnail, Thumbnailer, ThumbnailStore
from sync_service.application.ports.imports import DocumentReader, Imports, Previews, TableReader, UploadTickets
from sync_service.application.ports.inspections import Due, InspectionFound, Inspections
from sync_service.application.ports.objects import ListedPage, ObjectBytes, ObjectsFound, SourceObjects, WholeImage
from sync_service.application.ports.samples import Samples, SampleTopic, WhichSamples
from sync_service.application.ports.sources import (
    BucketTried,
    ExportedFolders,
    Grants,
    Sources,
    TeamsOfAccounts,
    Vault,
)
from sync_service.application.ports.synchronizations import (
    PassedOver,
    SetAside,
    SynchronizationHistory,
    Synchronizations,
)
from sync_service.application.ports.transactions import Join, OpenUnitOfWork, Transaction, UnitOfWork
from sync_service.domain.sorting import Sorter

__all__ = [
    "BucketTried",
    "Claimed",
    "Datasets",
    "Discards",
    "DocumentReader",
    "Due",
    "ExampleImages",
    "ExportedFolders",
    "Grants",
    "Imports",
    "InspectionFound",
    "Inspections",
    "JobsOfDatasets",
    "Join",
    "Limits",
    "ListedPage",
    "ObjectBytes",
    "ObjectsFound",
    "OpenUnitOfWork",
    "PassedOver",
    "Ports",
    "Previews",
    "SampleTopic",
    "Samples",
    "Schedule",
    "SetAside",
    "Sorter",
    "SourceObjects",
    "Sources",
    "SynchronizationHistory",
    "Synchronizations",
    "TableReader",
    "TeamsOfAccounts",
    "Thumbnail",
    "ThumbnailStore",
    "Thumbnailer",
    "Transaction",
    "UnitOfWork",
    "UploadTickets",
    "Vault",
    "WhichSamples",
    "WholeImage",
]


@dataclass(frozen=True)
class Limits:
    """What a single image may be."""

    image_bytes: int = 25 * 1024 * 1024
    image_pixels: int = 64_000_000
    image_seconds: float = 15.0
    image_memory: int = 1024 * 1024 * 1024
    url_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything together, as `bootstrap` puts it up."""

    datasets: Datasets
    sources: Sources
    teams: TeamsOfAccounts
    grants: Grants
    vault: Vault
    exported_folders: ExportedFolders
    schedule: Schedule
    samples: Samples
    sample_topic: SampleTopic
    synchronizations: Synchronizations
    passed_over: PassedOver
    imports: Imports
    upload_tickets: UploadTickets
    previews: Previews
    synchronization_history: SynchronizationHistory
    set_aside: SetAside
    sorter: Callable[[], Sorter]
    tables: TableReader
    documents: DocumentReader
    discards: Discards
    jobs: JobsOfDatasets
    objects: SourceObjects
    thumbnailer: Thumbnailer
    thumbnails: ThumbnailStore
    examples: ExampleImages
    unit_of_work: OpenUnitOfWork
    join: Join
    clock: Clock
    new_id: Callable[[], str]
    reserved_bucket: str
    inspects: bool
    """Whether new bytes are read in the background."""
    trash_period: timedelta
    limits: Limits
