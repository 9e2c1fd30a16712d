"""The platform as real processes that a test may stop, kill and start one by one; nothing starts them again by itself.

Roles of label-service run apart, so that its relay or its consumers can die alone; `doubled` makes it two replicas.
There is no gateway process: the client looks every path up in the gateway's own table.
"""

import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from pymongo import AsyncMongoClient

from labelstream_gateway.routing import Target, target_of
from labelstream_local.child import Child, Command
from labelstream_local.part import Part
from labelstream_local.services import ServiceProcess
from labelstream_local.stack import EmbeddedStack

RELAY, CONSUMERS = "label-relay", "label-consumers"
REPLICAS = ("label-service-1", "label-service-2")
_ROLES: Mapping[str, tuple[str, str]] = {
    Target.TEAM: ("team_service", "all"),
    Target.SYNC: ("sync_service", "all"),
    Target.JOB: ("job_service", "all"),
    Target.LABEL: ("label_service", "api"),
    RELAY: ("label_service", "relay"),
    CONSUMERS: ("label_service", "consumers"),
}
_ADMIN = {"email": "admin@example.org", "password": secrets.token_urlsafe(16)}


class Platform:
    """A running platform. `processes` by name; `stack` holds MongoDB, Kafka and S3; `client` is the administrator."""

    def __init__(self, data_dir: Path) -> None:
        self.stack = EmbeddedStack(data_dir, secured=False)
        self.processes = {name: self.process(name, module, role) for name, (module, role) in _ROLES.items()}
        self._replicas: list[ServiceProcess] = []
        self.client = httpx.AsyncClient(transport=self.transport(), base_url="http://gateway", timeout=60)

    async def start(self) -> None:
        await self.stack.start()
        for process in self.processes.values():
            self.stack.place.ports.claim(process.name)
        await self._prepare()
        await asyncio.gather(*(process.start() for process in self.processes.values()))
        reply = await self.client.post("/api/v1/auth/login", json=_ADMIN)
        reply.raise_for_status()
        self.client.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"

    async def stop(self) -> None:
        await self.client.aclose()
        await asyncio.gather(*(process.stop() for process in self.processes.values()))
        await self.stack.stop()

    async def operations(self, job_id: str) -> list[dict[str, Any]]:
        """A job's operations in label-service, newest first, as they lie in its database."""
        async with AsyncMongoClient[dict[str, Any]](self.stack.mongodb.url, readConcernLevel="majority") as client:
            found = client["labelstream_label"]["operations"].find({"scope": f"job:{job_id}"}).sort("_id", -1)
            return await found.to_list()

    def transport(self) -> httpx.AsyncBaseTransport:
        """What sends each request to the process that it is for."""
        return _ByTable(self)

    async def add(self, name: str, module: str, role: str) -> ServiceProcess:
        """One process more, e.g. a second relay."""
        process = self.processes[name] = self.process(name, module, role)
        await process.start()
        return process

    @asynccontextmanager
    async def doubled(self) -> AsyncIterator[Sequence[ServiceProcess]]:
        """label-service as `labelstream up --split` runs it: two processes in every role, consumers in one group."""
        single = {name: self.processes.pop(name) for name in (Target.LABEL, RELAY, CONSUMERS)}
        await asyncio.gather(*(process.stop() for process in single.values()))
        try:
            for name in REPLICAS:
                self.processes[name] = self.process(name, "label_service", "all", assignment="group")
            self._replicas = [self.processes[name] for name in REPLICAS]
            await asyncio.gather(*(replica.start() for replica in self._replicas))
            yield self._replicas
        finally:
            await asyncio.gather(*(self.processes.pop(name).stop() for name in REPLICAS))
            self._replicas = []
            self.processes |= single
            await asyncio.gather(*(process.start() for process in single.values()))

    def port_of(self, target: Target) -> int:
        """Where a request goes. Two replicas take turns: the gateway would keep a job at one, where less goes wrong."""
        if target is Target.LABEL and self._replicas:
            self._replicas = [*self._replicas[1:], self._replicas[0]]
            return next((each for each in self._replicas if _works(each)), self._replicas[0]).port
        return self.processes[target].port

    def process(self, name: str, module: str, role: str, *, assignment: str = "direct") -> ServiceProcess:
        return ServiceProcess(self.stack.place, name, (module, role), lambda: self._environment(assignment))

    def _environment(self, assignment: str = "direct") -> Mapping[str, str]:
        team = f"http://127.0.0.1:{self.port_of(Target.TEAM)}"
        return {
            **self.stack.environment(),
            **{f"LABELSTREAM_ADMIN_{name.upper()}": value for name, value in _ADMIN.items()},
            "LABELSTREAM_KAFKA_ASSIGNMENT": assignment,
            "LABELSTREAM_JWKS_URL": f"{team}/.well-known/jwks.json",
            "LABELSTREAM_TEAM_SERVICE_URL": team,
            # Only sync-service asks it, and where there are replicas nothing makes it ask.
            "LABELSTREAM_LABEL_SERVICE_URL": f"http://127.0.0.1:{self.stack.place.ports.get(Target.LABEL.value)}",
        }

    async def _prepare(self) -> None:
        place = self.stack.place
        argv = (sys.executable, "-m", "labelstream_local.preparation")
        log = place.directory.log("preparation")
        child = await Child.spawn(Command("preparation", argv, log, place.mark, self._environment()))
        if await child.exited() != 0:
            raise child.failure()


class _ByTable(httpx.AsyncBaseTransport):
    """Sends each request to the process that the gateway's table names."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=300))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        port = self._platform.port_of(target_of(request.url.path))
        request.url = request.url.copy_with(host="127.0.0.1", port=port)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def pause(part: Part) -> None:
    """As a machine that hangs: SIGSTOP. The process has stopped when this returns."""
    os.kill(_pid(part), signal.SIGSTOP)
    process = psutil.Process(_pid(part))
    while process.status() != psutil.STATUS_STOPPED:
        time.sleep(0.001)


def resume(part: Part) -> None:
    os.kill(_pid(part), signal.SIGCONT)


@asynccontextmanager
async def paused(part: Part) -> AsyncIterator[None]:
    pause(part)
    try:
        yield
    finally:
        resume(part)


def _works(part: Part) -> bool:
    try:
        return part.pid is not None and psutil.Process(part.pid).status() != psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:  # it was killed a moment ago
        return False


def _pid(part: Part) -> int:
    assert part.pid is not None, f"{part.name} does not run"
    return part.pid
