"""job-service on real MongoDB and Kafka, and stand-ins for what the other services tell it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime

import httpx
import orjson
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from joserfc.jwk import OKPKey
from tests.integration.job.others import Publish, Somebody

from job_service.bootstrap import build
from job_service.settings import Settings
from labelstream_common.auth import (
    AccountRole,
    Authenticator,
    Caller,
    KeyLimits,
    KeyScope,
    PublicKeys,
    TokenVerifier,
    claims_of,
    sign_token,
)
from labelstream_common.ids import new_id
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Role, Service, prepare, supervise, tasks_of
from labelstream_contracts import (
    TOPICS,
    Envelope,
    Payload,
    event_id,
    event_source,
)


@pytest.fixture(scope="session")
def signing_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": "test"})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(
    service_environment: Mapping[str, str], database_name: str, signing_key: OKPKey, no_topics: None
) -> AsyncIterator[Service]:
    """The whole service, with its followers and its relay at work."""
    names = {name.removeprefix("LABELSTREAM_").lower(): value for name, value in service_environment.items()}
    settings = Settings(**names, mongodb_database=database_name, kafka_assignment="direct")  # type: ignore[arg-type]
    service = build(settings)
    keys = orjson.dumps({"keys": [signing_key.as_dict(private=False)]})
    service.app.state.authenticator = Authenticator(
        TokenVerifier(PublicKeys("", lambda: _given(keys)), issuer="test"), service.app.state.access
    )
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    await prepare(service)
    stop = asyncio.Event()
    working = asyncio.create_task(supervise(tasks_of(service, [Role.CONSUMERS, Role.RELAY]), stop))
    yield service
    stop.set()
    await working
    await service.client.drop_database(database_name)
    await service.close()


async def _given(document: bytes) -> bytes:
    return document


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(service: Service, signing_key: OKPKey) -> AsyncIterator[Callable[..., Somebody]]:
    """Makes somebody new who is signed in: `somebody()`, `somebody("admin")`."""
    clients: list[httpx.AsyncClient] = []

    def sign_in(role: str = "member", *, account: str = "", jobs: frozenset[str] | None = None) -> Somebody:
        key = None if jobs is None else KeyLimits(frozenset(KeyScope), jobs)
        caller = Caller(account or new_id(), AccountRole(role), "somebody@example.com", credential="of-a-test", key=key)
        token = sign_token(claims_of(caller, issuer="test", issued_at=int(time.time())), signing_key, "test")
        client = _client(service, {"Authorization": f"Bearer {token}"})
        clients.append(client)
        return Somebody(caller.account_id, client)

    yield sign_in
    for client in clients:
        await client.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Without a token."""
    async with _client(service, {}) as client:
        yield client


def _client(service: Service, headers: Mapping[str, str]) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(service.app)
    return httpx.AsyncClient(transport=transport, base_url="http://job-service/api/v1", headers=headers)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def publish(service: Service) -> AsyncIterator[Publish]:
    """Puts events of other services on their topics, in the order given."""
    producer = AIOKafkaProducer(bootstrap_servers=service.settings.kafka_bootstrap_servers)
    await producer.start()

    async def send(*payloads: Payload) -> None:
        for payload in payloads:
            envelope = Envelope(
                id=event_id(payload.key(), payload.sequence()),
                source=event_source("test"),
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
