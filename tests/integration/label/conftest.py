"""label-service on real MongoDB and Kafka, with followers, operations and relay at work."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey
from tests.integration.label.workplace import Publish, Somebody, Workplace
from tests.support.services import at_work, signed_in

from label_service.application.lanes import MAX_ITEMS_OF_COMMIT, Lanes
from label_service.bootstrap import build
from label_service.settings import Settings
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Role, Service
from labelstream_contracts import TOPICS


@pytest.fixture(scope="module")
def settings(mongodb_url: str, kafka_bootstrap: str, database_name: str) -> Settings:
    return Settings(
        mongodb_url=mongodb_url,
        mongodb_database=database_name,
        kafka_bootstrap_servers=kafka_bootstrap,
        kafka_assignment="direct",
        s3_endpoint="http://127.0.0.1:9",  # label-service never asks the object store
        s3_access_key="unused",
        s3_secret_key="unused",
        content_key="key-of-the-tests",
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(settings: Settings, signing_key: OKPKey, no_topics: None) -> AsyncIterator[Service]:
    """The whole service."""
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    async with running(settings, signing_key, list(Role)) as service:
        yield service
        await service.client.drop_database(service.database.name)


@asynccontextmanager
async def running(settings: Settings, signing_key: OKPKey, roles: list[Role]) -> AsyncIterator[Service]:
    """A process's worth of the service, in these roles."""
    async with at_work(build(settings), roles, trusting=signing_key) as service:
        yield service


@pytest.fixture
def whole_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk work takes a thousand items a step, also right after somebody labeled."""
    monkeypatch.setattr(Lanes, "piece", lambda _lanes, _job_id: MAX_ITEMS_OF_COMMIT)


SignIn = Callable[..., Somebody]


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(service: Service, signing_key: OKPKey) -> AsyncIterator[SignIn]:
    """Makes somebody who is signed in: `somebody()`, `somebody("admin")`; with `id` the same person once more."""
    clients: list[httpx.AsyncClient] = []

    def sign_in(role: str = "member", *, at: Service | None = None, account_id: str | None = None) -> Somebody:
        account_id, client = signed_in(at or service, signing_key, role, account_id)
        clients.append(client)
        return Somebody(account_id, client)

    yield sign_in
    for client in clients:
        await client.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def workplace(somebody: SignIn, publish: Publish) -> Workplace:
    return Workplace(somebody, publish)
