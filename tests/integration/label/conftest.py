"""label-service on real MongoDB and Kafka, with followers, operations and relay at work."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx
import orjson
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from joserfc.jwk import OKPKey
from tests.integration.label.workplace import Publish, Somebody, Workplace, published

from label_service.application.lanes import MAX_ITEMS_OF_COMMIT, Lanes
from label_service.bootstrap import build
from label_service.settings import Settings
from labelstream_common.auth import AccountRole, Authenticator, Caller, PublicKeys, TokenVerifier, claims_of, sign_token
from labelstream_common.ids import new_id
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Role, Service, prepare, supervise, tasks_of
from labelstream_contracts import TOPICS, Payload, SampleTold
from labelstream_contracts.topics import MAX_MESSAGE_BYTES


@pytest.fixture(scope="session")
def signing_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": "test"})


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
    service = build(settings)
    keys = orjson.dumps({"keys": [signing_key.as_dict(private=False)]})
    service.app.state.authenticator = Authenticator(
        TokenVerifier(PublicKeys("", lambda: _given(keys)), issuer="test"), service.app.state.access
    )
    await prepare(service)
    stop = asyncio.Event()
    service.app.state.stopping = stop
    working = asyncio.create_task(supervise(tasks_of(service, roles), stop))
    try:
        yield service
    finally:
        stop.set()
        await working
        await service.close()


@pytest.fixture
def whole_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk work takes a thousand items a step, also right after somebody labeled."""
    monkeypatch.setattr(Lanes, "piece", lambda _lanes, _job_id: MAX_ITEMS_OF_COMMIT)


async def _given(document: bytes) -> bytes:
    return document


SignIn = Callable[..., Somebody]


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(service: Service, signing_key: OKPKey) -> AsyncIterator[SignIn]:
    """Makes somebody who is signed in: `somebody()`, `somebody("admin")`; with `id` the same person once more."""
    clients: list[httpx.AsyncClient] = []

    def sign_in(role: str = "member", *, at: Service | None = None, account_id: str | None = None) -> Somebody:
        caller = Caller(account_id or new_id(), AccountRole(role), "somebody@example.com")
        token = sign_token(claims_of(caller, issuer="test", issued_at=int(time.time())), signing_key, "test")
        client = _client(at or service, {"Authorization": f"Bearer {token}"})
        clients.append(client)
        return Somebody(caller.account_id, client)

    yield sign_in
    for client in clients:
        await client.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def anonymous(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Without a token."""
    async with _client(service, {}) as client:
        yield client


def _client(service: Service, headers: Mapping[str, str]) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(service.app)
    return httpx.AsyncClient(transport=transport, base_url="http://label-service/api/v1", headers=headers, timeout=60)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def publish(service: Service) -> AsyncIterator[Publish]:
    """Puts events of other services on their topics, in the order given."""
    producer = AIOKafkaProducer(
        bootstrap_servers=service.settings.kafka_bootstrap_servers, acks="all", max_request_size=MAX_MESSAGE_BYTES
    )
    await producer.start()

    async def send(*payloads: Payload) -> None:
        sending = []
        for payload in payloads:
            message = published(payload)
            sending.append(
                await producer.send(
                    payload.topic.name,
                    message.value,
                    message.key,
                    partition=payload.partition if isinstance(payload, SampleTold) else None,
                    headers=message.headers,
                )
            )
        await asyncio.gather(*sending)

    yield send
    await producer.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def workplace(somebody: SignIn, publish: Publish) -> Workplace:
    return Workplace(somebody, publish)
