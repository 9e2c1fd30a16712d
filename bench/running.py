"""A platform for one run of the benchmarks: started by `labelstream up` on data of its own, and stopped again."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import psutil

from labelstream import AsyncClient
from labelstream_local import credentials
from labelstream_local.directory import DataDirectory
from labelstream_local.kafka import access_of

EMAIL, PASSWORD = "bench@labelstream.local", "only-for-this-run"
_READY_WITHIN = 120.0
_BACKING = frozenset({"mongodb", "kafka", "s3"})


@dataclass
class Running:
    """A platform that takes requests, and how long it took to get there."""

    process: asyncio.subprocess.Process
    data_dir: Path
    status: dict[str, Any]
    seconds_to_ready: float

    @property
    def url(self) -> str:
        return str(self.status["gateway"]["url"])

    @property
    def kafka(self) -> dict[str, Any]:
        """What aiokafka's clients take to sign in as the administrator: floors make topics and write to them."""
        kept = credentials.load(DataDirectory.at(self.data_dir))
        assert kept is not None, "the platform runs"
        return access_of(kept, self.status["kafka"]["bootstrap_servers"], None).arguments()

    @property
    def mongodb(self) -> str:
        return str(self.status["mongodb"]["url"])

    def addresses(self) -> dict[str, Any]:
        """What every worker is told: `broker` is what a subscriber knows of Kafka."""
        return {"url": self.url, "kafka": self.kafka, "broker": self.status["kafka"], "mongodb": self.mongodb}

    def client(self) -> AsyncClient:
        return AsyncClient(self.url, email=EMAIL, password=PASSWORD, timeout=120)

    async def token(self) -> str:
        async with self.client() as client:
            return (await client.sign_in(EMAIL, PASSWORD)).access_token

    def our_memory(self) -> float:
        """Megabytes of our processes together (proportional set size), without MongoDB, Kafka and the object store."""
        return sum(each.memory_full_info().pss for each in self._our_processes() if each.is_running()) / 2**20

    async def our_load(self, seconds: float) -> float:
        """The share of one core that our processes use in the next `seconds`."""
        ours = self._our_processes()
        before, began = sum(map(_cpu_seconds, ours)), perf_counter()
        await asyncio.sleep(seconds)
        return (sum(map(_cpu_seconds, ours)) - before) / (perf_counter() - began)

    def _our_processes(self) -> list[psutil.Process]:
        backing = {each["pid"] for each in self.status["processes"] if each["name"] in _BACKING}
        top = psutil.Process(self.process.pid)
        return [each for each in (top, *top.children(recursive=True)) if not _belongs(each, backing)]


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _belongs(process: psutil.Process, pids: set[int]) -> bool:
    return process.pid in pids or any(parent.pid in pids for parent in process.parents())


@asynccontextmanager
async def running(data_dir: Path, *, arguments: tuple[str, ...] = ()) -> AsyncIterator[Running]:
    """`labelstream up` on `data_dir`; a second time on the same folder finds its data again."""
    port = _free_port()
    log = data_dir.with_name(data_dir.name + ".log")
    environment = {**os.environ, "LABELSTREAM_ADMIN_EMAIL": EMAIL, "LABELSTREAM_ADMIN_PASSWORD": PASSWORD}
    began = perf_counter()
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "labelstream", "up", "--data-dir", str(data_dir), "--port", str(port), *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, env=environment, start_new_session=True,
        )  # fmt: skip
    try:
        seconds = await _ready(f"http://127.0.0.1:{port}/readyz", process, log, began)
        yield Running(process, data_dir, await _status(data_dir), seconds)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def _ready(url: str, process: asyncio.subprocess.Process, log: Path, began: float) -> float:
    async with httpx.AsyncClient(timeout=5) as http:
        while perf_counter() - began < _READY_WITHIN:
            if process.returncode is not None:
                raise RuntimeError(f"`labelstream up` ended: {_last_words(log)}")
            try:
                if (await http.get(url)).status_code == 200:
                    return perf_counter() - began
            except httpx.TransportError:
                pass  # it does not listen yet
            await asyncio.sleep(0.05)
    raise RuntimeError(f"`labelstream up` was not ready within {_READY_WITHIN:.0f} s: {_last_words(log)}")


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:]


async def _status(data_dir: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "labelstream", "status", "--json", "--data-dir", str(data_dir)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    status: dict[str, Any] = json.loads(out)
    return status


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
