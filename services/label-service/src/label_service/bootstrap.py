"""Puts label-service together. The only place that names its adapters."""

import asyncio
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI

from label_service.adapters.acceptances import MongoAcceptances
from label_service.adapters.answered_items import MongoAnsweredItems
from label_service.adapters.change_log import ChangeLog
from label_service.adapters.collections import COLLECTIONS, INDEXES
from label_service.adapters.committer import MongoCommitter, hashes_of_items
from label_service.adapters.dealings import MongoDealings
from label_service.adapters.follow_reader import MongoFollowed
from label_service.adapters.item_reader import MongoItems
from label_service.adapters.job_projection import MongoFollowedJobs
from label_service.adapters.labeled_items import MongoLabeledItems
from label_service.adapters.left_out import MongoLeftOutLabels
from label_service.adapters.past import MongoPast
from label_service.adapters.queue import MongoQueue
from label_service.adapters.sample_projection import SampleProjection
from label_service.adapters.upgrades import upgrade
from label_service.application.accepting import AcceptancePorts
from label_service.application.bulk import EDIT, EditMany, right_for
from label_service.application.committing import GroupCommitter
from label_service.application.dealer import Dealer
from label_service.application.finishing import FINISH, FinishAcceptance
from label_service.application.items_follower import ItemsFollower
from label_service.application.job_end import END_JOB, EndJob
from label_service.application.job_events import JobPolicy
from label_service.application.label_removal import DELETE, MERGE, TakeOffEverywhere, cancelling
from label_service.application.lanes import Lanes
from label_service.application.left_out import BRING_IN, BringIn
from label_service.application.predicting import PREDICT, PredictMany
from label_service.application.pulse import Pulse
from label_service.application.quality import Assessing
from label_service.application.queue import TakingTurns
from label_service.application.undo import UNDO, UndoLarge, right_to_undo
from label_service.entrypoints.consumers import followers
from label_service.entrypoints.http import acceptances as acceptance_routes
from label_service.entrypoints.http import (
    annotations,
    assignments,
    change_stream,
    changes,
    history,
    items,
    label_removal,
    labels,
    left_out,
    predictions,
    quality,
    undo,
)
from label_service.entrypoints.http.parts import Parts
from label_service.settings import Settings
from labelstream_common.access import Access, AccessProjection, JobRight, access_follower
from labelstream_common.auth import Authenticator, PublicKeys, TokenVerifier
from labelstream_common.clock import Clock, SystemClock
from labelstream_common.http import MongoPlaces, create_app
from labelstream_common.messaging import Follower, Message, UnitOfWorkFactory
from labelstream_common.messaging.lease import Lease
from labelstream_common.messaging.overload import OutboxGauge
from labelstream_common.mongo import Client, Database, database_of
from labelstream_common.operations import (
    Operation,
    OperationHandler,
    OperationRunner,
    Operations,
    WhilePermitted,
    in_job,
    operations_router,
)
from labelstream_common.runtime import BackgroundTask, Role, Service
from labelstream_contracts import topics

NAME = "label-service"
_FOLLOWER_LEASE = 6.0


def _no_events(event: object) -> Message:
    """Units of work only queue operations and tell the audit here; every change of a job goes through its lane."""
    raise TypeError(f"{type(event).__name__} is not published by a unit of work")


_ROUTERS = (
    acceptance_routes.router,
    labels.router,
    left_out.router,
    label_removal.router,
    items.router,
    annotations.router,
    assignments.router,
    predictions.router,
    changes.router,
    change_stream.router,
    history.router,
    quality.router,
    undo.router,
)


def _handlers(parts: Parts) -> dict[str, OperationHandler]:
    """What carries each kind of long work on. A label's removal and a job's end hold from their reply on; what is left
    is tidying up, whoever asked for it.
    """
    removal = TakeOffEverywhere(parts.items, parts.lanes, parts.operations)
    own_only = parts.access.sees_own_items_only

    async def may_edit(operation: Operation) -> bool:
        return await in_job(parts.access, right_for(operation))(operation)

    async def may_undo(operation: Operation) -> bool:
        return await in_job(parts.access, right_to_undo(operation))(operation)

    return {
        EDIT: WhilePermitted(EditMany(parts.items, parts.lanes, parts.operations, own_only), may_edit),
        DELETE: removal,
        MERGE: removal,
        UNDO: WhilePermitted(
            UndoLarge(parts.changes, parts.answered, parts.lanes, parts.operations, own_only), may_undo
        ),
        BRING_IN: WhilePermitted(
            BringIn(parts.left_out, parts.lanes, parts.operations, parts.unit_of_work),
            in_job(parts.access, JobRight.MANAGE_LABELS),
        ),
        PREDICT: WhilePermitted(PredictMany(parts.lanes, parts.operations), in_job(parts.access, JobRight.PREDICT)),
        FINISH: WhilePermitted(
            FinishAcceptance(parts.accepting, parts.lanes), in_job(parts.access, JobRight.ACCEPTANCE)
        ),
        END_JOB: EndJob(parts.items, parts.accepting.acceptances, parts.lanes, parts.operations),
    }


@dataclass(frozen=True)
class _Foundation:
    """What the routes, the followers and the work in the background are all built on."""

    settings: Settings
    client: Client
    database: Database
    clock: Clock
    committer: GroupCommitter
    lanes: Lanes
    projection: AccessProjection
    access: Access
    operations: Operations
    gauge: OutboxGauge

    async def close(self) -> None:
        await asyncio.wait_for(self.lanes.drained(), 10.0)
        await self.client.close()

    def lease(self, name: str) -> Lease:
        return Lease(self.database, name, _FOLLOWER_LEASE)


def build(settings: Settings) -> Service:
    """The service, wired. Does no I/O."""
    base = _foundation(settings)
    parts = _parts(base)
    items = ItemsFollower(
        MongoFollowed(base.database),
        base.lanes,
        base.clock,
        partial(base.lease, "items-follower"),
        hashes_of_items,
    )
    dealings = MongoDealings(base.database)
    dealer = Dealer(dealings, base.access, base.lanes, base.clock, partial(base.lease, "dealer"))
    runner = OperationRunner(base.operations, _handlers(parts), service=NAME)
    return Service(
        name=NAME,
        app=_app(base, parts),
        settings=settings,
        client=base.client,
        database=base.database,
        indexes=INDEXES,
        collections=COLLECTIONS,
        upgrades=(partial(upgrade, base.database),),
        topics=(topics.LABEL, topics.ANNOTATION, topics.PROGRESS, topics.AUDIT),
        followers=_followers(base, items, dealings),
        background={
            Role.API: (
                BackgroundTask(f"{NAME}.outbox-gauge", base.gauge.run),
                BackgroundTask(f"{NAME}.operations", runner.run),
            ),
            Role.CONSUMERS: (
                BackgroundTask(f"{NAME}.items-follower", items.run),
                BackgroundTask(f"{NAME}.dealer", dealer.run),
            ),
        },
        close=base.close,
    )


def _foundation(settings: Settings) -> _Foundation:
    client = settings.mongodb(NAME)
    database = database_of(client, settings.database_name(NAME))
    clock = SystemClock()
    committer = GroupCommitter(MongoCommitter(client, database, clock))
    projection = AccessProjection(database)
    return _Foundation(
        settings=settings,
        client=client,
        database=database,
        clock=clock,
        committer=committer,
        lanes=Lanes(committer),
        projection=projection,
        access=Access(projection),
        operations=Operations(database, prefix="label"),
        gauge=OutboxGauge(database, clock, service=NAME),
    )


def _parts(base: _Foundation) -> Parts:
    database = base.database
    items, past = MongoItems(base.client, database), MongoPast(base.client, database)
    log = ChangeLog(database)
    unit_of_work = UnitOfWorkFactory(base.client, database, _no_events, base.clock)
    labeled, acceptances = MongoLabeledItems(base.client, database), MongoAcceptances(database)
    return Parts(
        lanes=base.lanes,
        items=items,
        changes=log,
        past=past,
        answered=MongoAnsweredItems(database),
        left_out=MongoLeftOutLabels(database),
        assessing=Assessing(past),
        pulse=Pulse(log.latest),
        access=base.access,
        accepting=AcceptancePorts(items, past, labeled, acceptances, base.operations, unit_of_work, base.clock),
        operations=base.operations,
        unit_of_work=unit_of_work,
        clock=base.clock,
        public_url=base.settings.public_url,
        taking=TakingTurns(MongoQueue(database), base.lanes, base.clock),
        tickets=base.settings.content_tickets,
    )


def _app(base: _Foundation, parts: Parts) -> FastAPI:
    settings = base.settings
    keys = PublicKeys(settings.keys_url, ca_file=settings.ca_file)
    return create_app(
        NAME,
        [*_ROUTERS, operations_router(cancelling(base.lanes, base.operations, parts.unit_of_work, base.clock))],
        authenticator=Authenticator(TokenVerifier(keys, issuer=settings.public_url), base.access),
        database=base.database,
        access=base.access,
        state={"parts": parts, "operations": base.operations},
        probes={"keys": keys.ready},
        overload=base.gauge.retry_after,
        places=MongoPlaces(base.database),
        max_body_bytes=settings.max_body_bytes,
    )


def _followers(base: _Foundation, items: ItemsFollower, dealings: MongoDealings) -> tuple[Follower, ...]:
    samples = SampleProjection(base.database)
    return (
        access_follower(base.projection, dealings.ask_for),
        *followers(
            jobs=JobPolicy(MongoFollowedJobs(base.database), base.committer, base.operations, base.clock),
            samples=samples.apply_samples,
            rouse=items.rouse,
            datasets=samples.apply_datasets,
        ),
    )
