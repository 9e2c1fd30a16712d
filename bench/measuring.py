"""What every benchmark works with: the platform, sizes, and jobs made on demand."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.report import Measurement
from bench.running import Running
from bench.seeding import Seeded, seed
from bench.sizes import Sizes
from bench.spread import Spread
from bench.worker import Result, measured

EVERY_ITEM, SINGLE_ITEMS = "ab", "cd"
"""Pairs of changes that floors alternate between, since writing an equal value again would be no work."""


class NotOffered(Exception):  # no error: this server does not have it (yet)
    """The benchmark's subject is not part of this version."""


@dataclass
class Prepared:
    """A job whose items are there, and whose dataset's ids are in a file."""

    job_id: str
    seeded: Seeded


@dataclass
class Bench:
    """One run."""

    running: Running
    sizes: Sizes
    folder: Path
    token: str
    shared: Prepared | None = None
    large: Prepared | None = None
    turns: Counter[str] = field(default_factory=Counter)

    async def work(self, name: str, job: Prepared, **task: Any) -> Result:
        """Run a worker that is told the addresses, the token and the job."""
        given = {
            **self.running.addresses(),
            "token": self.token,
            "job_id": job.job_id,
            "samples": str(job.seeded.samples),
            **task,
        }
        return await measured(name, **given)

    def next_change(self, pair: str) -> str:
        """The one of `pair` that the floor's items do not have now, whichever benchmark was the last to write them."""
        self.turns[pair] += 1
        return pair[self.turns[pair] % 2]

    async def job_of(self, count: int, labels: tuple[str, ...] = ()) -> Prepared:
        seeded = await seed(self.running, self.folder, count)
        async with self.running.client() as client:
            job = await client.jobs.create(f"bench {seeded.dataset_id}", dataset_id=seeded.dataset_id, labels=labels)
            await client.jobs.wait_until_prepared(job.id, timeout=60 + count / 1000)
        return Prepared(job.id, seeded)

    async def labeling_job(self) -> Prepared:
        """The job that P1 to P3 share, with its floor beside it."""
        if self.shared is None:
            self.shared = await self.job_of(self.sizes.bulk)
            await self._prepare_floor(self.shared)
        return self.shared

    async def _prepare_floor(self, job: Prepared) -> None:
        ids = job.seeded.samples.read_text().split()
        async with self.running.client() as client:
            for change in EVERY_ITEM + SINGLE_ITEMS:
                await client.annotations.apply(job.job_id, [ids[0]], set=[f"floor_{change}"])
                await self.work("floors.keep_change", job, change=change, labeled=ids[0], plain=ids[1])
        await self.work("floors.prepare", job)


def ratio_of(
    id: str,  # noqa: A002  # the benchmark's name
    work: str,
    ours: list[float],
    floor: list[float],
    *,
    unit: str,
    least: float,
    details: dict[str, object],
) -> Measurement:
    """A line whose goal is a rate of at least `least` of the floor's."""
    mine, bare = Spread.of(ours), Spread.of(floor)
    ratio = mine.median / bare.median
    return Measurement(
        id=id,
        work=work,
        unit=unit,
        ours=mine,
        floor=bare,
        ratio=ratio,
        goal=f"≥ {least} of the floor",
        met=ratio >= least,
        details=details,
    )
