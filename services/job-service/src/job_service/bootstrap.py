"""Puts job-service together. The only place that names its adapters."""

from job_service.adapters.mongo import COLLECTIONS, INDEXES
from job_service.adapters.mongo.datasets import MongoDatasets, MongoSynchronizations
from job_service.adapters.mongo.jobs import MongoJobs
from job_service.adapters.mongo.people import AccessAccounts, AccessRoles, MongoPeople
from job_service.adapters.mongo.progress import MongoProgress
from job_service.adapters.mongo.teams import MongoTeams
from job_service.adapters.publishing import encode
from job_service.application.ports import Ports
from job_service.entrypoints.consumers.followers import followers
from job_service.entrypoints.http.routes import router
from job_service.settings import Settings
from labelstream_common.access import Access, AccessProjection, access_follower
from labelstream_common.auth import Authenticator, PublicKeys, TokenVerifier
from labelstream_common.clock import Clock, SystemClock
from labelstream_common.http import create_app
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.messaging.overload import OutboxGauge
from labelstream_common.mongo import Database, database_of
from labelstream_common.operations import Operations, operations_router
from labelstream_common.runtime import BackgroundTask, Role, Service
from labelstream_contracts import topics

NAME = "job-service"


def build(settings: Settings) -> Service:
    """The service, wired. Does no I/O."""
    client = settings.mongodb(NAME)
    database = database_of(client, settings.database_name(NAME))
    clock = SystemClock()
    units = UnitOfWorkFactory(client, database, encode, clock)
    jobs = MongoJobs(database)
    projection = AccessProjection(database)
    access = Access(projection, jobs=jobs.facts)
    ports = _ports(database=database, jobs=jobs, projection=projection, units=units, clock=clock)
    keys = PublicKeys(settings.keys_url, ca_file=settings.ca_file)
    gauge = OutboxGauge(database, clock, service=NAME)

    async def close() -> None:
        await client.close()

    return Service(
        name=NAME,
        app=create_app(
            NAME,
            [router, operations_router()],
            authenticator=Authenticator(TokenVerifier(keys, issuer=settings.public_url), access),
            database=database,
            access=access,
            state={"ports": ports, "operations": Operations(database, prefix="job")},
            probes={"keys": keys.ready},
            overload=gauge.retry_after,
            max_body_bytes=settings.max_body_bytes,
            title="Labelstream: labeling jobs",
        ),
        settings=settings,
        client=client,
        database=database,
        indexes=INDEXES,
        collections=COLLECTIONS,
        topics=(topics.JOB, topics.AUDIT),
        followers=(access_follower(projection), *followers(ports, units.within)),
        background={Role.API: (BackgroundTask(f"{NAME}.outbox-gauge", gauge.run),)},
        close=close,
    )


def _ports(
    *,
    database: Database,
    jobs: MongoJobs,
    projection: AccessProjection,
    units: UnitOfWorkFactory,
    clock: Clock,
) -> Ports:
    return Ports(
        jobs=jobs,
        datasets=MongoDatasets(database),
        synchronizations=MongoSynchronizations(database, clock),
        progress=MongoProgress(database),
        roles=AccessRoles(projection),
        people=MongoPeople(database),
        accounts=AccessAccounts(projection),
        teams=MongoTeams(database),
        unit_of_work=units,
        clock=clock,
        new_id=new_id,
    )
