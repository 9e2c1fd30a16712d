"""The three backing services of one data directory, as child processes: what `labelstream up` and the tests run on."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from labelstream_gateway.routing import SERVICES, Target
from labelstream_local import credentials as secrets
from labelstream_local.credentials import OBJECT_STORE, Credentials
from labelstream_local.directory import DataDirectory
from labelstream_local.kafka import Kafka
from labelstream_local.mongodb import MongoDB
from labelstream_local.part import Part, Place
from labelstream_local.ports import Ports
from labelstream_local.s3 import NOTIFICATION_TARGET, Minio, ObjectStore, Rclone, preferred_kind


class EmbeddedStack:
    """MongoDB, Kafka and an S3 store with data under one directory.

    `async with EmbeddedStack(path) as stack:` starts and stops all three; a second start keeps all data. Each part has
    `start`, `stop`, `kill`, `restart` and `pid` of its own, and keeps its address while its port stays free. Kafka that
    is not `secured` asks nobody who they are, as the containers of the tests do not.
    """

    def __init__(self, data_dir: Path | str, *, s3_kind: str | None = None, secured: bool = True) -> None:
        self.directory = DataDirectory.at(Path(data_dir))
        self.directory.create()
        self.credentials = secrets.load(self.directory) or self._first_credentials(s3_kind)
        self.place = Place(self.directory, Ports(self.directory), self.credentials)
        self.mongodb = MongoDB(self.place)
        self.kafka = Kafka(self.place)
        self.kafka.secured = secured
        self.s3 = self._object_store()

    def _first_credentials(self, s3_kind: str | None) -> Credentials:
        fresh = Credentials.generate(s3_kind=s3_kind or preferred_kind())
        secrets.save(self.directory, fresh)
        return fresh

    def _object_store(self) -> ObjectStore:
        if self.credentials.s3_kind == "minio":
            return Minio(self.place, lambda: self.kafka.access(OBJECT_STORE))
        return Rclone(self.place)

    @property
    def servers(self) -> tuple[Part, ...]:
        return (self.mongodb, self.kafka, self.s3)

    async def start(self, started: Callable[[Part], None] = lambda _: None) -> None:
        """Start what does not run and wait until all take requests. When one fails, all are stopped. Raises StartError.

        MinIO asks Kafka for its topic when it starts, so it starts after it.
        """

        async def one(server: Part) -> None:
            await server.start()
            started(server)

        tasks = [asyncio.create_task(one(server)) for server in (self.mongodb, self.kafka)]
        try:
            if isinstance(self.s3, Minio):
                await tasks[1]
            await one(self.s3)
            await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.stop()
            raise

    async def stop(self) -> None:
        await asyncio.gather(*(server.stop() for server in self.servers))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def environment(self, service: str | None = None) -> Mapping[str, str]:
        """The settings that lead a service to this stack, as its own user; without one, as the administrator."""
        notifications = {
            "LABELSTREAM_STORAGE_NOTIFICATIONS": "true",
            "LABELSTREAM_STORAGE_NOTIFICATION_TARGET": NOTIFICATION_TARGET,
        }
        return {
            **self._sign_in("LABELSTREAM_", service),
            "LABELSTREAM_OWN_STORE_GRANTED_TO": "members",
            **self._secrets_key(service),
            "LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
            "LABELSTREAM_KAFKA_SECURITY_PROTOCOL": self.kafka.access().security_protocol,
            "LABELSTREAM_S3_ENDPOINT": self.s3.endpoint,
            "LABELSTREAM_S3_ACCESS_KEY": self.s3.access_key,
            "LABELSTREAM_S3_SECRET_KEY": self.s3.secret_key,
            **(notifications if isinstance(self.s3, Minio) else {}),
            **self._service_secret(service),
            **self._content_key(service),
        }

    def _content_key(self, service: str | None) -> Mapping[str, str]:
        """The key of the tickets that label-service gives and sync-service takes."""
        if service not in {None, Target.LABEL.value, Target.SYNC.value}:
            return {}
        return {"LABELSTREAM_CONTENT_KEY": self.place.credentials.password_of("content", "tickets")}

    def _service_secret(self, service: str | None) -> Mapping[str, str]:
        """What sync-service signs in with: only it and team-service know it."""
        if service not in (None, Target.SYNC.value, Target.TEAM.value):
            return {}
        return {"LABELSTREAM_SERVICE_SECRET": self.place.credentials.password_of("service", Target.SYNC.value)}

    def environment_of_all(self) -> Mapping[str, str]:
        """The settings for a process that holds all services, each with a user of its own: see preparation.py."""
        own: dict[str, str] = {}
        for target in SERVICES:
            own |= self._sign_in(prefix_of(target.value), target.value)
        return {**self.environment(), **own}

    def _secrets_key(self, service: str | None) -> Mapping[str, str]:
        """What sources' secrets are encrypted with, for the one service that keeps them."""
        if service not in {None, "sync-service"}:
            return {}
        return {"LABELSTREAM_SECRETS_KEY": self.place.credentials.source_secrets_key}

    def _sign_in(self, prefix: str, user: str | None) -> Mapping[str, str]:
        url = self.place.credentials.mongodb_url(self.mongodb.port, user)
        kafka = self.kafka.access(user)
        if kafka.username is None or kafka.password is None:
            return {f"{prefix}MONGODB_URL": url}
        return {
            f"{prefix}MONGODB_URL": url,
            f"{prefix}KAFKA_SASL_MECHANISM": kafka.sasl_mechanism,
            f"{prefix}KAFKA_USERNAME": kafka.username,
            f"{prefix}KAFKA_PASSWORD": kafka.password,
        }


def prefix_of(service: str) -> str:
    """What the settings begin with that are for one service of a process that holds several."""
    return f"LABELSTREAM_{service.replace('-', '_').upper()}_"
