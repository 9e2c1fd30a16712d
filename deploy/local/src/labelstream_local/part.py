"""What every part of the local platform has in common: a command, a question whether it answers, a start and a stop."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from labelstream_local.child import Child, Command, last_lines
from labelstream_local.credentials import Credentials
from labelstream_local.directory import DataDirectory
from labelstream_local.ports import Ports

_POLL = 0.05
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
        return self.credentials.mark(self.directory)


class Part(ABC):
    """A child process that others depend on. Every method may be repeated; `start` of one that runs does nothing."""

    name: str
    port_names: tuple[str, ...]
    start_timeout = 90.0

    def __init__(self, place: Place) -> None:
        self._place = place
        self.child: Child | None = None
        self.ready = False
        self.changed: Callable[[], None] = lambda: None

    @property
    def shown_as(self) -> tuple[str, ...]:
        """The names under which `status` lists this process."""
        return (self.name,)

    async def warm(self) -> None:  # noqa: B027 - most have nothing to do before their turn
        """What can be done while the parts before this one still start. Its outcome is not needed for `start`."""

    async def prepare(self) -> None:  # noqa: B027 - some have nothing to prepare
        """Write configuration and format storage. Runs before every start, with the ports already claimed."""

    @abstractmethod
    def command(self) -> Command:
        """What to run, once prepared."""

    @abstractmethod
    async def answers(self) -> bool:
        """Whether it takes requests. Never raises for one that is down."""

    async def settle(self) -> None:  # noqa: B027 - most have nothing to settle
        """What is left to do on one that answers, e.g. to initiate a replica set."""

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
                    self.ready = True
                    self.changed()
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
        self.ready = False
        self.child = await Child.spawn(self.command())
        self.changed()
        return self.child

    async def exited(self) -> int:
        """Wait for the end of the process; at once when there is none."""
        code = await self.child.exited() if self.child else 0
        self.ready = False
        self.changed()
        return code

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
        deadline = time.monotonic() + self.start_timeout
        while child.running and time.monotonic() < deadline:
            if await self.answers():
                return True
            await asyncio.sleep(_POLL)
        return False

    def _lost_its_port(self, child: Child) -> bool:
        if child.running:
            return False
        return any(said in line for line in last_lines(child.command.log, 60) for said in _ADDRESS_TAKEN)
