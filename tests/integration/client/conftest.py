"""A broker with the two topics that a subscriber follows, and a relay's hand to write to them."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import UTC, datetime

import msgspec
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from labelstream_contracts import topics
from labelstream_contracts.envelope import EnvelopeFrame


class Relay:
    """Publishes changes as label-service's relay does; the same change twice is a duplicate with the same id."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._frame = EnvelopeFrame.of(
            source="/labelstream/label-service",
            event_type="labeling.annotation.changed.v1",
            time=datetime.now(UTC),
        )

    async def publish(self, job: str, changes: Sequence[tuple[str, int, int]]) -> None:
        """`changes` are sample, version and seq."""
        acks = [await self._send(job, sample, version, seq) for sample, version, seq in changes]
        for ack in acks:
            await ack

    async def poison(self, job: str, sample: str) -> None:
        headers = self._frame.headers("poison", f"{job}:{sample}", 1)
        key = f"{job}:{sample}".encode()
        await self._producer.send_and_wait(topics.ANNOTATION.name, key=key, value=b"{broken", headers=headers)

    async def _send(self, job: str, sample: str, version: int, seq: int) -> Awaitable[object]:
        payload = {"job_id": job, "sample_id": sample, "version": version, "seq": seq, "path": sample}
        ack: Awaitable[object] = await self._producer.send(
            topics.ANNOTATION.name,
            key=f"{job}:{sample}".encode(),
            value=msgspec.json.encode(payload),
            headers=self._frame.headers(f"{job}:{seq}", f"{job}:{sample}", version),
        )
        return ack


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def relay(kafka_bootstrap: str) -> AsyncIterator[Relay]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    for topic in (topics.ANNOTATION, topics.LABEL):
        config = dict(topic.config)
        try:
            await admin.create_topics([NewTopic(topic.name, topic.partitions, 1, topic_configs=config)])
        except TopicAlreadyExistsError:
            continue  # an earlier test made it
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as producer:
        yield Relay(producer)


@pytest.fixture
def job() -> str:
    """A job of this test alone, so that tests may share the topic."""
    return str(uuid.uuid4())
