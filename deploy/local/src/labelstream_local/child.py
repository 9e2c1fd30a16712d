"""One child process: started in its own session, logged to a file, stopped politely and then firmly."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from labelstream_local.errors import DiskFull, MissingLibrary, MissingPart, PartFailed, StartError

_LOG_LIMIT = 20_000_000
MARK = "LABELSTREAM_STACK"
_NOT_INHERITED = "LABELSTREAM_ADMIN_PASSWORD"


@dataclass(frozen=True)
class Command:
    """What to run. `mark` finds the process again when nobody remembers its pid (see orphans.py).

    One that `listens` is told something on its standard input later: see `Child.tell`.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    mark: str
    env: Mapping[str, str] = field(default_factory=dict)
    listens: bool = False
    cwd: Path | None = None


class Child:
    """A started process. `pid` is the server's own: nothing stands between."""

    def __init__(self, command: Command, process: asyncio.subprocess.Process, started_at: float) -> None:
        self.command = command
        self.pid = process.pid
        self.started_at = started_at
        self._process = process

    @classmethod
    async def spawn(cls, command: Command) -> "Child":
        """Start it, in its own session: the terminal's Ctrl-C must not reach it before its turn to stop."""
        _turn_over(command.log)
        with command.log.open("ab") as log:
            try:
                process = await asyncio.create_subprocess_exec(
                    *_dies_with_parent(),
                    *command.argv,
                    stdin=asyncio.subprocess.PIPE if command.listens else asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**_environment(), **command.env, MARK: command.mark},
                    cwd=command.cwd,
                    start_new_session=True,
                )
            except FileNotFoundError as error:
                raise MissingPart(f"{command.name}: the program {command.argv[0]} is not there.") from error
        return cls(command, process, _started_at(process.pid))

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    async def exited(self) -> int:
        """Wait for its end, however it comes."""
        return await self._process.wait()

    async def tell(self, message: str) -> None:
        """Write one line to a process that listens, and end its standard input. One that has ended hears nothing."""
        assert self._process.stdin is not None, "the command listens"  # noqa: S101 - states the contract
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has ended, and hears nothing
            self._process.stdin.write(message.encode() + b"\n")
            await self._process.stdin.drain()
        self._process.stdin.close()

    def signal(self, number: signal.Signals) -> None:
        if self.running:
            self._process.send_signal(number)

    async def stop(self, patience: float = 20.0) -> None:
        """SIGTERM, and SIGKILL for one that has not ended after `patience` seconds."""
        if not self.running:
            return
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        if self.running:
            self._process.kill()
            await self._process.wait()

    def failure(self) -> StartError:
        """Why it ended, read from the last lines of its log."""
        lines = last_lines(self.command.log, 40)
        for line in lines:
            if "error while loading shared libraries:" in line:
                return MissingLibrary(self.command.name, line.split("libraries:")[1].split(":")[0].strip())
        if any("No space left on device" in line for line in lines):
            return DiskFull(self.command.log.parent, shutil.disk_usage(self.command.log.parent).free)
        said = lines[-1].strip()[-300:] if lines else "nothing"
        ended = f"ended with code {self.returncode}" if not self.running else "does not answer"
        return PartFailed(f"{self.command.name} {ended}; the last it said was: {said} (log: {self.command.log})")


def last_lines(path: Path, count: int) -> list[str]:
    """The end of a log, without reading all of it."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 400 * count))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        return []  # it has written nothing yet


def _environment() -> dict[str, str]:
    """Ours without the administrator's password: who needs it is given it."""
    return {name: value for name, value in os.environ.items() if name != _NOT_INHERITED}


def _turn_over(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _dies_with_parent() -> tuple[str, ...]:
    """util-linux's `setpriv` asks the kernel to end the child when its supervisor is killed, and becomes the child."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM", "--") if setpriv else ()


def _started_at(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0  # it ended at once; whoever waits for it is told
