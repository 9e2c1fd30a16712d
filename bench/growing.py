"""The same work on jobs of several sizes: what an item takes must not grow with their number."""

from time import perf_counter

from bench.measuring import Bench, Prepared
from bench.report import Growth
from bench.seeding import seed

_WORKS = (
    ("open a job, till ready", "µs an item"),
    ("label, till every event is with a subscriber", "µs an item"),
    ("export as NDJSON", "µs an item"),
    ("first page of 100, p50", "ms"),
    ("memory of our processes", "MB"),
)


async def growth(bench: Bench) -> list[Growth]:
    """One line a work; the jobs are made from the smallest to the largest."""
    sizes = list(bench.sizes.growth)
    columns = [await _at(bench, size) for size in sizes]
    return [
        Growth(work=work, unit=unit, sizes=sizes, values=list(values))
        for (work, unit), values in zip(_WORKS, zip(*columns, strict=True), strict=True)
    ]


async def _at(bench: Bench, size: int) -> tuple[float, float, float, float, float]:
    job, opened = await _opened(bench, size)
    shape = {"count": size, "chunk": bench.sizes.chunk, "connections": bench.sizes.bulk_connections}
    labeled = await bench.work("load.bulk", job, label="growing", **shape)
    assert labeled["twice"] == 0, f"{labeled['twice']} events came twice"
    exported = await bench.work("reading.export", job)
    assert exported["count"] == size, f"{exported['count']} rows of {size}"
    pages = await bench.work("reading.first_pages", job, pages=bench.sizes.pages)
    memory = bench.running.our_memory()
    return opened / size * 1e6, 1e6 / labeled["rate"], 1e6 / exported["rate"], pages["p50_ms"], memory


async def _opened(bench: Bench, size: int) -> tuple[Prepared, float]:
    """A job of that many items, and the seconds from the request to `active`."""
    seeded = await seed(bench.running, bench.folder, size)
    async with bench.running.client() as client:
        began = perf_counter()
        job = await client.jobs.create(f"growing {seeded.dataset_id}", dataset_id=seeded.dataset_id)
        await client.jobs.wait_until_prepared(job.id, timeout=60 + size / 1000)
        return Prepared(job.id, seeded), perf_counter() - began
