"""What a service's roles consist of, and its explicit first step: indexes, topics, and older data in its new form."""

from collections.abc import Collection, Sequence
from functools import partial

from labelstream_common.access import ACCESS_COLLECTIONS, ACCESS_INDEXES, learn_team_members
from labelstream_common.http import PLACES
from labelstream_common.messaging.consumer import Consumer
from labelstream_common.messaging.lease import LEASES
from labelstream_common.messaging.offsets import OFFSETS
from labelstream_common.messaging.outbox import WAVES
from labelstream_common.messaging.records import CHANGES, RECORD_INDEXES, STREAMS
from labelstream_common.messaging.relay import Relay
from labelstream_common.messaging.request_scope import IDEMPOTENCY
from labelstream_common.messaging.topic_admin import dead_letters_of, ensure_topics
from labelstream_common.mongo import MIGRATIONS, migrate
from labelstream_common.operations import OPERATION_COLLECTIONS, OPERATION_INDEXES
from labelstream_common.runtime.service import BackgroundTask, Role, Service
from labelstream_common.telemetry import watch_loop_lag

_COLLECTIONS = (
    *(CHANGES, STREAMS, OFFSETS, LEASES, WAVES, IDEMPOTENCY, MIGRATIONS, PLACES),
    *OPERATION_COLLECTIONS,
    *ACCESS_COLLECTIONS,
)


async def prepare(service: Service) -> None:
    """Creates the service's collections, indexes and topics, and those of its dead letters; upgrades what is stored.

    Safe to repeat.
    """
    indexes = (*RECORD_INDEXES, *ACCESS_INDEXES, *OPERATION_INDEXES, *service.indexes)
    await migrate(service.database, indexes, (*_COLLECTIONS, *service.collections))
    topics = [*service.topics, *dead_letters_of(service.name, service.followers)]
    await ensure_topics(service.settings.kafka, topics)
    await learn_team_members(service.database, service.name)
    for upgrade in service.upgrades:
        await upgrade()


def tasks_of(service: Service, roles: Collection[Role]) -> Sequence[BackgroundTask]:
    """The background tasks of `roles`, and the watch over the event loop that they share.

    A follower that halts, and a relay that Kafka refuses, are seen in the application's `/readyz`.
    """
    tasks = [BackgroundTask(f"{service.name}.loop-lag", partial(watch_loop_lag, service.name))]
    consumers: list[Consumer] = []
    relays: list[Relay] = []
    for role in roles:
        tasks += service.background.get(role, ())
    if Role.RELAY in roles:
        relay = Relay(service.database, bootstrap_servers=service.settings.kafka, service=service.name)
        relays.append(relay)
        tasks.append(BackgroundTask(f"{service.name}.relay", relay.run))
    if Role.CONSUMERS in roles:
        consumers = _consumers(service)
        tasks += [BackgroundTask(consumer.group, consumer.run) for consumer in consumers]
    service.app.state.halted = lambda: [
        *(one.group for one in consumers if one.halted is not None),
        *(f"{service.name}.relay" for one in relays if one.refused is not None),
    ]
    return tasks


def _consumers(service: Service) -> list[Consumer]:
    settings = service.settings
    return [
        Consumer(
            follower,
            service=service.name,
            client=service.client,
            database=service.database,
            bootstrap_servers=settings.kafka,
            shares_group=settings.kafka_assignment == "group",
            instance_id=settings.kafka_instance,
        )
        for follower in service.followers
    ]
