"""What was measured: as a table for people, as JSON for comparing runs."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
import psutil
from rich.console import Console
from rich.table import Table

from bench.sizes import Sizes
from bench.spread import Spread

_PACKAGES = ("aiokafka", "fastapi", "motor", "msgspec", "orjson", "pydantic", "pymongo", "uvicorn", "uvloop")


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One line: our work beside its floor. `ratio` is what the goal speaks of, `met` whether it was reached."""

    id: str
    work: str
    unit: str
    ours: Spread
    floor: Spread | None
    ratio: float | None
    goal: str
    met: bool
    details: dict[str, object] = {}


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """One work at several sizes: `values[i]` is what an item takes (or all of our processes hold) at `sizes[i]`."""

    work: str
    unit: str
    sizes: list[int]
    values: list[float]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    quick: bool
    machine: dict[str, object]
    versions: dict[str, str]
    sizes: dict[str, object]
    measurements: list[Measurement]
    failures: dict[str, str]
    growth: list[Growth] = []


def report(
    measurements: Sequence[Measurement],
    failures: dict[str, str],
    sizes: Sizes,
    servers: dict[str, str],
    *,
    growth: Sequence[Growth] = (),
    quick: bool,
) -> Report:
    return Report(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        quick=quick,
        machine=_machine(),
        versions={"python": platform.python_version(), **servers, **{name: version(name) for name in _PACKAGES}},
        sizes=msgspec.to_builtins(sizes),
        measurements=list(measurements),
        failures=failures,
        growth=list(growth),
    )


def save(made: Report, folder: Path, name: str = "") -> Path:
    """One file a day, with `name` at its end, is overwritten by a later run of that day."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made.at[:10]}{name}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    return path


def show(made: Report) -> None:
    console = Console(width=150)
    machine = made.machine
    console.print(f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, load {machine['load']}")
    console.print(", ".join(f"{name} {number}" for name, number in made.versions.items()), style="dim")
    table = Table(header_style="bold", show_lines=True)
    for column in ("", "work", "ours", "floor", "ratio", "goal", "", "besides"):
        table.add_column(column, overflow="fold")
    for each in made.measurements:
        mark = "[green]met[/]" if each.met else "[red]missed[/]"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        floor = "" if each.floor is None else _spread(each.floor, each.unit)
        besides = ", ".join(f"{name} {_short(value)}" for name, value in each.details.items())
        table.add_row(each.id, each.work, _spread(each.ours, each.unit), floor, ratio, each.goal, mark, besides)
    console.print(table)
    for line in made.growth:
        points = ", ".join(f"{_short(value)} at {size:,}" for size, value in zip(line.sizes, line.values, strict=True))
        console.print(f"{line.work}, {line.unit}: {points}")
    for name, reason in made.failures.items():
        console.print(f"[red]{name} could not be measured:[/] {reason}")


def _spread(spread: Spread, unit: str) -> str:
    middle = f"{_short(spread.median)} {unit}"
    return middle if len(spread.values) == 1 else f"{middle}\n({_short(spread.low)} – {_short(spread.high)})"


def _short(value: object) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"


def _machine() -> dict[str, object]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 1),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
