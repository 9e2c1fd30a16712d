"""P15: what a short command of the command line costs, in CPU seconds of its process, beside a bare Python."""

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence

from bench.measuring import Bench
from bench.report import Measurement
from bench.spread import Spread

_HELP, _LIST = 0.4, 0.6
_TIMES = 7


async def p15(bench: Bench) -> Measurement:
    """`labelstream --help` and `labelstream jobs list`, each in a process of its own."""
    environment = {**os.environ, "LABELSTREAM_URL": bench.running.url, "LABELSTREAM_TOKEN": bench.token}
    floor = await _costs(("-c", "pass"), environment)
    shown = await _costs(("-m", "labelstream", "--help"), environment)
    listed = await _costs(("-m", "labelstream", "jobs", "list"), environment)
    as_json = await _costs(("-m", "labelstream", "jobs", "list", "--json"), environment)
    return Measurement(
        id="P15",
        work="`labelstream --help`; `jobs list`",
        unit="s of CPU",
        ours=shown,
        floor=floor,
        ratio=None,
        goal=f"≤ {_HELP} s; ≤ {_LIST} s",
        met=shown.median <= _HELP and listed.median <= _LIST,
        details={"jobs list": f"{listed.median:.2f} s", "with --json": f"{as_json.median:.2f} s"},
    )


async def _costs(arguments: Sequence[str], environment: Mapping[str, str]) -> Spread:
    command = [sys.executable, *arguments]
    return Spread.of([await asyncio.to_thread(_cost, command, environment) for _ in range(_TIMES)])


def _cost(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """CPU seconds, user and system. No other child may end meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)  # our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
