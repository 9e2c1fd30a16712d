"""What the integration tests of all services share. Each service's conftest gives its `service`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from joserfc.jwk import OKPKey
from tests.support.published import published
from tests.support.services import client_of

from labelstream_common.runtime import Service
from labelstream_contracts import Payload, SampleTold
from labelstream_contracts.topics import MAX_MESSAGE_BYTES


@pytest.fixture(scope="session")
def signing_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": "test"})


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Without a token."""
    async with client_of(service) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def publish(service: Service) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Puts events of other services on their topics, in the order given."""
    servers = service.settings.kafka_bootstrap_servers
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", max_request_size=MAX_MESSAGE_BYTES)
    await producer.start()

    async def send(*payloads: Payload) -> None:
        sending = []
        for payload in payloads:
            key, value, headers = published(payload)
            partition = payload.partition if isinstance(payload, SampleTold) else None
            topic = payload.topic.name
            sending.append(await producer.send(topic, value, key, partition=partition, headers=headers))
        await asyncio.gather(*sending)

    yield send
    await producer.stop()
