"""job-service on real MongoDB and Kafka, and stand-ins for what the other services tell it."""

from collections.abc import AsyncIterator, Callable, Mapping

import httpx
import pytest_asyncio
from joserfc.jwk import OKPKey
from tests.integration.job.others import Somebody
from tests.support.services import at_work, signed_in

from job_service.bootstrap import build
from job_service.settings import Settings
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Role, Service
from labelstream_contracts import (
    TOPICS,
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(
    service_environment: Mapping[str, str], database_name: str, signing_key: OKPKey, no_topics: None
) -> AsyncIterator[Service]:
    """The whole service, with its followers and its relay at work."""
    names = {name.removeprefix("LABELSTREAM_").lower(): value for name, value in service_environment.items()}
    settings = Settings(**names, mongodb_database=database_name, kafka_assignment="direct")  # type: ignore[arg-type]
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    async with at_work(build(settings), [Role.CONSUMERS, Role.RELAY], trusting=signing_key) as service:
        yield service
        await service.client.drop_database(database_name)


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(service: Service, signing_key: OKPKey) -> AsyncIterator[Callable[..., Somebody]]:
    """Makes somebody new who is signed in: `somebody()`, `somebody("admin")`."""
    clients: list[httpx.AsyncClient] = []

    def sign_in(role: str = "member", *, account: str = "", jobs: frozenset[str] | None = None) -> Somebody:
        account_id, client = signed_in(service, signing_key, role, account or None, jobs=jobs)
        clients.append(client)
        return Somebody(account_id, client)

    yield sign_in
    for client in clients:
        await client.aclose()
