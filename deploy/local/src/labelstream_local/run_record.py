"""What `up` writes down while it runs, so that `status`, `down` and the next `up` know about it.

A record outlives its writer: nothing in it is believed before the process of that pid has proved to be the same one.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

import psutil

from labelstream_local.directory import DataDirectory, read_json, write_json


class State(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Process:
    """A process as it was last seen by its supervisor."""

    name: str
    pid: int | None
    started_at: float
    state: State

    def is_alive(self) -> bool:
        """Whether the pid still is this process, and not a later one's."""
        if self.pid is None:
            return False
        try:
            process = psutil.Process(self.pid)
            return process.create_time() == self.started_at and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False  # no such process any more

    def present(self) -> "Process":
        """The same as it is now."""
        return self if self.pid is None or self.is_alive() else Process(self.name, None, 0.0, State.STOPPED)


@dataclass(frozen=True)
class RunRecord:
    supervisor: Process
    gateway_url: str
    processes: tuple[Process, ...]

    def save(self, directory: DataDirectory) -> None:
        write_json(directory.run_file, asdict(self))


def load(directory: DataDirectory) -> RunRecord | None:
    """The record as written, None before the first `up`."""
    fields = read_json(directory.run_file)
    if not fields:
        return None
    return RunRecord(_process(fields["supervisor"]), fields["gateway_url"], tuple(_processes(fields["processes"])))


def _processes(entries: Iterable[dict[str, object]]) -> Iterable[Process]:
    return (_process(entry) for entry in entries)


def _process(entry: dict[str, object]) -> Process:
    pid, started_at = entry["pid"], entry["started_at"]
    assert isinstance(pid, int | None)  # noqa: S101 - our own file
    assert isinstance(started_at, float | int)  # noqa: S101
    return Process(str(entry["name"]), pid, float(started_at), State(str(entry["state"])))
