"""Runs one measurement in a process of its own: `python -m bench.worker load.bulk < task.json > result.json`.

Load generator, subscriber and floors never share an event loop with each other or with the server.
"""

import asyncio
import importlib
import sys
from collections.abc import Mapping
from typing import Any

import msgspec
import uvloop

Task = Mapping[str, Any]
Result = dict[str, Any]


async def measured(name: str, **task: object) -> Result:
    """Run `module.function` of this package in a fresh process and return what it returned."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.worker",
        name,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 26,
    )
    out, _ = await process.communicate(msgspec.json.encode(task))
    if process.returncode:
        raise RuntimeError(f"{name} failed; see above")
    result: Result = msgspec.json.decode(out)
    return result


def _main() -> None:
    module, _, function = sys.argv[1].rpartition(".")
    run = getattr(importlib.import_module(f"bench.{module}"), function)
    task = msgspec.json.decode(sys.stdin.buffer.read())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(run(task))
    sys.stdout.buffer.write(msgspec.json.encode(result))


if __name__ == "__main__":
    _main()
