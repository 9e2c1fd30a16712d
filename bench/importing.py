"""P19: imports a manifest and a CSV of labels, and compares that with only reading the files and inserting the rows."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from time import perf_counter
from typing import Literal
from uuid import uuid4

import orjson
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern

from bench.buckets import key_of, make, store_client
from bench.floors import FLOOR_DATABASE, Document, same_indexes
from bench.measuring import Bench
from bench.report import Measurement
from bench.spread import Spread
from bench.worker import Result, Task, measured
from labelstream import AsyncClient
from labelstream.models import Import, ImportSource

LABELS = 100
_LEAST, _MOST_MEMORY = 0.4, 150
# One line of so many is broken, and one names a missing object.
_BAD_OF = 1_000
_LOOK_EVERY = 0.2
_KIND = "modelarts/image_classification"


async def p19(bench: Bench) -> Measurement:
    """Both files name images that are in a bucket but in no dataset yet, and a few that do not exist.

    The bucket is listed once before: its server's caches are warm for both.
    """
    lines, rows = bench.sizes.lines, bench.sizes.rows
    bucket = f"bench-{uuid4().hex[:12]}"
    await make(bench.running, bench.folder / "data", bucket, lines)
    await measured("buckets.listed", s3=bench.running.status["s3"], bucket=bucket, count=lines)
    files = {"m.manifest": _manifest(bucket, lines), "labels.csv": _table(rows)}
    for name, content in files.items():
        client = store_client(bench.running.status["s3"])
        await asyncio.to_thread(client.put_object, bucket, name, io.BytesIO(content), len(content))
    manifest, memory = await _imported(bench, bucket, "m.manifest", lines)
    table, _ = await _imported(bench, bucket, "labels.csv", rows)
    floor, bare = manifest.floor, table.floor
    ratio, ratio_table = manifest.rate / floor, table.rate / bare
    return Measurement(
        id="P19",
        work=f"import a manifest of {lines:,} lines; a CSV of {rows:,} rows",
        unit="lines/s",
        ours=Spread.of([manifest.rate]),
        floor=Spread.of([floor]),
        ratio=ratio,
        goal=f"≥ {_LEAST} of reading and inserting; memory ≤ {_MOST_MEMORY} MB more",
        met=min(ratio, ratio_table) >= _LEAST and memory <= _MOST_MEMORY,
        details={
            "csv": f"{table.rate:,.0f} / {bare:,.0f} rows/s, {ratio_table:.2f}",
            "memory": f"{memory:+.0f} MB at its most",
        },
    )


class _Rates:
    def __init__(self, rate: float, floor: float) -> None:
        self.rate, self.floor = rate, floor


async def _imported(bench: Bench, bucket: str, name: str, lines: int) -> tuple[_Rates, float]:
    """Our rate and the floor's, and by how many megabytes our processes grew meanwhile."""
    mode: Literal["csv", "manifest"] = "csv" if name.endswith(".csv") else "manifest"
    async with bench.running.client() as client:
        dataset = await client.datasets.create(name, bucket=bucket, prefix="train/", auto_sync=False)
        async with _grown(bench) as grown:
            began = perf_counter()
            started = await client.imports.start(
                dataset.id, mode, ImportSource(kind="manifest", bucket=bucket, key=name)
            )
            record = await _ended(client, started, lines)
            seconds = perf_counter() - began
        await _check(client, record, lines)
    floor = await measured(
        "importing.floor",
        mongodb=bench.running.mongodb,
        s3=bench.running.status["s3"],
        bucket=bucket,
        file=name,
        dataset_id=dataset.id,
    )
    return _Rates(lines / seconds, lines / float(floor["seconds"])), grown()


async def _ended(client: AsyncClient, record: Import, lines: int) -> Import:
    async with asyncio.timeout(120 + lines / 500):
        while (record := await client.imports.get(record.dataset_id, record.id)).finished_at is None:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY)
    return record


async def _check(client: AsyncClient, record: Import, lines: int) -> None:
    """Every line is counted, and each label stands at exactly the images that the file gives it to."""
    good = [number for number in range(lines) if number % _BAD_OF > 1]
    counts = record.counts
    assert record.state == "succeeded", f"the import {record.state}: {record.error}"
    assert (counts.found, counts.imported, counts.rejected) == (lines, len(good), lines - len(good)), counts
    job = await client.jobs.create(record.id, dataset_id=record.dataset_id)
    await client.jobs.wait_until_prepared(job.id, timeout=60 + lines / 1000)
    stats = await client.items.stats(job.id)
    wanted: dict[str, int] = {}
    for number in good:
        wanted[_label(number)] = wanted.get(_label(number), 0) + 1
    assert {label.name: label.count for label in stats.labels} == wanted
    await client.jobs.delete(job.id)


@asynccontextmanager
async def _grown(bench: Bench) -> AsyncIterator[Callable[[], float]]:
    before = most = await asyncio.to_thread(bench.running.our_memory)

    async def look() -> None:
        nonlocal most
        while True:
            most = max(most, await asyncio.to_thread(bench.running.our_memory))
            await asyncio.sleep(1)

    looking = asyncio.create_task(look())
    try:
        yield lambda: most - before
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):  # we cancelled it
            await looking


def _label(number: int) -> str:
    return f"label-{number % LABELS:02}"


def _manifest(bucket: str, lines: int) -> bytes:
    return b"".join(_manifest_lines(bucket, lines))


def _manifest_lines(bucket: str, lines: int) -> Iterator[bytes]:
    for number in range(lines):
        key = f"nothing/{number}.png" if number % _BAD_OF == 1 else key_of(number)
        annotation = [{"name": _label(number), "type": _KIND}]
        line = orjson.dumps({"source": f"s3://{bucket}/{key}", "annotation": annotation}) + b"\n"
        yield b"{broken\n" if number % _BAD_OF == 0 else line


def _table(rows: int) -> bytes:
    lines = ["path,labels\r\n"]
    for number in range(rows):
        key = f"nothing/{number}.png" if number % _BAD_OF == 1 else key_of(number)
        lines.append("one cell\r\n" if number % _BAD_OF == 0 else f"{key},{_label(number)}\r\n")
    return "".join(lines).encode()


async def floor(task: Task) -> Result:
    """Worker: reads the file's lines, and inserts the very samples that the import made, 1,000 a call.

    Reading the samples that are inserted is not on the clock.
    """
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(task["mongodb"], tz_aware=True)
    source = client["labelstream_sync"]["samples"]
    target = client[FLOOR_DATABASE]["imported"].with_options(write_concern=WriteConcern("majority"))
    await target.drop()
    await same_indexes(source, target)
    seconds = await asyncio.to_thread(_read, task)
    dataset = task["dataset_id"]
    cursor = source.find({"_id": {"$gt": f"{dataset}:", "$lt": f"{dataset};"}}, batch_size=1000)
    while documents := await cursor.to_list(1000):
        began = perf_counter()
        await target.insert_many(documents, ordered=False)
        seconds += perf_counter() - began
    await target.drop()
    return {"seconds": seconds}


def _read(task: Task) -> float:
    """Every line of the file, parsed where it is JSON; nothing is kept."""
    began = perf_counter()
    answer = store_client(task["s3"]).get_object(task["bucket"], task["file"])
    rest = b""
    for chunk in answer.stream(1_000_000):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.endswith(b"}"):
                orjson.loads(line)
            else:
                line.split(b",")
    answer.close()
    answer.release_conn()
    return perf_counter() - began
