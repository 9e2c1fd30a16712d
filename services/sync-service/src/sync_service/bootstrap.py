"""Puts sync-service together. The only place that names its adapters."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from labelstream_common.access import Access, AccessProjection, JobRight, access_follower
from labelstream_common.auth import Authenticator, PublicKeys, ServiceTokens, TokenVerifier
from labelstream_common.clock import SystemClock
from labelstream_common.http import create_app
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.messaging.overload import OutboxGauge
from labelstream_common.mongo import database_of
from labelstream_common.object_storage import ObjectStore, Reach
from labelstream_common.operations import (
    Alongside,
    Cancelling,
    Operation,
    OperationHandler,
    OperationRunner,
    Operations,
    WhilePermitted,
    operations_router,
)
from labelstream_common.runtime import BackgroundTask, Role, Service
from labelstream_contracts import topics
from sync_service.adapters.example_images import StoredExampleImages
from sync_service.adapters.exported_files import StoredExports
from sync_service.adapters.exported_parquet import parquet_file
from sync_service.adapters.job_exports import LabelServiceExports
from sync_service.adapters.jobs import ProjectedJobs
from sync_service.adapters.mongo import COLLECTIONS, INDEXES
from sync_service.adapters.mongo.datasets import MongoDatasets
from sync_service.adapters.mongo.discards import MongoDiscards
from sync_service.adapters.mongo.histories import MongoSynchronizationHistory
from sync_service.adapters.mongo.imports import MongoImports, MongoUploadTickets
from sync_service.adapters.mongo.inspections import MongoInspections
from sync_service.adapters.mongo.passed_over import MongoPassedOver
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
from sync_service.application import (
    delete_dataset,
    delete_samples,
    example_images,
    export_version,
    imports,
    publish_version,
    synchronize,
)
from sync_service.application.auto_sync import SYSTEM, AutoSync
from sync_service.application.duplicates import NearGroups
from sync_service.application.grants import GrantsOfDatasets
from sync_service.application.importing import Importing
from sync_service.application.inspecting import Inspecting
from sync_service.application.ports import Limits, Ports
from sync_service.application.thumbnails import Thumbnails
from sync_service.application.version_ports import VersionPorts
from sync_service.application.visibility import Visibility
from sync_service.domain.dataset import Dataset, DatasetId
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
from sync_service.settings import Settings

NAME = "sync-service"
_BEHIND_PEOPLE = 10
# Who asks for many images does not slow down the requests of others.
_BEHIND_REQUESTS = 5
# What was revoked ends within a second, and reading a large import or version takes minutes.
_LOOKS_EVERY = 0.5


def build(settings: Settings) -> Service:
    """The service, wired. Does no I/O."""
    client = settings.mongodb(NAME)
    database = database_of(client, settings.database_name(NAME))
    clock = SystemClock()
    store = _object_store(settings)
    vault = FernetVault(settings.secrets_key)
    projection = AccessProjection(database)
    access = Access(projection)
    sources = MongoSources(database, settings.own_store_granted_to)
    stores = Stores(store, address_of(settings.s3_endpoint), sources, vault, Reach.of(settings.private_endpoints))
    examples = StoredExampleImages(store, settings.example_bucket)
    pool = ThumbnailPool(_limits(settings), settings.thumbnail_workers, niceness=_BEHIND_REQUESTS)
    background_pool = ThumbnailPool(_limits(settings), settings.inspection_workers, niceness=_BEHIND_PEOPLE)
    inspections = MongoInspections(database, clock)
    units = UnitOfWorkFactory(client, database, encode, clock)
    ports = Ports(
        datasets=MongoDatasets(database),
        sources=sources,
        teams=projection,
        grants=GrantsOfDatasets(sources, access, projection, examples),
        vault=vault,
        schedule=MongoSchedule(database, clock),
        samples=MongoSamples(database),
        sample_topic=KafkaSampleTopic(settings.kafka),
        synchronizations=MongoSynchronizations(database),
        passed_over=MongoPassedOver(database, clock),
        imports=MongoImports(database),
        upload_tickets=MongoUploadTickets(database),
        synchronization_history=MongoSynchronizationHistory(database),
        set_aside=MongoSetAside(database, clock),
        tables=ParquetTables(),
        discards=MongoDiscards(database),
        jobs=ProjectedJobs(projection),
        objects=StoredSourceObjects(stores, settings.storage_notification_target, max_bytes=settings.max_image_bytes),
        thumbnailer=pool,
        thumbnails=StoredThumbnails(store, settings.thumbnail_bucket),
        examples=examples,
        unit_of_work=units,
        join=units.within,
        clock=clock,
        new_id=new_id,
        reserved_bucket=settings.thumbnail_bucket,
        trash_period=timedelta(days=settings.trash_days),
        limits=_limits(settings),
    )
    label_service = settings.label_service_url or settings.public_url
    exports = LabelServiceExports(label_service, _service_tokens(settings), ca_file=settings.ca_file)
    versions = VersionPorts(
        versions=MongoVersions(database),
        gone=MongoGoneSamples(database),
        exports=exports,
        target_of=partial(_target_of, stores),
        sorter=SpooledSort,
        parquet=parquet_file,
    )
    operations = Operations(database, prefix="sync")
    visibility = Visibility(ports.datasets, ports.grants, access, ports.jobs)
    thumbnails = Thumbnails(ports, settings.thumbnail_workers)
    handlers = _handlers(ports, versions, inspections, operations, visibility)
    keys = PublicKeys(settings.keys_url, ca_file=settings.ca_file)
    gauge = OutboxGauge(database, clock, service=NAME)
    inspecting = Inspecting(
        ports, inspections, background_pool, thumbnails, gauge.retry_after, at_once=settings.inspection_workers
    )
    app = create_app(
        NAME,
        [
            *(source_routes.router, datasets.router, samples.router, images.router, synchronization.router),
            *(version_routes.router, import_routes.router, duplicates.router),
            operations_router(_cancelling(ports, operations)),
        ],
        authenticator=Authenticator(TokenVerifier(keys, issuer=settings.public_url), access),
        database=database,
        access=access,
        state={
            "ports": ports,
            "operations": operations,
            "versions": versions,
            "visibility": visibility,
            "thumbnails": thumbnails,
            "inspections": inspections,
            "near_groups": NearGroups(inspections),
        },
        probes={"keys": keys.ready, "object-store": store.ping},
        overload=gauge.retry_after,
        max_body_bytes=settings.max_body_bytes,
    )

    async def close() -> None:
        await pool.close()
        await background_pool.close()
        await exports.close()
        stores.close()
        store.close()
        await client.close()

    return Service(
        name=NAME,
        app=app,
        settings=settings,
        client=client,
        database=database,
        indexes=INDEXES,
        collections=COLLECTIONS,
        upgrades=(partial(upgrade, database), partial(vault.reseal, database)),
        topics=(topics.DATASET, topics.SAMPLE, topics.STORAGE_OBJECT),
        followers=(
            *(access_follower(projection), job_follower(ports, units.within), label_follower(ports, units.within)),
            content_follower(ports, units.within),
            *((inspection_follower(inspections),) if settings.inspection else ()),
        ),
        background={
            Role.API: _background(settings, ports, operations, handlers, gauge),
            Role.INSPECT: _inspection(inspecting, gauge) if settings.inspection else [],
        },
        close=close,
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


async def _target_of(stores: Stores, dataset: Dataset) -> StoredExports:
    return StoredExports(await stores.of(dataset.source.source_id))


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


def _handlers(
    ports: Ports,
    versions: VersionPorts,
    inspections: MongoInspections,
    operations: Operations,
    visibility: Visibility,
) -> Mapping[str, OperationHandler]:
    permitted = partial(_while_permitted, visibility)
    return {
        synchronize.KIND: permitted(synchronize.Synchronizing(ports, operations), JobRight.SYNCHRONIZE),
        delete_samples.DELETE: permitted(delete_samples.DeletingSamples(ports, operations), JobRight.MANAGE_DATA),
        delete_samples.RESTORE: permitted(delete_samples.RestoringSamples(ports, operations), JobRight.MANAGE_DATA),
        imports.KIND: permitted(Importing(ports, operations), JobRight.MANAGE_DATA),
        delete_dataset.KIND: delete_dataset.DeletingDataset(ports, operations, versions, inspections),
        publish_version.KIND: permitted(publish_version.Publishing(ports, versions, operations), JobRight.EXPORT),
        export_version.KIND: permitted(export_version.Exporting(ports, versions, operations), JobRight.EXPORT),
        example_images.KIND: example_images.PuttingExampleImages(ports, operations),
    }


def _background(
    settings: Settings,
    ports: Ports,
    operations: Operations,
    handlers: Mapping[str, OperationHandler],
    gauge: OutboxGauge,
) -> list[BackgroundTask]:
    runner = OperationRunner(operations, handlers, service=NAME)
    auto_sync = AutoSync(ports, operations, timedelta(seconds=settings.auto_sync_seconds))
    tasks = [
        BackgroundTask(f"{NAME}.outbox-gauge", gauge.run),
        BackgroundTask(f"{NAME}.operations", runner.run),
        BackgroundTask(f"{NAME}.auto-sync", auto_sync.run),
    ]
    if settings.storage_notifications:
        hints = StorageHints(settings.kafka, apply_hints(ports))
        tasks.append(BackgroundTask(f"{NAME}.storage-hints", hints.run))
    return tasks


def _inspection(inspecting: Inspecting, gauge: OutboxGauge) -> list[BackgroundTask]:
    """It tells of what it finds, and waits while too much is not published yet: where it runs alone, too."""
    return [
        BackgroundTask(f"{NAME}.inspection", inspecting.run),
        BackgroundTask(f"{NAME}.inspection-gauge", gauge.run),
    ]


def _cancelling(ports: Ports, operations: Operations) -> Cancelling:
    """What is cancelled before it began ends here, and its record with it."""

    async def cancel(ending: Alongside, operation: Operation, _by: str) -> Operation:
        return await operations.cancel(operation.id, ending)

    return Cancelling(
        {
            imports.KIND: partial(cancel, imports.ending(ports)),
            synchronize.KIND: partial(cancel, synchronize.ending(ports)),
        }
    )


def _while_permitted(visibility: Visibility, handler: OperationHandler, right: JobRight) -> OperationHandler:
    async def may(operation: Operation) -> bool:
        if not await visibility.source_is_granted(DatasetId(operation.params["dataset_id"])):
            return False
        if operation.params.get("by_admin") and not await visibility.administers(operation.created_by):
            return False  # what it may read and delete was decided by what they were
        asked = (operation.created_by, *operation.joined_by)
        return SYSTEM in asked or any([await visibility.still(by, operation.scope, right) for by in asked])

    return WhilePermitted(handler, may, looks_every=_LOOKS_EVERY)
