"""The loop that moves items on has its failures apart."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from tests.unit.label.scene import arriving

from label_service.application.items_follower import Behind, FollowingJob, ItemsFollower
from label_service.application.lanes import Lanes
from label_service.application.ports import Following, Submission, nothing_follows
from label_service.application.retries import Retries
from label_service.domain.commands import ArrivingSample, FollowSamples, Outcome
from labelstream_common.clock import SystemClock
from labelstream_common.courtesy import Courtesy


class Lease:
    seconds = 6.0

    async def acquire(self) -> bool:
        return True

    async def renew(self) -> bool:
        return True

    async def release(self) -> None:
        return None


class World:
    """Datasets with one job each to move on; `broken` datasets cannot be read, `stuck` jobs cannot be moved."""

    def __init__(self, datasets: Sequence[str], *, broken: Collection[str] = (), stuck: Collection[str] = ()) -> None:
        self.applied = dict.fromkeys(datasets, 0)
        self.caught = set[str]()
        self._broken, self._stuck = broken, stuck

    async def datasets_behind(self, besides: Collection[str]) -> list[str]:
        return [one for one in self.applied if one not in self.caught and one not in besides]

    async def behind(self, dataset_id: str) -> Behind:
        if dataset_id in self._broken:
            raise LookupError(dataset_id)
        jobs = [FollowingJob(dataset_id, self.applied[dataset_id], prepared=True, prepared_rev=None)]
        return Behind(100, 1, jobs if self.applied[dataset_id] < 100 else [])

    async def caught_up(self, dataset_id: str, moves: int | None) -> None:
        self.caught.add(dataset_id)

    async def samples(self, dataset_id: str, after: int, limit: int) -> tuple[int, Sequence[ArrivingSample]]:
        return (100, [arriving(1)]) if after < 100 else (after, [])

    async def commit(
        self, job_id: str, group: Sequence[Submission], following: Following = nothing_follows
    ) -> list[Outcome | Exception]:
        if job_id in self._stuck:
            return [RuntimeError(job_id)] * len(group)
        for submission in group:
            assert isinstance(submission.command, FollowSamples)
            self.applied[job_id] = submission.command.rev
        return [Outcome("change")] * len(group)


def no_hashes(_job_id: str, _sample_ids: Sequence[str]) -> Mapping[str, int]:
    return {}


async def caught_up_by(world: World, count: int) -> None:
    follower = ItemsFollower(world, Lanes(world, Courtesy()), SystemClock(), Lease, no_hashes)
    stop = asyncio.Event()
    running = asyncio.create_task(follower.run(stop))
    async with asyncio.timeout(5):
        while len(world.caught) < count:
            await asyncio.sleep(0.01)
            assert not running.done(), running.exception()
    stop.set()
    await running


async def test_datasets_that_cannot_be_read_hold_up_no_other() -> None:
    broken = [f"broken-{number}" for number in range(6)]
    world = World([*broken, "sound"], broken=broken)
    await caught_up_by(world, 1)
    assert world.caught == {"sound"}


async def test_jobs_that_cannot_be_moved_hold_up_no_other() -> None:
    stuck = [f"stuck-{number}" for number in range(6)]
    world = World([*stuck, "sound"], stuck=stuck)
    await caught_up_by(world, 1)
    assert world.caught == {"sound"}
    assert world.applied["stuck-0"] == 0


def test_what_fails_again_waits_longer_and_what_succeeds_is_forgotten() -> None:
    now = [100.0]
    retries = Retries(lambda: now[0])
    pauses = [retries.failed("a") for _ in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.2, 60.0)
    assert (retries.is_due("a"), retries.is_due("b"), retries.postponed(), retries.count) == (False, True, ["a"], 1)
    now[0] += 60
    assert retries.is_due("a")
    retries.succeeded("a")
    assert retries.count == 0
    retries.failed("dataset:job")
    retries.only("dataset", {"dataset:other"})
    assert retries.count == 0
