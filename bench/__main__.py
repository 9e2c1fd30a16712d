"""`python -m bench`: every benchmark beside its floor. `--quick` shows in under three minutes that they run."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from motor.motor_asyncio import AsyncIOMotorClient

from bench.attacking import p18
from bench.commands import p15
from bench.console import p17
from bench.crowding import p12
from bench.dealing import p20
from bench.deleting import p6
from bench.growing import growth
from bench.importing import p19
from bench.jobs import p8
from bench.labeling import p1, p2, p3, p13
from bench.measuring import Bench, NotOffered
from bench.pictures import p14
from bench.reading import p4, p9, p10
from bench.renaming import p5
from bench.report import Growth, Measurement, Report, report, save, show
from bench.resting import p16
from bench.running import running
from bench.sizes import QUICK, TENTH, WHOLE, Sizes
from bench.starting import p11
from bench.synchronizing import p7

T = TypeVar("T")

RESULTS = Path(__file__).parent / "results"

BENCHMARKS: Mapping[str, Callable[[Bench], Awaitable[Measurement]]] = {
    "P1": p1,
    "P2": p2,
    "P3": p3,
    "P13": p13,
    "P5": p5,
    "P10": p10,
    "P6": p6,
    "P12": p12,
    "P7": p7,
    "P8": p8,
    "P4": p4,
    "P9": p9,
    "P14": p14,
    "P15": p15,
    "P16": p16,
    "P17": p17,
    "P19": p19,
    "P20": p20,
}
"""In this order, since the later ones use what the earlier ones made."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small sizes, one repeat; writes nothing")
    size.add_argument("--tenth", action="store_true", help="a tenth of the sizes: minutes instead of an hour")
    parser.add_argument("--only", default="", help="e.g. P1,P3,growth")
    parser.add_argument("--folder", type=Path, help="where the data lies meanwhile; default a temporary folder")
    given = parser.parse_args()
    chosen = frozenset(each.strip().upper() for each in given.only.split(",") if each.strip())
    folder = given.folder or Path(tempfile.mkdtemp(prefix="labelstream-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        sizes, name = (QUICK, "") if given.quick else (TENTH, "-tenth") if given.tenth else (WHOLE, "")
        return asyncio.run(_run(folder, chosen, sizes, name))
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


async def _run(folder: Path, chosen: frozenset[str], sizes: Sizes, name: str) -> int:
    results = _Results(sizes, "-".join([name, *sorted(chosen)]))
    wanted = [name for name in BENCHMARKS if not chosen or name in chosen]
    if wanted or "GROWTH" in chosen:
        async with running(folder / "data") as platform:
            results.servers = await _servers(platform.mongodb)
            bench = Bench(platform, sizes, folder, await platform.token())
            for each in wanted:
                await results.measure(each, partial(BENCHMARKS[each], bench), results.measurements.append)
            if not chosen or "GROWTH" in chosen:
                await results.measure("growth", partial(growth, bench), results.grown.extend)
    if not chosen or "P11" in chosen:
        await results.measure("P11", partial(p11, sizes, folder), results.measurements.append)
    if not chosen or "P18" in chosen:
        await results.measure("P18", partial(p18, sizes, folder), results.measurements.append)
    show(results.report())
    if not results.is_quick:
        print(f"written to {results.save()}")
    return 1 if results.failures else 0


@dataclass
class _Results:
    """What has been measured so far. Each measurement is written at once: a run that is stopped keeps what it has."""

    sizes: Sizes
    name: str
    servers: dict[str, str] = field(default_factory=dict)
    measurements: list[Measurement] = field(default_factory=list)
    grown: list[Growth] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def is_quick(self) -> bool:
        return self.sizes is QUICK

    def report(self) -> Report:
        ordered = sorted(self.measurements, key=lambda each: int(each.id[1:]))
        return report(ordered, self.failures, self.sizes, self.servers, growth=self.grown, quick=self.is_quick)

    def save(self) -> Path:
        return save(self.report(), RESULTS, self.name)

    async def measure(self, name: str, measure: Callable[[], Awaitable[T]], keep: Callable[[T], None]) -> None:
        """One that fails is reported and does not keep the others from running."""
        began = perf_counter()
        sys.stderr.write(f"{name} … ")
        sys.stderr.flush()
        try:
            keep(await measure())
        except NotOffered as error:
            sys.stderr.write(f"left out: {error} ")
        except Exception as error:  # whatever it is, it is reported and the run fails at its end
            self.failures[name] = f"{type(error).__name__}: {error}"[:500]
        sys.stderr.write(f"{self.failures.get(name, 'done')} ({perf_counter() - began:.0f} s)\n")
        if not self.is_quick:
            self.save()


async def _servers(mongodb: str) -> dict[str, str]:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(mongodb)
    info = await client.server_info()
    client.close()
    return {"mongodb": info["version"]}


if __name__ == "__main__":
    sys.exit(main())
