"""Processes that decode what users bring: none of them sees our environment, and none outlives its work."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from typing import IO


async def started(module: str, *arguments: str, stdin: int | IO[bytes] = PIPE) -> Process:
    """A module in a process of its own; its standard output is a pipe.

    Ctrl-C in a terminal does not reach it. Otherwise it would end first, and its file would count as damaged.
    """
    bare = {"PYTHONPATH": os.pathsep.join(sys.path)}  # nothing of our environment: it holds secrets
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments), stdin=stdin, stdout=PIPE, env=bare, start_new_session=True
    )


async def ended(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        process.kill()
    await process.wait()
