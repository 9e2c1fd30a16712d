"""Parquet files, read row by row from a copy on disk: the format says at its end what it holds.

A process of its own decodes them: see `parquet_worker`.
"""

import asyncio
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

import msgspec

from sync_service.adapters.copied_files import copied
from sync_service.adapters.parquet_frames import END, FRAME, READY, ROWS
from sync_service.adapters.worker_processes import ended, started
from sync_service.application.ports import ObjectBytes
from sync_service.domain.imports import UnreadableFile

_WORKER = "sync_service.adapters.parquet_worker"
# Address space, with what pyarrow takes of it before it has read anything.
_MOST_MEMORY: Final = 1_000_000_000


class ParquetTables:
    """See `sync_service.application.ports.TableReader`."""

    async def rows(self, opened: ObjectBytes, after: int) -> AsyncIterator[Sequence[Mapping[str, object] | None]]:
        with tempfile.TemporaryFile() as copy:
            await copied(opened, copy)
            process = await started(_WORKER, str(_MOST_MEMORY), str(after), stdin=copy)
            try:
                await _begun(process)
                while (piece := await _next(process)) is not None:
                    yield piece
            finally:
                await ended(process)


async def _begun(process: Process) -> None:
    """Waits until the process has started. Raises EOFError if it cannot; the file is not at fault then."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    await process.stdout.readexactly(len(READY))


async def _next(process: Process) -> Sequence[Mapping[str, object] | None] | None:
    """The next rows; None at the end. Raises UnreadableFile."""
    answer = process.stdout
    assert answer is not None  # noqa: S101 - it is a pipe
    try:
        kind, length = FRAME.unpack(await answer.readexactly(FRAME.size))
        content = await answer.readexactly(length)
    except EOFError as error:
        raise UnreadableFile("Reading it takes too much memory, or it is damaged.") from error
    if kind == ROWS:
        return await asyncio.to_thread(msgspec.msgpack.decode, content, type=list[dict[str, object] | None])
    if kind == END:
        return None
    raise UnreadableFile(content.decode())
