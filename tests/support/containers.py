"""Backing services in containers through testcontainers, published where only this machine reaches them.

The images are the official ones. An engine that answers but neither has them nor can get them is as good as none.
"""

import asyncio
import functools
import ipaddress
import os
import secrets
import time
from contextlib import ExitStack

import docker
from docker.errors import DockerException
from pymongo import MongoClient
from testcontainers.community.kafka import KafkaContainer
from testcontainers.community.minio import MinioContainer
from testcontainers.core.config import ConnectionMode
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy
from tests.support.object_stores import ObjectStoreAddress

MONGODB_IMAGE = "mongo:6.0"
KAFKA_IMAGE = "confluentinc/cp-kafka:8.1.0"
MINIO_IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z"

# Containers are removed by `close`; the reaper's image would be one more to get.
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")


@functools.cache
def available(image: str) -> bool:
    """Whether an engine answers and has the image, or can get it."""
    try:
        client = docker.from_env(timeout=120)
    except DockerException:
        return False  # no engine answers
    try:
        if not client.images.list(name=image):
            client.images.pull(image)
    except DockerException:
        return False  # it is not here, and cannot be fetched
    finally:
        client.close()
    return True


class Containers:
    """Starts each container when it is first needed."""

    def __init__(self) -> None:
        self._running = ExitStack()
        self._mongodb: str | None = None
        self._kafka: str | None = None
        self._s3: ObjectStoreAddress | None = None

    @classmethod
    def possible(cls) -> bool:
        return all(available(image) for image in (MONGODB_IMAGE, KAFKA_IMAGE, MINIO_IMAGE))

    async def mongodb_url(self) -> str:
        if self._mongodb is None:
            self._mongodb = await asyncio.to_thread(self._start_mongodb)
        return self._mongodb

    async def kafka_bootstrap(self) -> str:
        if self._kafka is None:
            self._kafka = await asyncio.to_thread(self._start_kafka)
        return self._kafka

    async def object_store(self) -> ObjectStoreAddress:
        if self._s3 is None:
            self._s3 = await asyncio.to_thread(self._start_minio)
        return self._s3

    async def close(self) -> None:
        await asyncio.to_thread(self._running.close)

    def _start_mongodb(self) -> str:
        container = DockerContainer(MONGODB_IMAGE).with_command(
            "--replSet rs0 --oplogSize 512 --setParameter transactionLifetimeLimitSeconds=10"
        )
        container.waiting_for(LogMessageWaitStrategy("Waiting for connections"))
        # The set knows its member by a name that only the container can reach, hence the direct connection.
        url = f"mongodb://{self._start(container, 27017)}/?directConnection=true"
        _become_primary(url)
        return url

    def _start_kafka(self) -> str:
        container = KafkaContainer(KAFKA_IMAGE).with_kraft()
        container.with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
        container.with_env("KAFKA_HEAP_OPTS", "-Xms64m -Xmx512m")
        return self._start(container, 9093)

    def _start_minio(self) -> ObjectStoreAddress:
        key, secret = secrets.token_hex(10), secrets.token_hex(20)
        container = MinioContainer(MINIO_IMAGE, access_key=key, secret_key=secret)
        container.with_envs(MINIO_ROOT_USER=key, MINIO_ROOT_PASSWORD=secret)
        return ObjectStoreAddress(f"http://{self._start(container, 9000)}", key, secret, "minio")

    def _start(self, container: DockerContainer, port: int) -> str:
        """Start it until the test session ends; `host:port` of its port."""
        # testcontainers publishes on all interfaces unless the mapping names one, which its own type leaves out.
        container.ports = {str(port): (_interface(container), None)}  # type: ignore[dict-item]
        self._running.enter_context(container)
        return f"{_loopback(container.get_container_host_ip())}:{container.get_exposed_port(port)}"


def _interface(container: DockerContainer) -> str:
    """The one interface on which the engine must publish so that this process reaches it; all, if that is not known.

    Inside a container, as many CI runners are, testcontainers goes through the gateway of the engine's bridge.
    """
    client = container.get_docker_client()
    mode = client.get_connection_mode()
    if mode == ConnectionMode.gateway_ip:
        bridge = client.client.networks.get("bridge").attrs["IPAM"]["Config"][0]
        return str(bridge.get("Gateway") or next(ipaddress.ip_network(bridge["Subnet"]).hosts()))
    try:
        return str(ipaddress.ip_address(_loopback(client.host())))
    except ValueError:
        return ""  # a name that resolves to no address: there is nothing to listen on


def _loopback(host: str) -> str:
    # `localhost` may mean ::1 first, where nothing is published.
    return "127.0.0.1" if host == "localhost" else host


def _become_primary(url: str) -> None:
    client: MongoClient[dict[str, object]] = MongoClient(url, serverSelectionTimeoutMS=30_000)
    with client:
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": "127.0.0.1:27017"}]})
        deadline = time.monotonic() + 30
        while not client.admin.command("hello").get("isWritablePrimary"):
            if time.monotonic() > deadline:
                raise TimeoutError("MongoDB did not become the primary of its replica set within 30 s")
            time.sleep(0.05)
