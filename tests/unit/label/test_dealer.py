"""The loop that deals items out has its failures apart, and no job keeps the others waiting."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

import pytest
from tests.support.waiting import eventually
from tests.unit.label.test_items_follower import Lease

from label_service.application import dealer as dealer_module
from label_service.application.dealer import Dealer, DealtJob, DueJob
from label_service.application.lanes import Lanes
from label_service.domain.commands import BeginDealing, DealOn, EndLeases, Outcome, TellShares
from label_service.domain.dealing import Dealing, Round
from labelstream_common.access import Access
from labelstream_common.clock import SystemClock
from labelstream_contracts.team_settings import TeamSettings


class World:
    """Jobs with so many pieces left to deal, and with leases that have run out. Nothing ends those of `broken` jobs."""

    def __init__(self, pieces: dict[str, int], leases: Sequence[str] = (), broken: Collection[str] = ()) -> None:
        self.left = pieces
        self.leases = list(leases)
        self.order: list[str] = []
        self._broken = broken
        self.untold = False

    async def ask_for_earlier(self) -> None:
        """Nothing is of an earlier release."""

    async def due(self, besides: Sequence[str]) -> list[DueJob]:
        return [DueJob(one, 1) for one in self.left if one not in besides][:1]

    async def settled(self, job: DueJob) -> None:
        del self.left[job.job_id]

    async def job(self, job_id: str) -> DealtJob:
        round_ = Round() if self.left.get(job_id) else None
        return DealtJob(TeamSettings("even"), Dealing(assignment="even", round=round_), self.untold)

    async def open_items(self, job_id: str, after: str | None, limit: int, *, narrow: bool = False) -> list[str]:
        return []

    async def ended_leases(self, now: datetime, limit: int, besides: Sequence[str]) -> dict[str, list[str]]:
        return {one: ["sample"] for one in self.leases if one not in besides}

    def piece(self, job_id: str) -> int:
        return 1_000

    async def submit(self, job_id: str, command: object, *, bulk: bool) -> Outcome:
        match command:
            case EndLeases() if job_id in self._broken:
                raise RuntimeError(job_id)
            case EndLeases():
                self.leases.remove(job_id)
            case DealOn():
                self.left[job_id] -= 1
                self.order.append(job_id)
            case TellShares():
                self.untold = False
            case _:
                assert isinstance(command, BeginDealing)
        return Outcome("change")


class Nobody:
    async def annotators(self, job_id: str) -> dict[str, Any]:
        return {}

    async def job(self, job_id: str) -> None:
        return None


@asynccontextmanager
async def dealing(world: World):  # type: ignore[no-untyped-def]  # a context for a test
    stop = asyncio.Event()
    lanes, access = cast("Lanes", world), cast("Access", Nobody())
    task = asyncio.create_task(Dealer(world, access, lanes, SystemClock(), Lease).run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


async def test_a_large_job_keeps_no_other_waiting() -> None:
    world = World({"large": 100, "small": 1})

    async def small_is_dealt() -> None:
        assert "small" not in world.left

    async with dealing(world):
        await eventually(small_is_dealt)
    assert world.order.index("small") <= 5

    async with dealing(world):
        await eventually(_empty(world.left))
    assert world.order.count("large") == 100


async def test_shares_that_an_earlier_release_told_nobody_of_are_told() -> None:
    world = World({"dealt": 0})
    world.untold = True
    async with dealing(world):
        await eventually(_empty(world.left))
    assert not world.untold


async def test_leases_that_cannot_be_ended_leave_those_of_other_jobs_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dealer_module, "_LOOK_AT_LEASES_EVERY", 0.0)
    monkeypatch.setattr(dealer_module, "_LOOK_EVERY", 0.01)
    world = World({"due": 1}, leases=["broken", "whole"], broken=["broken"])
    async with dealing(world):
        await eventually(_empty(world.left))

        async def ended() -> None:
            assert world.leases == ["broken"]

        await eventually(ended)


def _empty(left: Collection[str]):  # type: ignore[no-untyped-def]  # a condition for eventually
    async def check() -> None:
        assert not left

    return check
