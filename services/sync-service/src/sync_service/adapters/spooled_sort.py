"""Sorts more than fits in memory: sorted runs on disk, merged while they are read."""

import heapq
import struct
import tempfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

_RUN_BYTES = 16 * 1024 * 1024
_LENGTH = struct.Struct("<I")


class SpooledSort:
    """At most `run_bytes` of lines are in memory, and then a little of each run."""

    def __init__(self, run_bytes: int = _RUN_BYTES) -> None:
        self._run_bytes = run_bytes
        self._lines: list[bytes] = []
        self._size = 0
        self._runs: list[BinaryIO] = []

    def add(self, lines: Sequence[bytes]) -> None:
        self._lines += lines
        self._size += sum(map(len, lines)) + 64 * len(lines)
        if self._size >= self._run_bytes:
            self._spool()

    def ascending(self) -> Iterator[bytes]:
        self._lines.sort()
        return heapq.merge(self._lines, *map(_read, self._runs))

    def close(self) -> None:
        for run in self._runs:
            run.close()
        self._runs, self._lines = [], []

    def _spool(self) -> None:
        self._lines.sort()
        run = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        for line in self._lines:
            run.write(_LENGTH.pack(len(line)))
            run.write(line)
        self._runs.append(run)
        self._lines, self._size = [], 0


def _read(run: BinaryIO) -> Iterator[bytes]:
    run.seek(0)
    while head := run.read(_LENGTH.size):
        yield run.read(_LENGTH.unpack(head)[0])
