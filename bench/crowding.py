"""P12: a person who labels, one image after the other, while large work goes on in the same job."""

from uuid import uuid4

from bench.buckets import forget, make, put
from bench.deleting import label_everything
from bench.measuring import Bench, Prepared
from bench.report import Measurement
from bench.seeding import Seeded
from bench.spread import Spread
from bench.worker import Result

_WITHIN_MS = 100.0
_AT_FIRST = 1000
_FEWER = 5
"""Putting objects one by one takes long; a fifth of P7's is enough for some seconds."""


async def p12(bench: Bench) -> Measurement:
    """Twenty changes a second, as somebody at a keyboard would hardly make: idle, during P6 and during P7."""
    job, sizes = await bench.labeling_job(), bench.sizes
    idle, deleting, synchronizing = [], [], []
    for repeat in range(sizes.repeats):
        alone = await bench.work("removal.person", job, label=f"idle_{repeat}", count=sizes.alone)
        idle.append(alone["p99_ms"])
        label_id = await label_everything(bench, job, f"crowded_{repeat}")
        deletion = ("DELETE", f"/jobs/{job.job_id}/labels/{label_id}")
        deleting.append(
            await bench.work("removal.person", job, label=f"busy_{repeat}", count=sizes.bulk, meanwhile=deletion)
        )
    synchronizing.append(await _while_synchronizing(bench))
    p99 = {"P6": _p99(deleting), "P7": _p99(synchronizing)}
    worst = max(p99.values(), key=lambda each: each.median)
    return Measurement(
        id="P12",
        work="a person's single label while P6 or P7 runs on the same job; the worse p99",
        unit="ms",
        ours=worst,
        floor=Spread.of(idle),
        ratio=worst.median / Spread.of(idle).median,
        goal=f"p99 ≤ {_WITHIN_MS:.0f} ms",
        met=worst.median <= _WITHIN_MS,
        details={
            "during P6": f"{p99['P6'].median:.1f} ms of {_changes(deleting):,}",
            "during P7": f"{p99['P7'].median:.1f} ms of {_changes(synchronizing):,}",
        },
    )


async def _while_synchronizing(bench: Bench) -> Result:
    """On a job that has some images, while many more of its bucket become items."""
    bucket = f"bench-{uuid4().hex[:12]}"
    await make(bench.running, bench.folder / "data", bucket, _AT_FIRST)
    async with bench.running.client() as client:
        dataset = await client.datasets.create(bucket, bucket=bucket, auto_sync=False)
        await client.operations.wait(await client.datasets.synchronize(dataset.id))
        job = await client.jobs.create(bucket, dataset_id=dataset.id)
        await client.jobs.wait_until_prepared(job.id)
        ids = [item.sample_id async for item in client.items.list(job.id)]
    assert len(ids) == _AT_FIRST, f"{len(ids)} items"
    await put(bench.running, bucket, range(_AT_FIRST, _AT_FIRST + bench.sizes.objects // _FEWER))
    samples = bench.folder / f"samples-{dataset.id}"
    samples.write_text("\n".join(ids))
    prepared = Prepared(job.id, Seeded(dataset.id, samples, len(ids)))
    synchronization = ("POST", f"/datasets/{dataset.id}:sync")
    found = await bench.work("removal.person", prepared, label="meanwhile", count=_AT_FIRST, meanwhile=synchronization)
    async with bench.running.client() as client:
        await forget(client, dataset.id, job.id)
    return found


def _p99(runs: list[Result]) -> Spread:
    return Spread.of([run["p99_ms"] for run in runs])


def _changes(runs: list[Result]) -> int:
    return sum(run["changes"] for run in runs)
