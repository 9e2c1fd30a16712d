"""Moves each job's items to the newest `rev` of its dataset, piece by piece.

One function does this for new jobs and running ones. A lease makes one process of many do the work; were two to do it,
the second would find `applied_rev` moved and change nothing.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from label_service.application.lanes import Lanes
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import ArrivingSample, FollowSamples
from label_service.domain.errors import JobNotFound
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.telemetry import get_logger
from labelstream_contracts.label_names import InvalidLabelName, label_name

log = get_logger(__name__)

_LOOK_EVERY = 0.05
_DATASETS_AT_ONCE = 4
FOLLOWER = Actor(ActorKind.IMPORT, "dataset")


@dataclass(frozen=True, slots=True)
class FollowingJob:
    job_id: str
    applied_rev: int
    prepared: bool
    prepared_rev: int


class Followed(Protocol):
    async def datasets_behind(self) -> list[tuple[str, int]]: ...

    async def caught_up(self, dataset_id: str, rev: int) -> None: ...

    async def jobs(self, dataset_id: str, rev: int) -> list[FollowingJob]: ...

    async def samples(self, dataset_id: str, after: int, limit: int) -> tuple[int, Sequence[ArrivingSample]]: ...


class HoldsLease(Protocol):
    async def acquire(self) -> bool: ...

    async def renew(self) -> bool: ...

    async def release(self) -> None: ...

    @property
    def seconds(self) -> float: ...


class ItemsFollower:
    """A background task of the consumers role."""

    def __init__(
        self,
        followed: Followed,
        lanes: Lanes,
        clock: Clock,
        lease: Callable[[], HoldsLease],
        key_hashes: Callable[[str, Sequence[str]], Mapping[str, int]],
    ) -> None:
        self._followed = followed
        self._lanes = lanes
        self._clock = clock
        self._lease = lease
        self._key_hashes = key_hashes

    async def run(self, stop: asyncio.Event) -> None:
        """Follows while it holds the lease; waits for it otherwise. Ends when told to."""
        while not stop.is_set():
            lease = self._lease()
            if await lease.acquire():
                try:
                    await self._lead(lease, stop)
                finally:
                    await lease.release()
            await _sleep(stop, 1.0)

    async def _lead(self, lease: HoldsLease, stop: asyncio.Event) -> None:
        keeping = asyncio.create_task(_keep(lease))
        running: dict[str, asyncio.Task[None]] = {}
        try:
            while not stop.is_set() and not keeping.done():
                for dataset_id, rev in await self._followed.datasets_behind():
                    if dataset_id not in running and len(running) < _DATASETS_AT_ONCE:
                        running[dataset_id] = asyncio.create_task(self._catch_up(dataset_id, rev, stop))
                await _sleep(stop, _LOOK_EVERY)
                for dataset_id in [one for one, task in running.items() if task.done()]:
                    running.pop(dataset_id).result()
        finally:
            keeping.cancel()
            for task in running.values():
                task.cancel()
            await asyncio.gather(keeping, *running.values(), return_exceptions=True)

    async def _catch_up(self, dataset_id: str, rev: int, stop: asyncio.Event) -> None:
        jobs = await self._followed.jobs(dataset_id, rev)
        await asyncio.gather(*(self.advance(dataset_id, job, rev, stop) for job in jobs))
        if not stop.is_set():
            await self._followed.caught_up(dataset_id, rev)

    async def advance(self, dataset_id: str, job: FollowingJob, rev: int, stop: asyncio.Event) -> None:
        """Moves one job on to `rev`. While a batch commits the next one waits in the lane, and a third is read.

        A batch whose forerunner failed changes nothing: it names the `rev` that it goes on from.
        """
        reached = job.applied_rev
        reading = asyncio.create_task(self._next_samples(dataset_id, job.job_id, reached))
        on_their_way: deque[asyncio.Task[None]] = deque()
        prepared = job.prepared
        try:
            while not stop.is_set():
                last, samples = await reading
                prepares = not prepared and (last >= job.prepared_rev or not samples)
                if not samples and not prepares:
                    break
                reading = asyncio.create_task(self._next_samples(dataset_id, job.job_id, last))
                following = self._follow(job.job_id, reached, last, samples, prepares=prepares)
                on_their_way.append(asyncio.create_task(following))
                if len(on_their_way) > 1:
                    await on_their_way.popleft()
                prepared = prepared or prepares
                reached = last
                if reached >= rev and prepared:
                    break
            await asyncio.gather(*on_their_way)
        except JobNotFound:
            return
        finally:
            for task in (reading, *on_their_way):
                task.cancel()
            await asyncio.gather(reading, *on_their_way, return_exceptions=True)

    async def _next_samples(self, dataset_id: str, job_id: str, after: int) -> tuple[int, Sequence[ArrivingSample]]:
        return await self._followed.samples(dataset_id, after, self._lanes.piece(job_id))

    async def _follow(
        self, job_id: str, after_rev: int, rev: int, samples: Sequence[ArrivingSample], *, prepares: bool
    ) -> None:
        samples = [replace(sample, labels=_valid(sample)) if sample.labels else sample for sample in samples]
        command = FollowSamples(
            origin=Origin(new_id(), FOLLOWER, Cause.IMPORT, self._clock.now()),
            after_rev=after_rev,
            rev=rev,
            samples=samples,
            prepares=prepares,
            key_hashes=self._key_hashes(job_id, [sample.sample_id for sample in samples]),
            label_ids={name: new_id() for sample in samples for name in sample.labels},
        )
        await self._lanes.submit(job_id, command, bulk=True)


def _valid(sample: ArrivingSample) -> list[str]:
    """The labels that came with a sample and can be labels here. The importing service has told of the others."""
    names = []
    for name in sample.labels:
        try:
            names.append(label_name(name))
        except InvalidLabelName as error:
            log.warning("items.label.left-out", sample_id=sample.sample_id, reason=str(error))
    return names


async def _keep(lease: HoldsLease) -> None:
    """Ends when the lease is lost."""
    while await lease.renew():  # noqa: ASYNC110 - it waits for time to pass, not for an event
        await asyncio.sleep(lease.seconds / 3)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
