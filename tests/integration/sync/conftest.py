"""sync-service on real MongoDB and Kafka and on each object store, and stand-ins for the other services."""

from collections.abc import AsyncIterator, Callable
from secrets import token_hex
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from joserfc.jwk import OKPKey
from pydantic import SecretStr
from tests.integration.sync.exporting import LABELS
from tests.integration.sync.label_service import SECRET, LabelService
from tests.integration.sync.people import Publish, SignIn, Somebody, image, job
from tests.integration.sync.versions import NAMES, Labeling
from tests.support.object_stores import ObjectStoreAddress
from tests.support.services import at_work, signed_in
from tests.support.waiting import eventually

from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Role, Service
from labelstream_contracts import TOPICS
from sync_service.bootstrap import build
from sync_service.settings import Settings


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
        content_key="key-of-the-tests",
        secrets_key=SecretStr(Fernet.generate_key().decode()),
        private_endpoints=f"127.0.0.1,{urlsplit(every_object_store.endpoint).hostname}",
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
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    async with at_work(build(settings), list(Role), trusting=signing_key) as service:
        yield service
        await service.client.drop_database(service.database.name)


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(service: Service, signing_key: OKPKey) -> AsyncIterator[Callable[..., Somebody]]:
    """Makes somebody new who is signed in: `somebody()`, `somebody("admin")`."""
    clients: list[httpx.AsyncClient] = []

    def sign_in(role: str = "member") -> Somebody:
        account_id, client = signed_in(service, signing_key, role)
        clients.append(client)
        return Somebody(account_id, client)

    yield sign_in
    for client in clients:
        await client.aclose()


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


@pytest_asyncio.fixture(loop_scope="session")
async def published(labeling: Labeling, store: ObjectStore) -> Labeling:
    for shade, path in enumerate(LABELS):
        await store.put(labeling.bucket, path, image(shade=shade))
    await labeling.owner.synchronizes(labeling.dataset_id)
    for each in await labeling.owner.samples(labeling.dataset_id):
        labeling.ids[each["path"]] = each["id"]
    labeling.stands(9, LABELS, hard=["b.png"])
    await labeling.publishes("V1", train_ratio=0.5, seed=1)
    return labeling
