"""team-service on real MongoDB and Kafka, a mailbox, and a stand-in for what job-service tells it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from tests.integration.team.mailbox import Mailbox
from tests.integration.team.people import ADMIN_EMAIL, ADMIN_PASSWORD, SERVICE_SECRET, Platform, Publish

from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Role, Service, prepare, supervise, tasks_of
from labelstream_contracts import TOPICS, Envelope, Payload, event_id, event_source
from team_service.bootstrap import build
from team_service.settings import Settings

MakeSettings = Callable[..., Settings]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    await box.open()
    yield box
    await box.close()


@pytest.fixture(scope="module")
def make_settings(service_environment: Mapping[str, str], database_name: str, mailbox: Mailbox) -> MakeSettings:
    """Settings that lead to this module's database; keywords override."""

    def make(**overrides: object) -> Settings:
        names: dict[str, object] = {
            name.removeprefix("LABELSTREAM_").lower(): value for name, value in service_environment.items()
        }
        own = {
            "mongodb_database": database_name,
            "kafka_assignment": "direct",
            "public_url": "https://labels.example.org",
            "admin_email": ADMIN_EMAIL,
            "admin_password": ADMIN_PASSWORD,
            "smtp_host": "127.0.0.1",
            "smtp_port": mailbox.port,
            "smtp_security": "none",
            "smtp_sender": "labels@example.org",
            "service_secret": SERVICE_SECRET,
        }
        return Settings(**{**names, **own, **overrides})  # type: ignore[arg-type]

    return make


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(make_settings: MakeSettings, database_name: str, no_topics: None) -> AsyncIterator[Service]:
    """The whole service, with its followers and its relay at work."""
    service = build(make_settings())
    await ensure_topics(service.settings.kafka_bootstrap_servers, TOPICS)
    await prepare(service)
    await service.start()
    stop = asyncio.Event()
    working = asyncio.create_task(supervise(tasks_of(service, [Role.CONSUMERS, Role.RELAY]), stop))
    yield service
    stop.set()
    await working
    await service.client.drop_database(database_name)
    await service.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def platform(service: Service) -> AsyncIterator[Platform]:
    async with Platform(service) as platform:
        yield platform


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def admin(platform: Platform) -> httpx.AsyncClient:
    return await platform.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def publish(service: Service) -> AsyncIterator[Publish]:
    """Puts events of job-service on their topic, in the order given."""
    producer = AIOKafkaProducer(bootstrap_servers=service.settings.kafka_bootstrap_servers)
    await producer.start()

    async def send(*payloads: Payload) -> None:
        for payload in payloads:
            envelope = Envelope(
                id=event_id(payload.key(), payload.sequence()),
                source=event_source("job-service"),
                type=payload.event_type,
                subject=payload.subject(),
                time=datetime.now(UTC),
                sequence=payload.sequence(),
            )
            await producer.send_and_wait(
                payload.topic.name, payload.to_json(), payload.key().encode(), headers=envelope.to_headers()
            )

    yield send
    await producer.stop()
