"""P18: another person's label, `/healthz` and the memory of our processes while each attack of the tests runs."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, time

import msgspec
from tests.attacks.attacks import ATTACKS
from tests.attacks.target import Attacked, Target, attacked, told_target
from tests.attacks.victim import Measured

from bench.report import Measurement
from bench.running import EMAIL, PASSWORD, running
from bench.sizes import Sizes
from bench.spread import Spread, percentiles
from bench.worker import Result, Task, measured

_TIMES, _HEALTH_SECONDS = 3.0, 1.0
_MEGABYTES, _GROWN = 400.0, 1.3
_REST_SECONDS, _LOOK_EVERY = 90.0, 5.0
_BEHIND_THE_PLATFORM = 10


async def p18(sizes: Sizes, folder: Path) -> Measurement:
    """Each attack again and again, between two stretches without one: the machine's speed changes by the minute."""
    async with running(folder / "attacked") as platform:
        place = Attacked(platform.url, platform.data_dir, platform.status["s3"], EMAIL, PASSWORD)
        async with attacked(place) as target:
            await target.during(target.ordinary_work)
            before = _largest(target)
            quiet, during, most = await _each(target, sizes.attack_seconds)
            after = await _at_rest(target, _GROWN * before)
    ratios = {name: _p99(during[name].labels) / _p99(quiet[name]) for name in during}
    worst = max(ratios, key=ratios.__getitem__)
    health = {name: max(each.health) for name, each in during.items()}
    slowest = max(health, key=health.__getitem__)
    met = ratios[worst] <= _TIMES and health[slowest] <= _HEALTH_SECONDS and most <= _MEGABYTES
    return Measurement(
        id="P18",
        work="a person's single label while others attack, the p99 of each attack; the worst",
        unit="ms",
        ours=Spread.of([_p99(each.labels) for each in during.values()]),
        floor=Spread.of([_p99(each) for each in quiet.values()]),
        ratio=ratios[worst],
        goal=f"≤ {_TIMES:.0f} × each; healthz ≤ {_HEALTH_SECONDS:.0f} s; < {_MEGABYTES:.0f} MB, at rest < {_GROWN} ×",
        met=met and after <= _GROWN * before,
        details={
            "worst": worst.replace("_", " "),
            "healthz": f"{health[slowest]:.2f} s ({slowest.replace('_', ' ')})",
            "memory": f"{most:.0f} MB; at rest {after:.0f} MB, before {before:.0f} MB",
            **{name.replace("_", " "): f"{ratio:.1f} ×" for name, ratio in ratios.items()},
        },
    )


async def _each(target: Target, seconds: float) -> tuple[dict[str, list[float]], dict[str, Measured], float]:
    quiet: dict[str, list[float]] = {}
    during: dict[str, Measured] = {}
    most = 0
    for name in ATTACKS:
        first, _ = await target.during(lambda: asyncio.sleep(seconds))
        attack = _Attack(target, name, seconds)
        attacked, memory = await target.during(attack.run)
        during[name] = msgspec.structs.replace(attacked, labels=attacked.labels_since(attack.began))
        await asyncio.sleep(1)
        second, _ = await target.during(lambda: asyncio.sleep(seconds))
        quiet[name] = [*first.labels, *second.labels]
        most = max(most, memory)
    return quiet, during, most / 1e6


async def _at_rest(target: Target, enough: float) -> float:
    """What the largest process has when it is at rest: what was freed is given back within a minute."""
    for _ in range(int(_REST_SECONDS / _LOOK_EVERY)):
        if _largest(target) <= enough:
            break
        await asyncio.sleep(_LOOK_EVERY)
    return _largest(target)


@dataclass
class _Attack:
    """In a process of its own, whose start is no attack yet."""

    target: Target
    name: str
    seconds: float
    began: float = 0.0

    async def run(self) -> None:
        found = await measured("attacking.attack", attack=self.name, seconds=self.seconds, **self.target.told())
        self.began = found["began"]


async def attack(task: Task) -> Result:
    """Worker: attacks again and again for `seconds`.

    What the attack must be answered at first is the tests' matter; later it may be refused. Attackers have machines of
    their own, so this process takes only what the platform and the victim leave of the processors.
    """
    os.nice(_BEHIND_THE_PLATFORM)
    async with told_target(task) as target:
        once = ATTACKS[task["attack"]](target)
        began, until = time(), monotonic() + task["seconds"]
        await once()
        while monotonic() < until:
            with suppress(AssertionError):  # by now it may be refused; only the first had to be answered
                await once()
    return {"began": began}


def _largest(target: Target) -> float:
    return max(target.memory().values()) / 1e6


def _p99(seconds: list[float]) -> float:
    return percentiles(seconds)["p99_ms"]
