"""Puts sync-service together: what it answers, follows and does by itself. Nothing else names its adapters."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from labelstream_common.access import access_follower
from labelstream_common.auth import Authenticator, PublicKeys, TokenVerifier
from labelstream_common.http import create_app
from labelstream_common.messaging import Follower
from labelstream_common.operations import OperationHandler, OperationRunner, operations_router
from labelstream_common.runtime import BackgroundTask, Role, Service
from labelstream_contracts import topics
from sync_service.adapters.mongo import COLLECTIONS, INDEXES
from sync_service.adapters.mongo.upgrades import upgrade
from sync_service.adapters.storage_hints import StorageHints
from sync_service.application.auto_sync import AutoSync
from sync_service.application.duplicates import NearGroups
from sync_service.application.imports import KIND as IMPORT
from sync_service.application.inspecting import Inspecting
from sync_service.application.inspection_room import InspectionRoom
from sync_service.application.ports import Ports
from sync_service.application.synchronize import KIND as SYNCHRONIZE
from sync_service.application.thumbnails import Thumbnails
from sync_service.application.version_ports import VersionPorts
from sync_service.application.visibility import Visibility
from sync_service.bootstrap.parts import NAME, Parts, parts_of, ports_of, version_ports_of
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


def build(settings: Settings) -> Service:
    """The service, wired. Does no I/O."""
    parts = parts_of(settings)
    ports, versions = ports_of(parts), version_ports_of(parts)
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


def _app(parts: Parts, ports: Ports, versions: VersionPorts, state: Mapping[str, object]) -> FastAPI:
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


def _followers(parts: Parts, ports: Ports) -> tuple[Follower, ...]:
    more = _inspection_room(parts).rest_of_follower
    inspection = (inspection_follower(parts.inspections, more),) if parts.settings.inspection else ()
    own = (job_follower(ports, ports.join), label_follower(ports, ports.join), content_follower(ports, ports.join))
    return access_follower(parts.projection), *own, *inspection


def _inspection_room(parts: Parts) -> InspectionRoom:
    return InspectionRoom(partial(parts.operations.is_any_run, (IMPORT, SYNCHRONIZE)))


def _inspection(parts: Parts, ports: Ports, thumbnails: Thumbnails) -> list[BackgroundTask]:
    """It tells of what it finds, and waits while too much is not published yet: where it runs alone, too."""
    busy, at_once = parts.gauge.retry_after, parts.settings.inspection_workers
    room, pool = _inspection_room(parts), parts.background_pool
    inspecting = Inspecting(ports, parts.inspections, pool, thumbnails, busy, room=room, at_once=at_once)
    return [
        BackgroundTask(f"{NAME}.inspection", inspecting.run),
        BackgroundTask(f"{NAME}.inspection-gauge", parts.gauge.run),
    ]


def _background(parts: Parts, ports: Ports, runs: Mapping[str, OperationHandler]) -> list[BackgroundTask]:
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
