"""Runs all parts: starts them in order, starts one again that ends, stops them in the opposite order."""

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import psutil

from labelstream_local.directory import DataDirectory
from labelstream_local.errors import DiskFull, StartError
from labelstream_local.part import Part
from labelstream_local.run_record import Process, RunRecord, State

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_SETTLED_AFTER = 30.0


class Narrator(Protocol):
    """Tells a person what goes on."""

    def waits_for(self, names: Sequence[str]) -> None: ...

    def started(self, name: str, seconds: float) -> None: ...

    def says(self, sentence: str) -> None: ...


class Backing(Protocol):
    """The backing services: what the embedded stack is to a supervisor."""

    directory: DataDirectory

    @property
    def servers(self) -> Sequence[Part]: ...

    async def start(self, started: Callable[[Part], None]) -> None: ...

    async def stop(self) -> None: ...


class Supervisor:
    """Starts the backing services, runs `prepare`, then the `layers`: one after the other, a layer's parts together."""

    def __init__(
        self,
        stack: Backing,
        layers: Sequence[Sequence[Part]],
        *,
        prepare: Callable[[], Awaitable[None]],
        gateway_url: str,
        narrator: Narrator,
    ) -> None:
        self._stack = stack
        self._prepare = prepare
        self._layers = layers
        self._gateway_url = gateway_url
        self._narrator = narrator
        self._stopping = asyncio.Event()
        self._own = Process("up", os.getpid(), psutil.Process().create_time(), State.RUNNING)
        for part in self.parts:
            part.changed = self._write_down

    @property
    def parts(self) -> tuple[Part, ...]:
        return (*self._stack.servers, *(part for layer in self._layers for part in layer))

    async def start(self) -> None:
        """Start everything and wait until it works. Raises StartError; then everything is stopped again."""
        waiting = {part.name for part in self.parts}
        began = time.monotonic()

        def started(part: Part) -> None:
            waiting.discard(part.name)
            self._narrator.started(part.name, time.monotonic() - began)
            self._narrator.waits_for(sorted(waiting))

        async def start(part: Part) -> None:
            await part.start()
            started(part)

        self._narrator.waits_for(sorted(waiting))
        try:
            for part in (part for layer in self._layers for part in layer):
                await part.warm()
            await self._stack.start(started)
            await self._prepare()
            for layer in self._layers:
                async with asyncio.TaskGroup() as group:
                    for part in layer:
                        group.create_task(start(part))
        except BaseExceptionGroup as group_of_errors:
            await self.stop()
            raise group_of_errors.exceptions[0] from group_of_errors
        except BaseException:
            await self.stop()
            raise

    async def keep(self) -> None:
        """Keep everything running until `stop`."""
        await asyncio.gather(*(self._keep(part) for part in self.parts))

    async def stop(self) -> None:
        """The last layer first; the backing services when nobody uses them any more."""
        self._stopping.set()
        for layer in reversed(self._layers):
            await asyncio.gather(*(part.stop() for part in layer))
        await self._stack.stop()
        self._write_down()

    async def kill(self) -> None:
        """Stop at once, when stopping politely takes somebody too long."""
        self._stopping.set()
        await asyncio.gather(*(part.kill() for part in self.parts))

    async def _keep(self, part: Part) -> None:
        pause = _SHORTEST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await part.exited()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > _SETTLED_AFTER:
                pause = _SHORTEST_PAUSE
            self._narrator.says(f"{part.name} ended (code {code}) and is started again.")
            await self._rest(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            await self._start_again(part)

    async def _start_again(self, part: Part) -> None:
        pause, said = _SHORTEST_PAUSE, ""
        port = part.port
        while not self._stopping.is_set():
            try:
                await part.start()
            except (StartError, OSError) as error:
                if str(error) != said:
                    self._narrator.says(str(error))
                said = str(error)
                await self._rest(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                if part.port != port:
                    await self._tell_new_address(part)
                return

    async def _tell_new_address(self, moved: Part) -> None:
        """Its old port was taken meanwhile. Whoever knew it learns the new one by ending: it is started again."""
        self._narrator.says(f"{moved.name} has another port now; what depends on it is started again.")
        await asyncio.gather(*(part.stop() for layer in self._layers for part in layer if part is not moved))

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):  # the time is up, and nobody stopped it
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _write_down(self) -> None:
        """A full disk must not keep parts from being started again: `status` is behind then, and no more."""
        processes = [
            Process(name, part.pid, part.child.started_at if part.child else 0.0, self._state(part))
            for part in self.parts
            for name in part.shown_as
        ]
        with contextlib.suppress(DiskFull, OSError):  # `status` is behind until the next time
            RunRecord(self._own, self._gateway_url, tuple(processes)).save(self._stack.directory)

    def _state(self, part: Part) -> State:
        if part.running:
            return State.RUNNING if part.ready else State.STARTING
        return State.STOPPED if self._stopping.is_set() else State.STARTING
