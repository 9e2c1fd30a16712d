"""P11: `labelstream up` to ready, and what our processes hold in memory when nothing happens."""

import asyncio
from pathlib import Path

from bench.report import Measurement
from bench.running import running
from bench.sizes import Sizes
from bench.spread import Spread

_SECONDS, _MEGABYTES = 15.0, 250.0


async def p11(sizes: Sizes, folder: Path) -> Measurement:
    """Each start on data of its own, the last one a second time on the same."""
    seconds, memory = [], []
    for number in range(sizes.starts):
        async with running(folder / f"start-{number}") as platform:
            seconds.append(platform.seconds_to_ready)
            await asyncio.sleep(sizes.idle_seconds)
            memory.append(platform.our_memory())
    async with running(folder / f"start-{sizes.starts - 1}") as platform:
        again = platform.seconds_to_ready
    held = Spread.of(memory)
    took = Spread.of(seconds)
    return Measurement(
        id="P11",
        work="`labelstream up` to ready; idle memory of our processes",
        unit="s",
        ours=took,
        floor=None,
        ratio=None,
        goal=f"≤ {_SECONDS:.0f} s; ≤ {_MEGABYTES:.0f} MB",
        met=took.median <= _SECONDS and held.median <= _MEGABYTES,
        details={"memory": f"{held.median:.0f} MB", "second start": f"{again:.1f} s"},
    )
