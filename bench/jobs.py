"""P8: a job opened on a large dataset, till it is ready."""

from time import perf_counter

from bench.measuring import Bench, Prepared, ratio_of
from bench.report import Measurement
from bench.seeding import seed


async def p8(bench: Bench) -> Measurement:
    """The samples are known; the clock runs from the request to `active`."""
    size = bench.sizes.job
    seeded = await seed(bench.running, bench.folder, size)
    ours, floor = [], []
    async with bench.running.client() as client:
        for repeat in range(min(bench.sizes.repeats, 2)):
            began = perf_counter()
            job = await client.jobs.create(f"bench job {repeat} of {seeded.dataset_id}", dataset_id=seeded.dataset_id)
            await client.jobs.wait_until_prepared(job.id, timeout=60 + size / 1000)
            ours.append(size / (perf_counter() - began))
            stats = await client.items.stats(job.id)
            assert stats.total == size, f"{stats.total} items of {size}"
            bench.large = Prepared(job.id, seeded)
            floor.append((await bench.work("floors.insert_many", bench.large))["rate"])
    work = f"open a job on {size:,} samples, till ready"
    return ratio_of("P8", work, ours, floor, unit="items/s", least=0.5, details={})
