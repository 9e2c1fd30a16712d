"""Backing services as child processes: the embedded stack of `labelstream up`, its data in a temporary directory."""

from pathlib import Path

from tests.support.object_stores import ObjectStoreAddress, address_of

from labelstream_local.stack import EmbeddedStack


class Embedded:
    """Starts each server of one stack when it is first needed. Must be used on one event loop."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._stack: EmbeddedStack | None = None

    @property
    def stack(self) -> EmbeddedStack:
        if self._stack is None:
            self._stack = EmbeddedStack(self._data_dir, secured=False)
        return self._stack

    async def mongodb_url(self) -> str:
        await self.stack.mongodb.start()
        return self.stack.mongodb.url

    async def kafka_bootstrap(self) -> str:
        await self.stack.kafka.start()
        return self.stack.kafka.bootstrap_servers

    async def object_store(self) -> ObjectStoreAddress:
        if self.stack.credentials.s3_kind == "minio":
            await self.stack.kafka.start()
        await self.stack.s3.start()
        return address_of(self.stack)

    async def close(self) -> None:
        if self._stack is not None:
            await self._stack.stop()
