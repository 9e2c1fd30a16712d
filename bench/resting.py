"""P16: a small operation that is started while nothing else happens: who rests has to be woken."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from bench.buckets import make
from bench.measuring import Bench
from bench.report import Measurement
from bench.spread import Spread

_WITHIN_MS = 300.0
_REST_SECONDS = 1.5


async def p16(bench: Bench) -> Measurement:
    """Synchronizes a bucket of one object, of which nothing is new after the first time."""
    bucket = f"bench-{uuid4().hex[:12]}"
    await make(bench.running, bench.folder / "data", bucket, 1)
    took: list[float] = []
    async with bench.running.client() as client:
        dataset = await client.datasets.create(bucket, bucket=bucket, auto_sync=False)
        await client.operations.wait(await client.datasets.synchronize(dataset.id))
        for _ in range(max(3, 4 * bench.sizes.repeats)):
            await asyncio.sleep(_REST_SECONDS)
            ended = await client.operations.wait(await client.datasets.synchronize(dataset.id))
            assert ended.created_at is not None
            assert ended.finished_at is not None
            took.append((ended.finished_at - ended.created_at) / timedelta(milliseconds=1))
    spread = Spread.of(took)
    return Measurement(
        id="P16",
        work="a small operation on a platform that rests, from its start to its end",
        unit="ms",
        ours=spread,
        floor=None,
        ratio=None,
        goal=f"≤ {_WITHIN_MS:.0f} ms",
        met=spread.median <= _WITHIN_MS,
    )
