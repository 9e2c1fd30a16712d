"""team-service on real MongoDB and Kafka, a mailbox, and a stand-in for what job-service tells it."""

from collections.abc import AsyncIterator, Callable, Mapping

import httpx
import pytest
import pytest_asyncio
from tests.integration.team.mailbox import Mailbox
from tests.integration.team.people import ADMIN_EMAIL, ADMIN_PASSWORD, SERVICE_SECRET, Platform
from tests.support.services import at_work

from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Role, Service
from labelstream_contracts import TOPICS
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
    async with at_work(service, [Role.CONSUMERS, Role.RELAY]):
        await service.start()
        yield service
        await service.client.drop_database(database_name)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def platform(service: Service) -> AsyncIterator[Platform]:
    async with Platform(service) as platform:
        yield platform


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def admin(platform: Platform) -> httpx.AsyncClient:
    return await platform.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD)
