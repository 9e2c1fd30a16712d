"""Puts sync-service together. The only place that names its adapters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from labelstream_common.access import Access, AccessProjection, access_follower
from labelstream_common.auth import Authenticator, PublicKeys, ServiceTokens, TokenVerifier
from labelstream_common.clock import Clock, SystemClock
from labelstream_common.http import create_app
from labelstream_common.ids import new_id
from labelstream_common.messaging import Follower, UnitOfWorkFactory
from labelstream_common.messaging.overload import OutboxGauge
from labelstream_common.mongo import Client, Database, database_of
from labelstream_common.object_storage import ObjectStore, Reach
from labelstream_common.operations import OperationHandler, OperationRunner, Operations, operations_router
from labelstream_common.runtime import BackgroundTask, Role, Service
from labelstream_contracts import topics
from sync_service.adapters.coco_documents import CocoDocuments
from sync_service.adapters.example_images import StoredExampleImages
from sync_service.adapters.exported_files import exports_of
from sync_service.adapters.exported_parquet import ParquetFile
from sync_service.adapters.job_exports import LabelServiceExports
from sync_service.adapters.jobs import ProjectedJobs
from sync_service.adapters.mongo import COLLECTIONS, INDEXES
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
from sync_service.adapters.mongo.upgrades import upgrade
from sync_service.adapters.mongo.versions import MongoGoneSamples, MongoVersions
from sync_service.adapters.parquet import ParquetTables
from sync_service.adapters.publishing import encode
from sync_service.adapters.sample_topic import KafkaSampleTopic
from sync_service.adapters.source_objects import StoredSourceObjects, StoredThumbnails
from sync_service.adapters.spooled_sort import SpooledSort
from sync_service.adapters.storage_hints import StorageHints
from sync_service.adapters.stores import Stores
from sync_service.adapters.thumbnail_pool import ThumbnailPool
from sync_service.adapters.vault import FernetVault
from sync_service.application.auto_sync import AutoSync
from sync_service.application.duplicates import NearGroups
from sync_service.application.grants import GrantsOfDatasets
from sync_service.application.imports import KIND as IMPORT
from sync_service.application.inspecting import Inspecting
from sync_service.application.inspection_room import InspectionRoom
from sync_service.application.ports import Limits, Ports
from sync_service.application.synchronize import KIND as SYNCHRONIZE
from sync_service.application.thumbnails import Thumbnails
from sync_service.application.version_ports import VersionPorts
from sync_service.application.visibility import Visibility
from sync_service.domain.store import address_of
from sync_service.entrypoints.consumers.annotations import content_follower
from sync_service.entrypoints.consumers.jobs import job_follower
from sync_service.entrypoints.consumers.labels import label_follower
from sync_service.entrypoints.consumers.samples import inspection_follower
from sync_service.entrypoints.consumers.storage import apply_hints
from sync_service.entrypoints.http import datasets, duplicates, images, samples, synchronization
from sync_service.entrypoints.http import imports as import_routes
from sync_service.entrypoints.http import sources as source_routes
from sync_service.entrypoints.http import versions as version_routes
from sync_service.entrypoints.operations import SEES, cancelling, handlers
from sync_service.settings import Settings

NAME = "sync-service"
_BEHIND_PEOPLE = 10
_BEHIND_REQUESTS = 5  # who asks for many images does not slow down the requests of others


@dataclass(frozen=True)
class _Parts:
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


def build(settings: Settings) -> Service:
    """The service, wired. Does no I/O."""
    parts = _parts(settings)
    ports, versions = _ports(parts), _version_ports(parts)
    visibility = Visibility(ports.datasets, ports.grants, parts.access, ports.jobs, settings.content_tickets)
    thumbnails = Thumbnails(ports, settings.thumbnail_workers)
    state = {
        "ports": ports,
        "operations": parts.operations,
        "versions": versions,
        "visibility": visibility,
        "thumbnails": thumbnails,
        "inspections": parts.inspections,
        "near_groups": NearGroups(parts.inspections),
    }
    runs = handlers(ports, versions, parts.inspections, parts.operations, visibility)
    return Service(
        name=NAME,
        app=_app(parts, ports, versions, state),
        settings=settings,
        client=parts.client,
        database=parts.database,
        indexes=INDEXES,
        collections=COLLECTIONS,
        upgrades=(partial(upgrade, parts.database), partial(parts.vault.reseal, parts.database)),
        topics=(topics.DATASET, topics.SAMPLE, topics.STORAGE_OBJECT, topics.AUDIT),
        followers=_followers(parts, ports),
        background={
            Role.API: _background(parts, ports, runs),
            Role.INSPECT: _inspection(parts, ports, thumbnails) if settings.inspection else [],
        },
        close=parts.close,
    )


def _parts(settings: Settings) -> _Parts:
    client = settings.mongodb(NAME)
    database = database_of(client, settings.database_name(NAME))
    clock = SystemClock()
    store, vault = _object_store(settings), FernetVault(settings.secrets_key)
    sources = MongoSources(database, settings.own_store_granted_to)
    projection = AccessProjection(database)
    label_service = settings.label_service_url or settings.public_url
    return _Parts(
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


def _ports(parts: _Parts) -> Ports:
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


def _version_ports(parts: _Parts) -> VersionPorts:
    return VersionPorts(
        versions=MongoVersions(parts.database),
        gone=MongoGoneSamples(parts.database),
        exports=parts.exports,
        target_of=partial(exports_of, parts.stores),
        sorter=SpooledSort,
        parquet=ParquetFile,
    )


def _app(parts: _Parts, ports: Ports, versions: VersionPorts, state: Mapping[str, object]) -> FastAPI:
    keys = PublicKeys(parts.settings.keys_url, ca_file=parts.settings.ca_file)
    return create_app(
        NAME,
        [
            *(source_routes.router, datasets.router, samples.router, images.router, synchronization.router),
            *(version_routes.router, import_routes.router, duplicates.router),
            operations_router(cancelling(ports, versions, parts.operations), SEES),
        ],
        authenticator=Authenticator(TokenVerifier(keys, issuer=parts.settings.public_url), parts.access),
        database=parts.database,
        access=parts.access,
        state=state,
        probes={"keys": keys.ready, "object-store": parts.store.ping},
        overload=parts.gauge.retry_after,
        max_body_bytes=parts.settings.max_body_bytes,
    )


def _followers(parts: _Parts, ports: Ports) -> tuple[Follower, ...]:
    more = _inspection_room(parts).rest_of_follower
    inspection = (inspection_follower(parts.inspections, more),) if parts.settings.inspection else ()
    own = (job_follower(ports, ports.join), label_follower(ports, ports.join), content_follower(ports, ports.join))
    return access_follower(parts.projection), *own, *inspection


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


def _inspection_room(parts: _Parts) -> InspectionRoom:
    return InspectionRoom(partial(parts.operations.is_any_run, (IMPORT, SYNCHRONIZE)))


def _inspection(parts: _Parts, ports: Ports, thumbnails: Thumbnails) -> list[BackgroundTask]:
    """It tells of what it finds, and waits while too much is not published yet: where it runs alone, too."""
    busy, at_once = parts.gauge.retry_after, parts.settings.inspection_workers
    room, pool = _inspection_room(parts), parts.background_pool
    inspecting = Inspecting(ports, parts.inspections, pool, thumbnails, busy, room=room, at_once=at_once)
    return [
        BackgroundTask(f"{NAME}.inspection", inspecting.run),
        BackgroundTask(f"{NAME}.inspection-gauge", parts.gauge.run),
    ]


def _background(parts: _Parts, ports: Ports, runs: Mapping[str, OperationHandler]) -> list[BackgroundTask]:
    settings = parts.settings
    runner = OperationRunner(parts.operations, runs, service=NAME)
    auto_sync = AutoSync(ports, parts.operations, timedelta(seconds=settings.auto_sync_seconds))
    tasks = [
        BackgroundTask(f"{NAME}.outbox-gauge", parts.gauge.run),
        BackgroundTask(f"{NAME}.operations", runner.run),
        BackgroundTask(f"{NAME}.auto-sync", auto_sync.run),
    ]
    if settings.storage_notifications:
        tasks.append(BackgroundTask(f"{NAME}.storage-hints", StorageHints(settings.kafka, apply_hints(ports)).run))
    return tasks
