"""The backing services are the real ones, and each of the three ways gives the same."""

import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from minio import Minio
from pymongo import AsyncMongoClient
from tests.support.backing import BackingServices
from tests.support.embedded import Embedded
from tests.support.object_stores import ObjectStoreAddress
from tests.support.topics import delete_all_topics, read_whole

from labelstream_contracts import Envelope, TopicSpec
from labelstream_contracts.topics import ACCOUNT


async def test_mongodb_is_a_replica_set_with_transactions(mongodb_url: str, database_name: str) -> None:
    async with AsyncMongoClient[dict[str, object]](mongodb_url) as client:
        hello = await client.admin.command("hello")
        assert hello["setName"]
        assert hello["isWritablePrimary"]
        async with client.start_session() as session, await session.start_transaction():
            await client[database_name].things.insert_one({"_id": 1}, session=session)
        assert await client[database_name].things.count_documents({}) == 1
        await client.drop_database(database_name)


async def test_a_topic_is_read_whole_and_deleted(
    kafka_bootstrap: str, own_topic: Callable[[TopicSpec], TopicSpec], account_created: tuple[Envelope, bytes]
) -> None:
    topic = own_topic(ACCOUNT)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic.name, topic.partitions, 1, topic_configs=dict(topic.config))])
    envelope, value = account_created
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, acks="all", enable_idempotence=True) as producer:
        for key in ("a", "b", "c", "a"):
            await producer.send_and_wait(topic.name, value, key=key.encode(), headers=envelope.to_headers())
        await producer.send_and_wait(topic.name, None, key=b"a", headers=envelope.to_headers())

    messages = await read_whole(kafka_bootstrap, [topic.name])

    assert sorted(message.key for message in messages) == ["a", "a", "a", "b", "c"]
    assert [message.payload is None for message in messages if message.key == "a"] == [False, False, True]
    await delete_all_topics(kafka_bootstrap)
    assert topic.name not in await admin.list_topics()
    await admin.close()


def test_object_store_keeps_objects(every_object_store: ObjectStoreAddress) -> None:
    with urllib3.PoolManager() as connections:
        client = Minio(
            urlsplit(every_object_store.endpoint).netloc,
            every_object_store.access_key,
            every_object_store.secret_key,
            secure=False,
            http_client=connections,
        )
        client.make_bucket("kept")
        client.put_object("kept", "a/b.txt", io.BytesIO(b"hello"), 5)
        assert [entry.object_name for entry in client.list_objects("kept", recursive=True)] == ["a/b.txt"]


async def test_an_address_in_the_environment_comes_first(tmp_path: Path) -> None:
    environment = {
        "TEST_MONGODB_URL": "mongodb://example.invalid",
        "TEST_KAFKA_BOOTSTRAP": "example.invalid:9092",
        "TEST_S3_ENDPOINT": "http://example.invalid",
        "TEST_S3_ACCESS_KEY": "a",
        "TEST_S3_SECRET_KEY": "b",
    }
    services = BackingServices.choose(tmp_path, environment)
    assert await services.environment() == {
        "LABELSTREAM_MONGODB_URL": "mongodb://example.invalid",
        "LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS": "example.invalid:9092",
        "LABELSTREAM_S3_ENDPOINT": "http://example.invalid",
        "LABELSTREAM_S3_ACCESS_KEY": "a",
        "LABELSTREAM_S3_SECRET_KEY": "b",
    }


async def test_embedded_data_outlives_a_killed_server(tmp_path: Path) -> None:
    embedded = Embedded(tmp_path)
    async with AsyncMongoClient[dict[str, object]](await embedded.mongodb_url()) as client:
        await client.kept.things.insert_one({"_id": 1})
    await embedded.stack.mongodb.kill()
    async with AsyncMongoClient[dict[str, object]](await embedded.mongodb_url()) as client:
        assert await client.kept.things.count_documents({}) == 1
    await embedded.close()


def test_an_unknown_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="podman"):
        BackingServices.choose(tmp_path, {"TEST_BACKING": "podman"})
