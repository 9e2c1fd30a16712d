"""What the three embedded servers have in common: a prepared folder, a command, a question whether it answers."""

import asyncio
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from labelstream_local.child import Child, Command, last_lines
from labelstream_local.credentials import Credentials
from labelstream_local.directory import DataDirectory
from labelstream_local.ports import Ports

_POLL = 0.05
_START_TIMEOUT = 90.0
_PORT_ATTEMPTS = 3
_ADDRESS_TAKEN = ("Address already in use", "address already in use", "bind: Address", "BindException")


@dataclass(frozen=True)
class Place:
    """Where a server lives: its data directory, its ports, its secrets."""

    directory: DataDirectory
    ports: Ports
    credentials: Credentials

    @property
    def mark(self) -> str:
        return f"{self.credentials.stack_id}@{self.directory.root}"


class EmbeddedServer(ABC):
    """A child process with data of its own. Every method may be repeated; `start` on a running server does nothing."""

    name: ClassVar[str]
    port_names: ClassVar[tuple[str, ...]]

    def __init__(self, place: Place) -> None:
        self._place = place
        self.child: Child | None = None

    @abstractmethod
    async def prepare(self) -> None:
        """Write configuration and format storage. Runs before every start, with the ports already claimed."""

    @abstractmethod
    def command(self) -> Command:
        """What to run, once prepared."""

    @abstractmethod
    async def answers(self) -> bool:
        """Whether the server takes requests. Never raises for a server that is down."""

    async def settle(self) -> None:  # noqa: B027 - most servers have nothing to settle
        """What is left to do on a server that answers, e.g. to initiate a replica set."""

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.running

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child is not None and self.child.running else None

    @property
    def port(self) -> int:
        return self._place.ports.get(self.port_names[0])

    async def start(self) -> None:
        """Start it and wait until it takes requests. Raises StartError."""
        if self.running:
            return
        for attempt in range(_PORT_ATTEMPTS):
            for name in self.port_names:
                self._place.ports.claim(name)
            await self.prepare()
            child = await self.spawn()
            try:
                if await self._answers_in_time(child):
                    await self.settle()
                    return
            except BaseException:
                await self.kill()
                raise
            if attempt + 1 == _PORT_ATTEMPTS or not self._lost_its_port(child):
                error = child.failure()
                await self.kill()
                raise error

    async def spawn(self) -> Child:
        """Start the process, and no more."""
        self.child = await Child.spawn(self.command())
        return self.child

    async def stop(self) -> None:
        if self.child is not None:
            await self.child.stop()

    async def kill(self) -> None:
        """As `kill -9` does."""
        if self.child is not None:
            await self.child.kill()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def _answers_in_time(self, child: Child) -> bool:
        deadline = time.monotonic() + _START_TIMEOUT
        while child.running and time.monotonic() < deadline:
            if await self.answers():
                return True
            await asyncio.sleep(_POLL)
        return False

    def _lost_its_port(self, child: Child) -> bool:
        if child.running:
            return False
        return any(said in line for line in last_lines(child.command.log, 60) for said in _ADDRESS_TAKEN)
