"""P7: a bucket of new objects till each is an item in a job, and once more with none new, against bare listings."""

import asyncio
from time import perf_counter
from uuid import uuid4

from bench.buckets import forget, make
from bench.measuring import Bench
from bench.report import Measurement
from bench.spread import Spread
from bench.worker import measured
from labelstream import AsyncClient

_LOOK_EVERY = 0.02
_FIRST_LEAST, _AGAIN_LEAST = 0.7, 1.2


async def p7(bench: Bench) -> Measurement:
    """Each repeat on a bucket of its own, which was listed once before: its server's caches are warm for both."""
    size = bench.sizes.objects
    first, again, floor = [], [], []
    for _ in range(min(bench.sizes.repeats, 2)):
        bucket = f"bench-{uuid4().hex[:12]}"
        await make(bench.running, bench.folder / "data", bucket, size)
        await _listing_rate(bench, bucket)
        async with bench.running.client() as client:
            dataset = await client.datasets.create(bucket, bucket=bucket, auto_sync=False)
            job = await client.jobs.create(bucket, dataset_id=dataset.id)
            await client.jobs.wait_until_prepared(job.id)
            first.append(size / await _synchronized(client, dataset.id, job.id, size))
            floor.append(await _listing_rate(bench, bucket))
            again.append(size / await _synchronized(client, dataset.id, job.id, size))
            floor.append(await _listing_rate(bench, bucket))
            await forget(client, dataset.id, job.id)
    listing = Spread.of(floor).median
    ratio, ratio_again = Spread.of(first).median / listing, Spread.of(again).median / listing
    return Measurement(
        id="P7",
        work=f"synchronize {size:,} new objects, till each is an item in a job",
        unit="objects/s",
        ours=Spread.of(first),
        floor=Spread.of(floor),
        ratio=ratio,
        goal=f"≥ {_FIRST_LEAST} of listing; with none new ≥ {_AGAIN_LEAST}",
        met=ratio >= _FIRST_LEAST and ratio_again >= _AGAIN_LEAST,
        details={"with none new": f"{Spread.of(again).median:,.0f}/s, {ratio_again:.2f} of listing"},
    )


async def _synchronized(client: AsyncClient, dataset_id: str, job_id: str, count: int) -> float:
    """Seconds until the operation has succeeded and the job holds every object."""
    began = perf_counter()
    operation = await client.datasets.synchronize(dataset_id)
    async with asyncio.timeout(120 + count / 200):
        while not (operation := await client.operations.get(operation.id)).ended:  # noqa: ASYNC110  # as below
            await asyncio.sleep(_LOOK_EVERY)
        assert operation.state == "succeeded", f"the synchronization {operation.state}: {operation.error}"
        while (await client.items.stats(job_id)).total < count:  # noqa: ASYNC110  # other processes fill it
            await asyncio.sleep(_LOOK_EVERY)
    return perf_counter() - began


async def _listing_rate(bench: Bench, bucket: str) -> float:
    task = {"s3": bench.running.status["s3"], "bucket": bucket, "count": bench.sizes.objects}
    return float((await measured("buckets.listed", **task))["rate"])
