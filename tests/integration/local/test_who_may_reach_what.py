"""What the embedded stack refuses: strangers, subscribers who write, and services that reach for others' data."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    AuthenticationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

from labelstream_common.messaging.kafka_access import KafkaAccess
from labelstream_common.messaging.users import administering
from labelstream_contracts import topics
from labelstream_local.child import Child, Command
from labelstream_local.credentials import SUBSCRIBER
from labelstream_local.preparation import build_all, prepare_all
from labelstream_local.stack import EmbeddedStack

SECRET = "of-the-administrator"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedStack]:
    """Prepared as `labelstream up` does it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABELSTREAM_ADMIN_PASSWORD", SECRET)
        async with EmbeddedStack(tmp_path_factory.mktemp("secured") / "data", s3_kind="rclone") as running:
            for name, value in running.environment_of_all().items():
                patch.setenv(name, value)
            services = build_all()
            try:
                await prepare_all(services)
                yield running
            finally:
                for service in services:
                    await service.close()


async def write(access: KafkaAccess, topic: str) -> None:
    producer = AIOKafkaProducer(**access.arguments(), acks="all", enable_idempotence=False, request_timeout_ms=10_000)
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"{}", key=b"key", partition=0)
    finally:
        await producer.stop()


async def test_who_does_not_sign_in_neither_reads_nor_writes(stack: EmbeddedStack) -> None:
    with pytest.raises(KafkaConnectionError):
        await write(KafkaAccess(stack.kafka.bootstrap_servers), topics.ACCOUNT.name)
    consumer = AIOKafkaConsumer(topics.ANNOTATION.name, bootstrap_servers=stack.kafka.bootstrap_servers)
    with pytest.raises(KafkaConnectionError):
        await consumer.start()
    await consumer.stop()


async def test_a_wrong_password_is_refused(stack: EmbeddedStack) -> None:
    right = stack.kafka.access(SUBSCRIBER)
    wrong = KafkaAccess(
        right.bootstrap_servers, right.security_protocol, right.sasl_mechanism, right.username, "something else"
    )
    with pytest.raises((AuthenticationFailedError, KafkaConnectionError)):
        await write(wrong, topics.ANNOTATION.name)


async def test_a_subscriber_reads(stack: EmbeddedStack) -> None:
    await write(stack.kafka.access("label-service"), topics.ANNOTATION.name)
    consumer = AIOKafkaConsumer(
        topics.ANNOTATION.name,
        **stack.kafka.access(SUBSCRIBER).arguments(),
        group_id="training",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with consumer:
        message = await asyncio.wait_for(consumer.getone(), 30)
        assert message.value == b"{}"
        await consumer.commit({TopicPartition(message.topic, message.partition): message.offset + 1})


@pytest.mark.parametrize("topic", [topics.ANNOTATION, topics.ACCOUNT, topics.STORAGE_OBJECT], ids=lambda one: one.name)
async def test_a_subscriber_writes_nothing(stack: EmbeddedStack, topic: topics.TopicSpec) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await write(stack.kafka.access(SUBSCRIBER), topic.name)


async def test_a_subscriber_makes_no_topics(stack: EmbeddedStack) -> None:
    async with administering(stack.kafka.access(SUBSCRIBER)) as admin:
        assert isinstance(admin, AIOKafkaAdminClient)
        reply = await admin.create_topics([NewTopic("labeling.mine.v1", 1, 1)])
    assert reply.topic_errors[0][1] == TopicAuthorizationFailedError.errno


async def test_a_subscriber_joins_no_group_of_a_service(stack: EmbeddedStack) -> None:
    consumer = AIOKafkaConsumer(
        topics.JOB.name, **stack.kafka.access(SUBSCRIBER).arguments(), group_id="label-service.job-follower"
    )
    with pytest.raises(GroupAuthorizationFailedError):
        await asyncio.wait_for(_started(consumer), 30)
    await consumer.stop()


async def _started(consumer: AIOKafkaConsumer) -> None:
    await consumer.start()
    await consumer.getone()


@pytest.mark.parametrize("service", ["job-service", "label-service", "sync-service", "team-service"])
async def test_only_team_service_writes_accounts_and_members(stack: EmbeddedStack, service: str) -> None:
    for topic in (topics.ACCOUNT, topics.MEMBER):
        if service == "team-service":
            await write(stack.kafka.access(service), topic.name)
        else:
            with pytest.raises(TopicAuthorizationFailedError):
                await write(stack.kafka.access(service), topic.name)


async def test_a_service_reads_and_writes_its_own_database_only(stack: EmbeddedStack) -> None:
    url = stack.environment("job-service")["LABELSTREAM_MONGODB_URL"]
    async with AsyncMongoClient[dict[str, object]](url) as client:
        await client["labelstream_job"]["notes"].insert_one({})
        for name in ("labelstream_label", "labelstream_team", "admin"):
            with pytest.raises(OperationFailure, match="not authorized"):
                await client[name]["changes"].find_one()
            with pytest.raises(OperationFailure, match="not authorized"):
                await client[name]["changes"].insert_one({})


async def test_servers_do_not_know_the_administrators_password(stack: EmbeddedStack) -> None:
    for server in stack.servers:
        assert server.pid is not None
        assert SECRET not in psutil.Process(server.pid).environ().values()
        assert not any(SECRET in argument for argument in psutil.Process(server.pid).cmdline())


async def test_no_password_stands_in_an_argument_list(stack: EmbeddedStack) -> None:
    secrets = stack.credentials
    hidden = [secrets.kafka_password, secrets.mongodb_password, secrets.s3_secret_key, secrets.user_seed]
    for server in stack.servers:
        assert server.pid is not None
        line = " ".join(psutil.Process(server.pid).cmdline())
        assert not any(password in line for password in hidden)


async def test_data_of_an_open_kafka_is_kept_when_it_begins_to_ask(tmp_path: Path) -> None:
    async with EmbeddedStack(tmp_path, s3_kind="rclone", secured=False) as stack:
        async with administering(stack.kafka.access()) as admin:
            await admin.create_topics([NewTopic("kept", 1, 1)])
        await write(stack.kafka.access(), "kept")
    async with EmbeddedStack(tmp_path) as stack:
        consumer = AIOKafkaConsumer("kept", **stack.kafka.access().arguments(), auto_offset_reset="earliest")
        async with consumer:
            assert (await asyncio.wait_for(consumer.getone(), 30)).value == b"{}"


async def test_a_child_is_given_no_password_that_is_not_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELSTREAM_ADMIN_PASSWORD", SECRET)
    log = tmp_path / "env.log"
    child = await Child.spawn(Command("env", ("env",), log, mark="m"))
    assert await child.exited() == 0
    assert SECRET not in log.read_text()
