"""The backing services that tests run on, found in the same order for each: an address in the environment
(`TEST_MONGODB_URL`, `TEST_KAFKA_BOOTSTRAP`, `TEST_S3_ENDPOINT` with `TEST_S3_ACCESS_KEY` and `TEST_S3_SECRET_KEY`), a
container when a Docker engine answers and has or can get the image, else a child process of the embedded stack.

`TEST_BACKING=containers` or `embedded` allows only that way for what has no address.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.support.containers import Containers
from tests.support.embedded import Embedded
from tests.support.object_stores import ObjectStoreAddress

WAYS = ("auto", "containers", "embedded")


class Way(Protocol):
    """Starts a server when it is first asked for it, and stops what it started."""

    async def mongodb_url(self) -> str: ...

    async def kafka_bootstrap(self) -> str: ...

    async def object_store(self) -> ObjectStoreAddress: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Explicit:
    """What the environment names; None where it names nothing."""

    mongodb: str | None
    kafka: str | None
    s3: ObjectStoreAddress | None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Explicit":
        return cls(environment.get("TEST_MONGODB_URL"), environment.get("TEST_KAFKA_BOOTSTRAP"), _s3(environment))


def _s3(environment: Mapping[str, str]) -> ObjectStoreAddress | None:
    endpoint = environment.get("TEST_S3_ENDPOINT")
    if endpoint is None:
        return None
    return ObjectStoreAddress(
        endpoint, environment["TEST_S3_ACCESS_KEY"], environment["TEST_S3_SECRET_KEY"], "explicit"
    )


class BackingServices:
    """The three backing services of one test session; each is started when a test first asks for it."""

    def __init__(self, explicit: Explicit, way: Way) -> None:
        self._explicit = explicit
        self._way = way

    @classmethod
    def choose(cls, data_dir: Path, environment: Mapping[str, str] | None = None) -> "BackingServices":
        """The way that the environment and this machine allow. Raises ValueError for an unknown `TEST_BACKING`."""
        environment = os.environ if environment is None else environment
        wanted = environment.get("TEST_BACKING", "auto")
        if wanted not in WAYS:
            raise ValueError(f"TEST_BACKING is {wanted!r}, expected one of {', '.join(WAYS)}")
        embedded = wanted == "embedded" or (wanted == "auto" and not Containers.possible())
        way: Way = Embedded(data_dir) if embedded else Containers()
        return cls(Explicit.read(environment), way)

    @property
    def description(self) -> str:
        """One line for the head of the test report."""
        named = [name for name in ("mongodb", "kafka", "s3") if getattr(self._explicit, name) is not None]
        given = f", by address: {', '.join(named)}" if named else ""
        return f"backing services: {type(self._way).__name__.lower()}{given}"

    async def mongodb_url(self) -> str:
        return self._explicit.mongodb or await self._way.mongodb_url()

    async def kafka_bootstrap(self) -> str:
        return self._explicit.kafka or await self._way.kafka_bootstrap()

    async def object_store(self) -> ObjectStoreAddress:
        return self._explicit.s3 or await self._way.object_store()

    async def environment(self) -> Mapping[str, str]:
        """The settings that lead a service to all three."""
        store = await self.object_store()
        return {
            "LABELSTREAM_MONGODB_URL": await self.mongodb_url(),
            "LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS": await self.kafka_bootstrap(),
            "LABELSTREAM_S3_ENDPOINT": store.endpoint,
            "LABELSTREAM_S3_ACCESS_KEY": store.access_key,
            "LABELSTREAM_S3_SECRET_KEY": store.secret_key,
        }

    async def close(self) -> None:
        await self._way.close()
