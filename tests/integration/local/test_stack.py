"""The embedded stack: real servers, stopped, killed and moved, with nothing lost."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio
from minio import Minio
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

from labelstream_common.messaging.topic_admin import ensure_topics, partition_counts
from labelstream_contracts.topics import JOB
from labelstream_local import credentials
from labelstream_local.credentials import Credentials
from labelstream_local.directory import DataDirectory
from labelstream_local.stack import EmbeddedStack


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedStack]:
    async with EmbeddedStack(tmp_path_factory.mktemp("stack") / "data", s3_kind="rclone") as running:
        yield running


async def stored(stack: EmbeddedStack) -> int:
    """Count the notes after writing one more, with all guarantees."""
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(stack.mongodb.url, w="majority")
    try:
        await client.notes.notes.insert_one({})
        return await client.notes.notes.count_documents({})
    finally:
        await client.close()


async def test_mongodb_is_a_replica_set_that_asks_for_a_password(stack: EmbeddedStack) -> None:
    assert "replicaSet=rs0" in stack.mongodb.url
    await stored(stack)
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient("127.0.0.1", stack.mongodb.port)
    with pytest.raises(OperationFailure, match="requires authentication"):
        await client.notes.notes.find_one()
    await client.close()


async def test_mongodb_killed_and_started_has_what_it_had(stack: EmbeddedStack) -> None:
    before, port, pid = await stored(stack), stack.mongodb.port, stack.mongodb.pid
    await stack.mongodb.kill()
    assert stack.mongodb.pid is None
    await stack.mongodb.start()
    assert (await stored(stack), stack.mongodb.port) == (before + 1, port)
    assert stack.mongodb.pid != pid


async def test_mongodb_whose_port_was_taken_moves_with_its_data(stack: EmbeddedStack) -> None:
    before, port = await stored(stack), stack.mongodb.port
    await stack.mongodb.stop()
    stranger = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
    async with stranger:
        await stack.mongodb.start()
    assert stack.mongodb.port != port
    assert await stored(stack) == before + 1


async def test_kafka_down_and_up_again_keeps_topics_and_address(stack: EmbeddedStack) -> None:
    address, access = stack.kafka.bootstrap_servers, stack.kafka.access()
    await ensure_topics(access, [JOB])
    await stack.kafka.stop()
    assert not stack.kafka.running
    await stack.kafka.start()
    assert stack.kafka.bootstrap_servers == address
    assert await partition_counts(access, [JOB.name]) == {JOB.name: JOB.partitions}


async def test_kafka_starts_though_its_id_begins_with_a_dash(tmp_path: Path) -> None:
    made = Credentials.generate(s3_kind="rclone")
    credentials.save(DataDirectory.at(tmp_path), replace(made, kafka_cluster_id=f"-{made.kafka_cluster_id[1:]}"))
    stack = EmbeddedStack(tmp_path, s3_kind="rclone")
    try:
        await stack.kafka.start()
        assert stack.kafka.running
    finally:
        await stack.stop()


async def test_kafka_killed_starts_again(stack: EmbeddedStack) -> None:
    await ensure_topics(stack.kafka.access(), [JOB])
    await stack.kafka.kill()
    await stack.kafka.restart()
    assert JOB.name in await partition_counts(stack.kafka.access(), [JOB.name])


async def test_s3_wants_its_keys_and_keeps_objects(stack: EmbeddedStack) -> None:
    def put_and_list() -> list[str | None]:
        client = Minio(
            stack.s3.endpoint.removeprefix("http://"),
            stack.s3.access_key,
            stack.s3.secret_key,
            secure=False,
            region="us-east-1",
        )
        if not client.bucket_exists("images"):
            client.make_bucket("images")
        client.put_object("images", "a/b.png", io.BytesIO(b"png"), 3)
        return [found.object_name for found in client.list_objects("images", recursive=True)]

    assert await asyncio.to_thread(put_and_list) == ["a/b.png"]
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(f"{stack.s3.endpoint}/images/a/b.png")).status_code in (400, 403)
    await stack.s3.kill()
    await stack.s3.start()
    assert await asyncio.to_thread(put_and_list) == ["a/b.png"]


async def test_everything_listens_on_loopback_only(stack: EmbeddedStack) -> None:
    for server in stack.servers:
        listening = [at for at in psutil.Process(server.pid).net_connections("tcp") if at.status == psutil.CONN_LISTEN]
        assert listening
        assert {at.laddr.ip.removeprefix("::ffff:") for at in listening} == {"127.0.0.1"}


async def test_a_second_stack_on_the_same_data_has_the_same_secrets(stack: EmbeddedStack, tmp_path: Path) -> None:
    assert EmbeddedStack(stack.directory.root).credentials == stack.credentials
    assert EmbeddedStack(tmp_path).credentials.mongodb_password != stack.credentials.mongodb_password
