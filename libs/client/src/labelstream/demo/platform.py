"""The platform that the demonstration runs on: the one that runs, or one of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import httpx
import msgspec

from labelstream.cli.session import local_status
from labelstream.demo.bucket import ObjectStoreAddress
from labelstream.errors import LabelstreamError
from labelstream.profiles import Broker

_START_SECONDS = 180
_STOP_SECONDS = 60


class PlatformNotStarted(LabelstreamError):
    """`labelstream up` ended before it was ready."""

    code = "not-started"


@dataclass(frozen=True)
class Platform:
    """The addresses of a running platform."""

    url: str
    broker: Broker
    object_store: ObjectStoreAddress
    started_here: bool = False


@asynccontextmanager
async def platform(data_dir: Path, port: int | None, *, keep: bool) -> AsyncIterator[Platform]:
    """A platform that takes requests. One that was started here stops at the end, unless it is to be kept."""
    if running := await _running(data_dir):
        yield running
        return
    process, log = _start(data_dir, port, keep=keep)
    try:
        yield await _ready(process, data_dir, log)
    finally:
        if not keep:
            await _stop(process)


async def _running(data_dir: Path) -> Platform | None:
    status = await asyncio.to_thread(local_status, str(data_dir))
    match status:
        case {
            "gateway": {"url": str(url)},
            "kafka": {"bootstrap_servers": str()} as kafka,
            "s3": {"endpoint": str(endpoint), "access_key": str(access_key), "secret_key": str(secret_key)},
        } if await _answers(url):
            return Platform(url, msgspec.convert(kafka, Broker), ObjectStoreAddress(endpoint, access_key, secret_key))
    return None


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient(timeout=5) as http:
        try:
            return (await http.get(f"{url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False  # it is not listening


def shown_sign_in(data_dir: Path) -> str | None:
    """The sign-in, if the platform that the demo has started showed it: in a log, where nobody reads it."""
    found = re.search(r"^ *Administrator +(.+)$", _log(data_dir).read_text(errors="replace"), re.MULTILINE)
    return found[1] if found else None


def _log(data_dir: Path) -> Path:
    return data_dir / "demo-up.log"


def _start(data_dir: Path, port: int | None, *, keep: bool) -> tuple[subprocess.Popen[bytes], Path]:
    data_dir.mkdir(parents=True, exist_ok=True)
    log = _log(data_dir)
    ports = [] if port is None else ["--port", str(port)]
    # Nobody reads this output. Of a platform that stops at the end, the next start shows the sign-in.
    sign_in = [] if keep else ["--hide-sign-in"]
    command = [sys.executable, "-m", "labelstream", "up", "--data-dir", str(data_dir), *ports, *sign_in]
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:  # noqa: PTH123 - opens the descriptor that carries the mode
        process = subprocess.Popen(  # noqa: S603  # our own command
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    return process, log


async def _ready(process: subprocess.Popen[bytes], data_dir: Path, log: Path) -> Platform:
    give_up = monotonic() + _START_SECONDS
    while monotonic() < give_up:
        if process.poll() is not None:
            raise PlatformNotStarted(_last_words(log))
        if found := await _running(data_dir):
            return Platform(found.url, found.broker, found.object_store, started_here=True)
        await asyncio.sleep(0.3)
    raise PlatformNotStarted(f"`labelstream up` was not ready within {_START_SECONDS} s. See {log}.")


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "`labelstream up` ended without a message."


async def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        await asyncio.to_thread(process.wait, _STOP_SECONDS)
