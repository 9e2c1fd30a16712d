"""What sync-service is made of: its adapters, and the ports that they fill."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from labelstream_common.access import Access, AccessProjection
from labelstream_common.auth import ServiceTokens
from labelstream_common.clock import Clock, SystemClock
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.messaging.overload import OutboxGauge
from labelstream_common.mongo import Client, Database, database_of
from labelstream_common.object_storage import ObjectStore, Reach
from labelstream_common.operations import Operations
from sync_service.adapters.coco_documents import CocoDocuments
from sync_service.adapters.example_images import StoredExampleImages
from sync_service.adapters.exported_files import exports_of
from sync_service.adapters.exported_parquet import ParquetFile
from sync_service.adapters.job_exports import LabelServiceExports
from sync_service.adapters.jobs import ProjectedJobs
from sync_service.adapters.mongo.datasets import MongoDatasets
from sync_service.adapters.mongo.discards import MongoDiscards
from sync_service.adapters.mongo.exported_folders import MongoExportedFolders
from sync_service.adapters.mongo.histories import MongoSynchronizationHistory
from sync_service.adapters.mongo.imports import MongoImports, MongoUploadTickets
from sync_service.adapters.mongo.inspections import MongoInspections
from sync_service.adapters.mongo.passed_over import MongoPassedOver
from sync_service.adapters.mongo.previews import MongoPreviews
from sync_service.adapters.mongo.samples import MongoSamples
from sync_service.adapters.mongo.schedule import MongoSchedule
from sync_service.adapters.mongo.set_aside import MongoSetAside
from sync_service.adapters.mongo.sources import MongoSources
from sync_service.adapters.mongo.synchronizations import MongoSynchronizations
from sync_service.adapters.mongo.versions import MongoGoneSamples, MongoVersions
from sync_service.adapters.parquet import ParquetTables
from sync_service.adapters.publishing import encode
from sync_service.adapters.sample_topic import KafkaSampleTopic
from sync_service.adapters.source_objects import StoredSourceObjects, StoredThumbnails
from sync_service.adapters.spooled_sort import SpooledSort
from sync_service.adapters.stores import Stores
from sync_service.adapters.thumbnail_pool import ThumbnailPool
from sync_service.adapters.vault import FernetVault
from sync_service.application.grants import GrantsOfDatasets
from sync_service.application.ports import Limits, Ports
from sync_service.application.version_ports import VersionPorts
from sync_service.domain.store import address_of
from sync_service.settings import Settings

NAME = "sync-service"
_BEHIND_PEOPLE = 10
_BEHIND_REQUESTS = 5  # who asks for many images does not slow down the requests of others


@dataclass(frozen=True)
class Parts:
    """What the service is made of, each once."""

    settings: Settings
    client: Client
    database: Database
    clock: Clock
    store: ObjectStore
    stores: Stores
    vault: FernetVault
    projection: AccessProjection
    access: Access
    pool: ThumbnailPool
    background_pool: ThumbnailPool
    inspections: MongoInspections
    exports: LabelServiceExports
    operations: Operations
    gauge: OutboxGauge

    async def close(self) -> None:
        await self.pool.close()
        await self.background_pool.close()
        await self.exports.close()
        self.stores.close()
        self.store.close()
        await self.client.close()


def parts_of(settings: Settings) -> Parts:
    client = settings.mongodb(NAME)
    database = database_of(client, settings.database_name(NAME))
    clock = SystemClock()
    store, vault = _object_store(settings), FernetVault(settings.secrets_key)
    sources = MongoSources(database, settings.own_store_granted_to)
    projection = AccessProjection(database)
    label_service = settings.label_service_url or settings.public_url
    return Parts(
        settings=settings,
        client=client,
        database=database,
        clock=clock,
        store=store,
        stores=Stores(store, address_of(settings.s3_endpoint), sources, vault, Reach.of(settings.private_endpoints)),
        vault=vault,
        projection=projection,
        access=Access(projection),
        pool=ThumbnailPool(_limits(settings), settings.thumbnail_workers, niceness=_BEHIND_REQUESTS),
        background_pool=ThumbnailPool(_limits(settings), settings.inspection_workers, niceness=_BEHIND_PEOPLE),
        inspections=MongoInspections(database, clock),
        exports=LabelServiceExports(label_service, _service_tokens(settings), ca_file=settings.ca_file),
        operations=Operations(database, prefix="sync"),
        gauge=OutboxGauge(database, clock, service=NAME),
    )


def ports_of(parts: Parts) -> Ports:
    settings, database, clock = parts.settings, parts.database, parts.clock
    sources = MongoSources(database, settings.own_store_granted_to)
    examples = StoredExampleImages(parts.store, settings.example_bucket)
    units = UnitOfWorkFactory(parts.client, database, encode, clock)
    notified = settings.storage_notification_target
    return Ports(
        datasets=MongoDatasets(database),
        sources=sources,
        teams=parts.projection,
        grants=GrantsOfDatasets(sources, parts.access, parts.projection, examples),
        vault=parts.vault,
        exported_folders=MongoExportedFolders(database),
        schedule=MongoSchedule(database, clock),
        samples=MongoSamples(database),
        sample_topic=KafkaSampleTopic(settings.kafka),
        synchronizations=MongoSynchronizations(database),
        passed_over=MongoPassedOver(database, clock),
        imports=MongoImports(database),
        upload_tickets=MongoUploadTickets(database),
        previews=MongoPreviews(database, clock),
        synchronization_history=MongoSynchronizationHistory(database),
        set_aside=MongoSetAside(database, clock),
        sorter=SpooledSort,
        tables=ParquetTables(),
        documents=CocoDocuments(),
        discards=MongoDiscards(database),
        jobs=ProjectedJobs(parts.projection),
        objects=StoredSourceObjects(parts.stores, notified, max_bytes=settings.max_image_bytes),
        thumbnailer=parts.pool,
        thumbnails=StoredThumbnails(parts.store, settings.thumbnail_bucket),
        examples=examples,
        unit_of_work=units,
        join=units.within,
        clock=clock,
        new_id=new_id,
        reserved_bucket=settings.thumbnail_bucket,
        inspects=settings.inspection,
        trash_period=timedelta(days=settings.trash_days),
        limits=_limits(settings),
    )


def version_ports_of(parts: Parts) -> VersionPorts:
    return VersionPorts(
        versions=MongoVersions(parts.database),
        gone=MongoGoneSamples(parts.database),
        exports=parts.exports,
        target_of=partial(exports_of, parts.stores),
        sorter=SpooledSort,
        parquet=ParquetFile,
    )


def _object_store(settings: Settings) -> ObjectStore:
    return ObjectStore(
        settings.s3_endpoint,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
        region=settings.s3_region,
        public_endpoint=settings.s3_public_endpoint,
        ca_file=settings.s3_ca_file,
    )


def _service_tokens(settings: Settings) -> ServiceTokens | None:
    if settings.service_secret is None:
        return None
    secret = settings.service_secret.get_secret_value()
    return ServiceTokens(settings.team_service_url or settings.public_url, NAME, secret, ca_file=settings.ca_file)


def _limits(settings: Settings) -> Limits:
    return Limits(
        image_bytes=settings.max_image_bytes,
        image_pixels=settings.max_image_pixels,
        image_seconds=settings.max_image_seconds,
        image_memory=settings.max_image_memory,
    )
