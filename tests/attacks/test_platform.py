"""Bounded attacks on a whole platform: each is refused as documented, and others hardly notice.

A stranger and a member attack. Meanwhile another person labels and `/healthz` is asked. How much slower they are is
measured by the benchmarks (P18); here only what no busy machine excuses fails.
"""

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from tests.attacks.attacks import ATTACKS
from tests.attacks.target import Target, near_the_end
from tests.attacks.victim import Measured
from tests.support.waiting import eventually

# Below four seconds the scheduling of a machine that does other work is what is measured.
TIMES_SLOWER, NOTICED_SECONDS = 3.0, 4.0
HEALTH_SECONDS = 1.0
MOST_MEMORY, GROWN = 400_000_000, 1.3


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def at_rest(target: Target) -> AsyncIterator[tuple[Measured, Mapping[int, int]]]:
    """What the victim and the processes are like without an attack, in ordinary work."""
    measured, _ = await target.during(target.ordinary_work)
    yield measured, target.memory()


@pytest.mark.parametrize("name", sorted(ATTACKS))
async def test_an_attack_is_refused_and_others_hardly_notice(
    target: Target, at_rest: tuple[Measured, Mapping[int, int]], name: str
) -> None:
    before, _ = at_rest
    measured, memory = await target.during(ATTACKS[name](target))
    quiet, attacked = near_the_end(before.labels, 0.99), near_the_end(measured.labels, 0.99)
    assert attacked <= max(TIMES_SLOWER * quiet, NOTICED_SECONDS), (quiet, attacked)
    assert near_the_end(measured.health, 0.95) <= HEALTH_SECONDS, measured.health
    assert memory < MOST_MEMORY, f"{memory:,}"


async def test_afterwards_the_processes_are_as_before(
    target: Target, at_rest: tuple[Measured, Mapping[int, int]]
) -> None:
    """What a process does not use it gives back within seconds (`runtime/memory.py`)."""
    _, before = at_rest

    async def as_before() -> None:
        now = target.memory()
        assert now.keys() == before.keys(), "a process was replaced"
        for pid, bytes_before in before.items():
            assert now[pid] < max(GROWN * bytes_before, bytes_before + 60_000_000), (pid, bytes_before, now[pid])

    await eventually(as_before, within=90)
