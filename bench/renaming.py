"""P5: renaming a label that every item carries, against one that none carries."""

from time import perf_counter

from bench.measuring import Bench
from bench.report import Measurement
from bench.spread import Spread

_TIMES = 20


async def p5(bench: Bench) -> Measurement:
    """Alternates between the two, so that both meet the same moments."""
    job = await bench.labeling_job()
    await bench.work(
        "load.bulk", job, label="carried", count=bench.sizes.bulk, chunk=1000, connections=bench.sizes.bulk_connections
    )
    carried: list[float] = []
    bare: list[float] = []
    async with bench.running.client() as client:
        await client.labels.create(job.job_id, "uncarried")
        labels = {label.name: label async for label in client.labels.list(job.job_id)}
        assert labels["carried"].count == bench.sizes.bulk
        for number in range(_TIMES):
            for name, times in (("carried", carried), ("uncarried", bare)):
                began = perf_counter()
                await client.labels.update(job.job_id, labels[name].id, name=f"{name}_{number}")
                times.append((perf_counter() - began) * 1000)
    ours, floor = Spread.of(carried), Spread.of(bare)
    ratio = ours.median / floor.median
    return Measurement(
        id="P5",
        work=f"rename a label that {bench.sizes.bulk:,} items carry, against one that none carries",
        unit="ms",
        ours=ours,
        floor=floor,
        ratio=ratio,
        goal="≤ 1.5 ×",
        met=ratio <= 1.5,
    )
