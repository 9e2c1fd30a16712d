"""P11: `labelstream up` to ready, and what our processes cost when nothing happens: memory and processor."""

import asyncio
from pathlib import Path

from bench.report import Measurement
from bench.running import running
from bench.sizes import Sizes
from bench.spread import Spread

_SECONDS, _MEGABYTES, _SHARE = 12.0, 250.0, 0.03


async def p11(sizes: Sizes, folder: Path) -> Measurement:
    """Each start on data of its own, the last one a second time on the same."""
    seconds, memory, load = [], [], []
    for number in range(sizes.starts):
        async with running(folder / f"start-{number}") as platform:
            seconds.append(platform.seconds_to_ready)
            await asyncio.sleep(sizes.idle_seconds)
            memory.append(platform.our_memory())
            load.append(await platform.our_load(sizes.idle_seconds))
    async with running(folder / f"start-{sizes.starts - 1}") as platform:
        again = platform.seconds_to_ready
    held, idle = Spread.of(memory), Spread.of(load)
    took = Spread.of(seconds)
    return Measurement(
        id="P11",
        work="`labelstream up` to ready; idle memory and processor of our processes",
        unit="s",
        ours=took,
        floor=None,
        ratio=None,
        goal=f"≤ {_SECONDS:.0f} s; ≤ {_MEGABYTES:.0f} MB; ≤ {_SHARE:.0%} of a core",
        met=took.median <= _SECONDS and held.median <= _MEGABYTES and idle.median <= _SHARE,
        details={
            "memory": f"{held.median:.0f} MB",
            "idle": f"{idle.median:.1%} of a core",
            "second start": f"{again:.1f} s",
        },
    )
