"""P4, P9 and P10: pages and counts at two sizes, the export, and the topic from its beginning."""

from collections.abc import Mapping
from time import perf_counter

import msgspec

from bench.http_load import LoadClient
from bench.measuring import Bench, NotOffered, Prepared, ratio_of
from bench.report import Measurement
from bench.spread import Spread, percentiles
from bench.worker import Result, Task
from labelstream import NotFound

_EXPORT_MEMORY_MB = 150.0
_CONTAINS, _CONTAINS_WITHIN_MS, _TIMES_CONTAINS = "path contains", 500.0, 9


async def p4(bench: Bench) -> Measurement:
    """The same questions to a large and to a small job."""
    large = bench.large or await bench.job_of(bench.sizes.job)
    small = await bench.job_of(bench.sizes.small_job)
    await _spread_labels(bench, large)
    await _spread_labels(bench, small)
    many = await bench.work("reading.questions", large, pages=bench.sizes.pages)
    few = await bench.work("reading.questions", small, pages=bench.sizes.pages)
    contains = many.pop(_CONTAINS)["p99_ms"]
    few.pop(_CONTAINS)
    ratios = {name: many[name]["p99_ms"] / few[name]["p99_ms"] for name in many}
    worst = max(ratios, key=lambda name: ratios[name])
    return Measurement(
        id="P4",
        work=f"pages, filters, stats at {bench.sizes.job:,} items against {bench.sizes.small_job:,}; the worst's p99",
        unit="ms",
        ours=Spread.of([many[worst]["p99_ms"]]),
        floor=Spread.of([few[worst]["p99_ms"]]),
        ratio=ratios[worst],
        goal=f"≤ 1.5 ×; path contains ≤ {_CONTAINS_WITHIN_MS:.0f} ms",
        met=ratios[worst] <= 1.5 and contains <= _CONTAINS_WITHIN_MS,
        details={
            **{name: f"{many[name]['p99_ms']:.1f}/{few[name]['p99_ms']:.1f} ms" for name in many},
            _CONTAINS: f"{contains:.0f} ms",
        },
    )


async def questions(task: Task) -> Result:
    """Worker: each question `pages` times over one connection."""
    client = await LoadClient.open(task["url"], task["token"], 1)
    base = f"/jobs/{task['job_id']}"
    deep = await _deep_cursor(client, base)
    asked: Mapping[str, str] = {
        "first page": f"{base}/items?limit=100",
        "deep page": f"{base}/items?limit=100&cursor={deep}",
        "by label": f"{base}/items?limit=100&label=read",
        "hard": f"{base}/items?limit=100&hard=true",
        "labeled by": f"{base}/items?limit=100&labeled_by={await _own_id(client)}",
        "path prefix": f"{base}/items?limit=100&path=train/00001*",
        **{f"sort {sort}": f"{base}/items?limit=100&sort={sort}" for sort in ("path", "-labeled_at", "hardness")},
        "stats": f"{base}/stats",
    }
    found: Result = {name: await _asked(client, path, task["pages"]) for name, path in asked.items()}
    found[_CONTAINS] = await _asked(client, f"{base}/items?limit=100&path=/0000420", _TIMES_CONTAINS)
    client.close()
    return found


async def first_pages(task: Task) -> Result:
    """Worker: the first page of a job, again and again over one connection."""
    client = await LoadClient.open(task["url"], task["token"], 1)
    found: Result = dict(await _asked(client, f"/jobs/{task['job_id']}/items?limit=100", task["pages"]))
    client.close()
    return found


async def _asked(client: LoadClient, path: str, times: int) -> dict[str, float]:
    request, took = client.request("GET", path), []
    for _ in range(times):
        sent = perf_counter()
        await client.send(request)
        took.append(perf_counter() - sent)
    return percentiles(took)


async def p9(bench: Bench) -> Measurement:
    """The export as NDJSON against reading the same documents."""
    job = bench.large or await bench.job_of(bench.sizes.job)
    await _offered(bench, job)
    ours, floor = [], []
    before = bench.running.our_memory()
    for _ in range(bench.sizes.repeats):
        ours.append((await bench.work("reading.export", job))["rate"])
        floor.append((await bench.work("floors.read_all", job))["rate"])
    grown = bench.running.our_memory() - before
    work = f"export {bench.sizes.job:,} items as NDJSON"
    details: dict[str, object] = {"memory grew by": f"{grown:.0f} MB"}
    return ratio_of("P9", work, ours, floor, unit="items/s", least=0.7, details=details)


async def _offered(bench: Bench, job: Prepared) -> None:
    async with bench.running.client() as client:
        try:
            async for _ in client.exports.chunks(job.job_id):
                return
        except NotFound as error:
            raise NotOffered("there is no export in this version") from error


async def export(task: Task) -> Result:
    """Worker: read an export's bytes and count its lines."""
    from labelstream import AsyncClient  # noqa: PLC0415  # only the worker needs it

    began, lines = perf_counter(), 0
    async with AsyncClient(task["url"], token=task["token"]) as client:
        async for chunk in client.exports.chunks(task["job_id"]):
            lines += chunk.count(b"\n")
    seconds = perf_counter() - began
    return {"seconds": seconds, "rate": (lines - 1) / seconds, "count": lines - 1}


async def p10(bench: Bench) -> Measurement:
    """The annotation topic from its beginning; P1 has filled it."""
    job = await bench.labeling_job()
    ours, floor, count = [], [], 0
    for _ in range(bench.sizes.repeats):
        floor.append((await bench.work("topic.bare", job))["rate"])
        mine = await bench.work("topic.typed", job)
        ours.append(mine["rate"])
        count = mine["count"]
    work = f"read the topic from the beginning ({count:,} changes), typed"
    return ratio_of("P10", work, ours, floor, unit="changes/s", least=0.7, details={})


async def _spread_labels(bench: Bench, job: Prepared) -> None:
    """Every hundredth item gets a label and is hard, so that the filters have something to find."""
    ids = job.seeded.samples.read_text().split()[::100][:5000]
    async with bench.running.client() as client:
        for start in range(0, len(ids), 1000):
            await client.annotations.apply(job.job_id, ids[start : start + 1000], add=["read"], hard=True)


async def _own_id(client: LoadClient) -> str:
    answer = await client.send(client.request("GET", "/me"))
    return str(msgspec.json.decode(answer.body)["id"])


async def _deep_cursor(client: LoadClient, base: str) -> str:
    """A cursor half way through the job, as a reader who pages would hold it."""
    cursor, path = "", f"{base}/items?limit=1000"
    for _ in range(20):
        page = msgspec.json.decode((await client.send(client.request("GET", path))).body)
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
        path = f"{base}/items?limit=1000&cursor={cursor}"
    return cursor
