"""Supervision over harmless processes: parts that end are started again, orphans are found and nobody else is."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import psutil
import pytest
import pytest_asyncio
from tests.support.waiting import eventually

from labelstream_local import administrator, credentials, orphans, run_record
from labelstream_local.child import MARK, Command
from labelstream_local.credentials import Credentials
from labelstream_local.directory import DataDirectory
from labelstream_local.errors import BrokenDataDirectory, PartFailed
from labelstream_local.part import Part, Place
from labelstream_local.ports import Ports
from labelstream_local.run_record import Process, RunRecord, State
from labelstream_local.status import status_of
from labelstream_local.supervisor import Supervisor


class Sleeper(Part):
    """A part that sleeps; with `fails`, one that cannot start."""

    port_names = ()

    def __init__(self, place: Place, name: str, order: list[str]) -> None:
        super().__init__(place)
        self.name = name
        self.fails = False
        self._order = order

    @property
    def port(self) -> int:
        return 0

    def command(self) -> Command:
        script = "echo no >&2; exit 1" if self.fails else "exec sleep 60"
        return Command(self.name, ("sh", "-c", script), self._place.directory.log(self.name), self._place.mark)

    async def answers(self) -> bool:
        await asyncio.sleep(0.05)
        return self.running and not self.fails

    async def settle(self) -> None:
        self._order.append(f"+{self.name}")

    async def stop(self) -> None:
        self._order.append(f"-{self.name}")
        await super().stop()


class Backing:
    """Stands for the embedded stack: one part."""

    def __init__(self, place: Place, part: Part) -> None:
        self.place = place
        self.directory = place.directory
        self.servers: Sequence[Part] = (part,)

    async def start(self, started: Callable[[Part], None]) -> None:
        await self.servers[0].start()

    async def stop(self) -> None:
        await self.servers[0].stop()


class Silence:
    def __init__(self) -> None:
        self.said: list[str] = []

    def waits_for(self, names: Sequence[str]) -> None: ...

    def started(self, name: str, seconds: float) -> None: ...

    def says(self, sentence: str) -> None:
        self.said.append(sentence)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    directory = DataDirectory.at(tmp_path / "data")
    directory.create()
    made = Credentials.generate(s3_kind="rclone")
    credentials.save(directory, made)
    return Place(directory, Ports(directory), made)


class World:
    def __init__(self, place: Place) -> None:
        self.order: list[str] = []
        self.backing, self.service, self.front = (
            Sleeper(place, name, self.order) for name in ("db", "service", "front")
        )
        self.narrator = Silence()
        self.supervisor = Supervisor(
            Backing(place, self.backing),
            [[self.service], [self.front]],
            prepare=self._prepare,
            gateway_url="http://gateway",
            narrator=self.narrator,
        )

    async def _prepare(self) -> None:
        self.order.append("prepared")


@pytest_asyncio.fixture
async def world(place: Place) -> AsyncIterator[World]:
    made = World(place)
    yield made
    await made.supervisor.kill()


async def test_parts_start_in_order_and_stop_the_other_way_round(world: World) -> None:
    await world.supervisor.start()
    await world.supervisor.stop()
    assert world.order == ["+db", "prepared", "+service", "+front", "-front", "-service", "-db"]


async def test_a_part_that_dies_is_started_again(world: World, place: Place) -> None:
    await world.supervisor.start()
    keeping = asyncio.create_task(world.supervisor.keep())
    for part in (world.backing, world.service):
        first = part.pid
        assert first is not None
        os.kill(first, 9)

        async def runs_anew(part: Part = part, first: int = first) -> None:
            assert part.ready
            assert part.pid not in (None, first)

        await eventually(runs_anew)
    record = run_record.load(place.directory)
    assert record is not None
    assert {process.name: process.pid for process in record.processes}["service"] == world.service.pid
    await world.supervisor.stop()
    await keeping


async def test_a_part_is_started_again_though_nothing_can_be_written_down(world: World, place: Place) -> None:
    await world.supervisor.start()
    keeping = asyncio.create_task(world.supervisor.keep())
    place.directory.run_file.unlink()
    place.directory.run_file.mkdir()
    first = world.service.pid
    os.kill(first or 0, 9)

    async def runs_anew() -> None:
        assert world.service.ready
        assert world.service.pid not in (None, first)

    await eventually(runs_anew)
    await world.supervisor.stop()
    await keeping


async def test_a_part_that_cannot_start_stops_the_others_and_is_named(world: World) -> None:
    world.front.fails = True
    with pytest.raises(PartFailed, match="front ended with code 1"):
        await world.supervisor.start()
    assert not any(part.running for part in world.supervisor.parts)


async def test_status_tells_what_runs_and_believes_no_stale_pid(world: World, place: Place) -> None:
    await world.supervisor.start()
    shown = {process["name"]: process for process in status_of(place.directory).as_json()["processes"]}
    assert shown["service"] == {"name": "service", "pid": world.service.pid, "state": "running"}
    os.kill(world.service.pid or 0, 9)
    await world.service.exited()
    forged = Process("service", os.getpid(), 1.0, State.RUNNING)
    RunRecord(forged, "http://gateway", (forged,)).save(place.directory)
    assert status_of(place.directory).as_json()["processes"] == [{"name": "service", "pid": None, "state": "stopped"}]


def test_status_before_the_first_start_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenDataDirectory, match="labelstream up"):
        status_of(DataDirectory.at(tmp_path))


def test_status_has_its_whole_shape_before_anything_ran(place: Place) -> None:
    shown = status_of(place.directory).as_json()
    assert list(shown) == ["gateway", "kafka", "mongodb", "s3", "processes"]
    assert list(shown["s3"]) == ["endpoint", "access_key", "secret_key", "kind"]
    names = [process["name"] for process in shown["processes"]]
    assert names == ["mongodb", "kafka", "s3", "job-service", "label-service", "sync-service", "team-service"]


class Sleeping(Protocol):
    def __call__(self, mark: str) -> subprocess.Popen[bytes]: ...


@pytest.fixture
def sleeping() -> Iterator[Sleeping]:
    """Starts processes that carry a mark, and ends them after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(mark: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: mark}))
        while psutil.Process(started[-1].pid).environ().get(MARK) != mark:  # the kernel gives the environment last
            time.sleep(0.001)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_orphans_are_found_by_their_mark_and_nobody_else_is(place: Place, sleeping: Sleeping) -> None:
    ours, copied, other = sleeping(place.mark), sleeping(f"{place.mark}-copy"), sleeping("another")
    found = orphans.find(place.mark)
    assert [process.pid for process in found] == [ours.pid]
    orphans.end(found)
    assert ours.poll() is not None
    assert copied.poll() is None
    assert other.poll() is None


def test_a_stopped_orphan_ends_too(place: Place, sleeping: Sleeping) -> None:
    ours = sleeping(place.mark)
    psutil.Process(ours.pid).suspend()
    orphans.end(orphans.find(place.mark))
    assert ours.poll() is not None


def test_first_administrator_is_made_up_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(administrator.EMAIL, raising=False)
    monkeypatch.delenv(administrator.PASSWORD, raising=False)
    first = administrator.decide(place.directory, place.credentials)
    assert len(first.admin_password) >= 16
    assert not first.admin_shown
    administrator.remember_shown(place.directory, first)
    again = credentials.load(place.directory)
    assert again is not None
    assert again.admin_shown
    assert administrator.decide(place.directory, again) == again
    assert administrator.environment(again)[administrator.PASSWORD] == first.admin_password


def test_a_given_password_is_used_and_never_written_down(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(administrator.EMAIL, "a@b.example")
    monkeypatch.setenv(administrator.PASSWORD, "chosen-by-a-person")
    decided = administrator.decide(place.directory, place.credentials)
    assert administrator.environment(decided) == {
        administrator.EMAIL: "a@b.example",
        administrator.PASSWORD: "chosen-by-a-person",
    }
    assert "chosen-by-a-person" not in place.directory.secrets_file.read_text()
    monkeypatch.delenv(administrator.EMAIL)
    monkeypatch.delenv(administrator.PASSWORD)
    assert administrator.environment(administrator.decide(place.directory, decided)) == {}
