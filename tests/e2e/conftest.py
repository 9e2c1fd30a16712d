"""One whole platform for the tests of its public doors, started as a person starts it: `labelstream up`.

Parametrized over one process and, for the main path, one process per service behind nginx (`--split`).
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from labelstream import AsyncClient
from labelstream.profiles import BrokerArguments
from labelstream_local.ports import choose

EMAIL, PASSWORD = "e2e@example.org", "correct horse battery staple"
_READY = 180.0


@dataclass(frozen=True)
class Door:
    """The public doors of a running platform: HTTP, Kafka, the bucket; and the command line's surroundings."""

    data_dir: Path
    status: Mapping[str, Any]
    environment: Mapping[str, str]
    source_port: int = 0
    """Where an object store beside the platform's own may listen: sources may have this private address."""

    @property
    def url(self) -> str:
        return str(self.status["gateway"]["url"])

    @property
    def kafka(self) -> BrokerArguments:
        """Where Kafka is and how a subscriber signs in, as `subscribe` takes it."""
        found: BrokerArguments = self.status["kafka"]
        return found

    def client(self) -> AsyncClient:
        return AsyncClient(self.url, email=EMAIL, password=PASSWORD, timeout=60)

    async def command(
        self, *arguments: str, stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Run `labelstream …` and give its exit code, stdout and stderr."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "labelstream",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**self.environment, **(environment or {})},
        )
        async with asyncio.timeout(_READY):
            out, err = await process.communicate(None if stdin is None else stdin.encode())
        return process.returncode or 0, out.decode(), err.decode()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    """All services in one process."""
    async with platform_up(tmp_path_factory.mktemp("e2e")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[(), ("--split",)], ids=["one process", "split"])
async def either_door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, door: Door
) -> AsyncIterator[Door]:
    """The platform in one process, and then once more with a process for each service."""
    if not request.param:
        yield door
        return
    async with platform_up(tmp_path_factory.mktemp("e2e-split"), *request.param) as running:
        yield running


@asynccontextmanager
async def platform_up(folder: Path, *arguments: str) -> AsyncIterator[Door]:
    data_dir, log = folder / "data", folder / "up.log"
    port, source_port = choose(), choose()
    environment = {
        **os.environ,
        "LABELSTREAM_PRIVATE_ENDPOINTS": f"127.0.0.1:{source_port},localhost:{source_port}",
        "LABELSTREAM_UPLOAD_ORIGINS": f"http://127.0.0.1:{source_port}",
        "LABELSTREAM_ADMIN_EMAIL": EMAIL,
        "LABELSTREAM_ADMIN_PASSWORD": PASSWORD,
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    up = ("up", "--data-dir", str(data_dir), "--port", str(port), *arguments)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "labelstream", *up, stdout=output, stderr=output, env=environment
        )
    try:
        await _ready(f"http://127.0.0.1:{port}", process, log)
        closed = Door(data_dir, {}, environment)
        code, out, err = await closed.command("status", "--json", "--data-dir", str(data_dir))
        assert code == 0, err
        yield Door(data_dir, json.loads(out), environment, source_port)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.wait(), 60)


async def _ready(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(_READY), httpx.AsyncClient(timeout=5) as http:
        while True:
            assert process.returncode is None, f"`labelstream up` ended: {_words(log)}"
            try:
                if (await http.get(f"{url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # it does not listen yet
            await asyncio.sleep(0.2)


def _words(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
