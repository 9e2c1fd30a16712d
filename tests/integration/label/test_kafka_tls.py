"""Kafka by TLS alone: a broker with a certificate of its own, label-service, and the SDK's subscriber."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka.errors import KafkaConnectionError
from joserfc.jwk import OKPKey
from tests.integration.label.conftest import running
from tests.integration.label.workplace import Workplace
from tests.support.published import published
from tests.support.tls import Certificate, certificate_in

import labelstream
from label_service.settings import Settings
from labelstream_common.messaging.kafka import producer_of
from labelstream_common.messaging.kafka_access import KafkaAccess
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Role, Service
from labelstream_contracts import TOPICS, Payload, SampleTold
from labelstream_local.kafka import Kafka
from labelstream_local.part import Place
from labelstream_local.stack import EmbeddedStack

_TLS = """\
listener.name.tls.ssl.keystore.type=PEM
listener.name.tls.ssl.keystore.location={both}
listener.name.tls.ssl.truststore.type=PEM
listener.name.tls.ssl.truststore.location={certificate}
listener.name.tls.ssl.client.auth=requested
"""


class EncryptedKafka(Kafka):
    """With a second listener, which speaks TLS and asks clients for a certificate. Others are let in without one."""

    secured = False
    port_names = (*Kafka.port_names, "kafka-tls")  # type: ignore[assignment]  # one more than its parent has

    def __init__(self, place: Place, certificate: Certificate) -> None:
        super().__init__(place)
        self._certificate = certificate

    @property
    def encrypted(self) -> str:
        return f"127.0.0.1:{self._place.ports.get('kafka-tls')}"

    async def prepare(self) -> None:
        await super().prepare()
        both = self._certificate.certificate.with_name("both.pem")
        both.write_bytes(self._certificate.key.read_bytes() + self._certificate.certificate.read_bytes())
        plain = self._configuration.read_text()
        plain = plain.replace("listeners=BROKER:", f"listeners=TLS://{self.encrypted},BROKER:")
        plain = plain.replace("protocol.map=BROKER", "protocol.map=TLS:SSL,BROKER")
        assert plain.count(self.encrypted) == 2
        self._configuration.write_text(plain + _TLS.format(both=both, certificate=self._certificate.certificate))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kafka(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedKafka]:
    stack = EmbeddedStack(tmp_path_factory.mktemp("kafka") / "data", secured=False)
    broker = EncryptedKafka(stack.place, certificate)
    await broker.start()
    yield broker
    await broker.stop()


@pytest.fixture(scope="module")
def settings(mongodb_url: str, database_name: str, kafka: EncryptedKafka, certificate: Certificate) -> Settings:
    return Settings(
        mongodb_url=mongodb_url,
        mongodb_database=database_name,
        kafka_bootstrap_servers=kafka.encrypted,
        kafka_security_protocol="SSL",
        kafka_ca_file=str(certificate.certificate),
        kafka_certificate_file=str(certificate.certificate),
        kafka_key_file=str(certificate.key),
        kafka_assignment="direct",
        s3_endpoint="http://127.0.0.1:9",
        s3_access_key="unused",
        s3_secret_key="unused",
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(settings: Settings, signing_key: OKPKey) -> AsyncIterator[Service]:
    await ensure_topics(settings.kafka, TOPICS)
    async with running(settings, signing_key, list(Role)) as service:
        yield service
        await service.client.drop_database(service.database.name)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def publish(settings: Settings) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    producer = producer_of(settings.kafka, client_id="others")
    await producer.start()

    async def send(*payloads: Payload) -> None:
        sending = []
        for payload in payloads:
            key, value, headers = published(payload)
            partition = payload.partition if isinstance(payload, SampleTold) else None
            sending.append(await producer.send(payload.topic.name, value, key, partition=partition, headers=headers))
        await asyncio.gather(*sending)

    yield send
    await producer.stop()


async def test_a_label_goes_from_the_topics_to_a_subscriber_by_tls_alone(
    workplace: Workplace, kafka: EncryptedKafka, certificate: Certificate
) -> None:
    job = await workplace.job(2)
    await job.desk.annotate(job.ids, add=["cat"])
    found: list[str] = []
    async with asyncio.timeout(60):
        while len(found) < 2:  # the relay sends them a moment after the reply
            by_tls = labelstream.subscribe(
                kafka.encrypted, security_protocol="SSL", ca_file=str(certificate.certificate), job=job.id, finite=True
            )
            async with by_tls as changes:
                found = [one.sample_id async for one in changes if isinstance(one, labelstream.ItemChanged)]
    assert sorted(found) == job.ids


@pytest.mark.parametrize("protocol", ["SSL", "PLAINTEXT"])
async def test_who_does_not_trust_the_broker_or_speaks_no_tls_does_not_reach_it(
    kafka: EncryptedKafka, protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    access = KafkaAccess(kafka.encrypted, security_protocol="SSL" if protocol == "SSL" else "PLAINTEXT")
    stranger = producer_of(access, client_id="stranger")
    with pytest.raises(KafkaConnectionError):
        async with asyncio.timeout(30):
            await stranger.start()
    await stranger.stop()


def test_a_certificate_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    access = KafkaAccess("127.0.0.1:1", security_protocol="SSL", ca_file=str(tmp_path / "missing.pem"))
    with pytest.raises(FileNotFoundError):
        access.arguments()
