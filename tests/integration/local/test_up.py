"""`labelstream up` as a person meets it: a process in a terminal."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import pytest_asyncio
from tests.support.waiting import eventually

from labelstream_local import credentials, orphans, ports
from labelstream_local.directory import DataDirectory

_READY = 120.0


class Terminal:
    """Runs `labelstream` with one data directory."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self.up: asyncio.subprocess.Process | None = None

    async def run(self, *arguments: str) -> tuple[int, str]:
        process = await self._start(*arguments)
        output, _ = await asyncio.wait_for(process.communicate(), _READY)
        return process.returncode or 0, output.decode()

    async def start(self, *arguments: str) -> str:
        """`up` until it says that it is ready: everything it printed. It must not end before."""
        self.up = await self._start("up", "--port", str(self.port), *arguments)
        assert self.up.stdout is not None
        printed = ""
        async with asyncio.timeout(_READY):
            while "Ctrl-C stops it" not in printed:
                line = await self.up.stdout.readline()
                assert line, f"it ended: {printed}"
                printed += line.decode()
        return printed

    async def stop(self, number: int = signal.SIGINT) -> int:
        assert self.up is not None
        if self.up.returncode is None:
            self.up.send_signal(number)
        await asyncio.wait_for(self.up.communicate(), 60)
        return self.up.returncode or 0

    async def status(self) -> dict[str, Any]:
        code, text = await self.run("status", "--json")
        assert code == 0, text
        status: dict[str, Any] = json.loads(text)
        return status

    async def pids(self) -> dict[str, int | None]:
        return {process["name"]: process["pid"] for process in (await self.status())["processes"]}

    def left_over(self) -> list[psutil.Process]:
        directory = DataDirectory.at(self.data)
        kept = credentials.load(directory)
        return orphans.find(kept.mark(directory)) if kept else []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _start(self, command: str, *arguments: str) -> asyncio.subprocess.Process:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LABELSTREAM_ADMIN")}
        return await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "labelstream"),
            *(command, "--data-dir", str(self.data), *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    made = Terminal(tmp_path_factory.mktemp("up") / "data", ports.choose())
    yield made
    if made.up is not None and made.up.returncode is None:
        made.up.kill()
        await made.up.wait()
    orphans.end(made.left_over())


async def signed_in(url: str, printed: str) -> httpx.Response:
    found = re.search(r"Administrator\s+(\S+), password (\S+) ", printed)
    assert found, printed
    body = {"email": found[1], "password": found[2]}
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        return await client.post("/api/v1/auth/login", json=body)


async def ready(url: str) -> None:
    async with httpx.AsyncClient(timeout=10) as client:
        assert (await client.get(f"{url}/readyz")).status_code == 200


@pytest.mark.timeout(900)  # four starts, and servers that were killed
async def test_life_of_a_local_platform(terminal: Terminal) -> None:
    unseen = await terminal.start("--hide-sign-in")
    assert "Administrator" not in unseen
    assert await terminal.stop() == 0

    printed = await terminal.start()
    assert terminal.url in printed
    assert (await signed_in(terminal.url, printed)).status_code == 200
    await eventually(lambda: ready(terminal.url), within=60, also=(httpx.TransportError,))

    status = await terminal.status()
    assert status["gateway"]["url"] == terminal.url
    assert {process["state"] for process in status["processes"]} == {"running"}

    code, text = await terminal.run("up", "--port", str(terminal.port))
    assert code == 1
    assert "already runs" in text
    assert text.count("\n") == 1

    before = await terminal.pids()
    for name in ("mongodb", "kafka", "s3", "label-service"):
        os.kill(before[name] or 0, signal.SIGKILL)

    async def everything_again() -> None:
        pids = await terminal.pids()
        assert None not in pids.values()
        assert not set(pids.values()) & set(before.values())
        await ready(terminal.url)

    await eventually(everything_again, within=90, every=0.5, also=(httpx.TransportError,))
    assert (await signed_in(terminal.url, printed)).status_code == 200

    assert await terminal.stop(signal.SIGINT) == 0
    assert terminal.left_over() == []
    assert {process["state"] for process in (await terminal.status())["processes"]} == {"stopped"}

    again = await terminal.start()
    assert "Administrator" not in again
    assert (await signed_in(terminal.url, printed)).status_code == 200

    await terminal.stop(signal.SIGKILL)
    revived = await terminal.start()
    assert "Labelstream is ready" in revived
    assert (await signed_in(terminal.url, printed)).status_code == 200

    code, _ = await terminal.run("down")
    assert code == 0
    assert terminal.up is not None
    await asyncio.wait_for(terminal.up.wait(), 30)
    assert terminal.left_over() == []

    code, text = await terminal.run("logs", "mongodb", "-n", "1")
    assert code == 0
    assert text.startswith("{")

    code, _ = await terminal.run("reset", "--yes")
    assert code == 0
    assert not terminal.data.exists()


async def test_a_taken_port_is_one_sentence_and_starts_nothing(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    terminal = Terminal(tmp_path / "data", server.sockets[0].getsockname()[1])
    code, text = await terminal.run("up", "--port", str(terminal.port))
    server.close()
    assert code == 1
    assert (
        text
        == f"Port {terminal.port} is taken by another program: stop that one, or choose another port with `--port`.\n"
    )
    assert terminal.left_over() == []


@pytest.mark.parametrize("command", ["status", "reset", "logs"])
async def test_where_nothing_is_the_answer_is_one_sentence(tmp_path: Path, command: str) -> None:
    code, text = await Terminal(tmp_path / "data", 1).run(command)
    assert code == 1
    assert "There is no Labelstream in" in text
    assert text.count("\n") == 1
    assert not (tmp_path / "data").exists()
