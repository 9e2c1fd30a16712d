"""sync-service on real MongoDB and Kafka and on each object store, and stand-ins for the other services."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from secrets import token_hex

import httpx
import orjson
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from cryptography.fernet import Fernet
from joserfc.jwk import OKPKey
from pydantic import SecretStr
from tests.integration.sync.label_service import SECRET, LabelService
from tests.integration.sync.people import Publish, SignIn, Somebody, image, job
from tests.integration.sync.versions import NAMES, Labeling
from tests.support.object_stores import ObjectStoreAddress
from tests.support.waiting import eventually

from labelstream_common.auth import AccountRole, Authenticator, Caller, PublicKeys, TokenVerifier, claims_of, sign_token
from labelstream_common.ids import new_id
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Role, Service, prepare, supervise, tasks_of
from labelstream_contracts import TOPICS, Envelope, Payload, event_id, event_source
from sync_service.bootstrap import build
from sync_service.settings import Settings


@pytest.fixture(scope="session")
def signing_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": "test"})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def label_service() -> AsyncIterator[LabelService]:
    async for serving in LabelService().serve():
        yield serving


@pytest.fixture(scope="module")
def settings(
    mongodb_url: str, kafka_bootstrap: str, every_object_store: ObjectStoreAddress, label_service: LabelService
) -> Settings:
    return Settings(
        mongodb_url=mongodb_url,
        mongodb_database=f"test_sync_{token_hex(4)}",
        kafka_bootstrap_servers=kafka_bootstrap,
        kafka_assignment="direct",
        s3_endpoint=every_object_store.endpoint,
        s3_access_key=every_object_store.access_key,
        s3_secret_key=every_object_store.secret_key,
        own_store_granted_to="members",
        secrets_key=SecretStr(Fernet.generate_key().decode()),
        private_endpoints="127.0.0.1",
        auto_sync_seconds=1.0,
        max_image_bytes=2_000_000,
        max_image_pixels=4_000_000,
        thumbnail_bucket=f"thumbnails-{token_hex(4)}",
        example_bucket=f"examples-{token_hex(4)}",
        service_secret=SECRET,
        team_service_url=label_service.url,
        label_service_url=label_service.url,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(settings: Settings, signing_key: OKPKey, no_topics: None) -> AsyncIterator[Service]:
    """The whole service, with its operations, its followers and its relay at work."""
    service = build(settings)
    keys = orjson.dumps({"keys": [signing_key.as_dict(private=False)]})
    service.app.state.authenticator = Authenticator(
        TokenVerifier(PublicKeys("", lambda: _given(keys)), issuer="test"), service.app.state.access
    )
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    await prepare(service)
    stop = asyncio.Event()
    working = asyncio.create_task(supervise(tasks_of(service, list(Role)), stop))
    yield service
    stop.set()
    await working
    await service.client.drop_database(service.database.name)
    await service.close()


async def _given(document: bytes) -> bytes:
    return document


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(service: Service, signing_key: OKPKey) -> AsyncIterator[Callable[..., Somebody]]:
    """Makes somebody new who is signed in: `somebody()`, `somebody("admin")`."""
    clients: list[httpx.AsyncClient] = []

    def sign_in(role: str = "member") -> Somebody:
        caller = Caller(new_id(), AccountRole(role), "somebody@example.com")
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
    return httpx.AsyncClient(transport=transport, base_url="http://sync-service/api/v1", headers=headers)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def store(every_object_store: ObjectStoreAddress) -> AsyncIterator[ObjectStore]:
    address = every_object_store
    store = ObjectStore(address.endpoint, address.access_key, address.secret_key)
    yield store
    store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bucket(store: ObjectStore) -> str:
    """An empty bucket of this test alone."""
    name = f"test-{token_hex(4)}"
    await store.ensure_bucket(name)
    return name


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


@pytest_asyncio.fixture(loop_scope="session")
async def labeling(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish, label_service: LabelService
) -> Labeling:
    owner = somebody()
    for name in NAMES:
        await store.put(bucket, name, image())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    opened = job(dataset_id, owner.id)
    await publish(opened)
    ids = {each["path"]: each["id"] for each in await owner.samples(dataset_id)}
    found = Labeling(owner, dataset_id, opened, bucket, ids, label_service, store)
    found.stands(
        5, {"a.png": ["cat"], "b.png": ["dog", "cat"], "c/d.png": [], "é.png": ["猫"], "z.png": []}, hard=["b.png"]
    )

    async def arrived() -> None:
        answer = await owner.http.post(found.url, json={"name": "", "job_id": opened.job_id})
        assert answer.status_code == 422, answer.text

    await eventually(arrived)
    return found
