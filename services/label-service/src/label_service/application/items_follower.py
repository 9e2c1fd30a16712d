"""Moves each job's items to the newest `rev` of its dataset, piece by piece.

One function does this for new jobs and running ones. A lease makes one process of many do the work; were two to do it,
the second would find `applied_rev` moved and change nothing.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, Protocol

from label_service.application.lanes import Lanes
from label_service.application.leading import HoldsLease, lead
from label_service.application.ports import CommandTooLarge
from label_service.application.retries import Retries
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import ArrivingSample, FollowSamples
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.tasks import end, rest
from labelstream_common.telemetry import get_logger, metrics
from labelstream_contracts.label_names import InvalidLabelName, label_name

log = get_logger(__name__)

_LOOK_EVERY = 0.05
_LOOK_AT_REST_EVERY = 1.0
_ALERT_FOR = 2.0
_DATASETS_AT_ONCE = 4
_SECONDS_OF_A_TURN = 2.0
FOLLOWER = Actor(ActorKind.IMPORT, "dataset")


@dataclass(frozen=True, slots=True)
class FollowingJob:
    """`prepared_rev` is what it has to reach to be prepared; None while nobody knows that yet."""

    job_id: str
    applied_rev: int
    prepared: bool
    prepared_rev: int | None

    @property
    def can_be_prepared(self) -> bool:
        return not self.prepared and self.prepared_rev is not None


class Behind(NamedTuple):
    """The jobs that have not applied everything up to `rev`, or can be prepared. `moves` tells later reads apart."""

    rev: int
    moves: int | None
    jobs: Sequence[FollowingJob]


class Followed(Protocol):
    async def datasets_behind(self, besides: Collection[str]) -> list[str]: ...

    async def behind(self, dataset_id: str) -> Behind: ...

    async def caught_up(self, dataset_id: str, moves: int | None) -> None: ...

    async def samples(self, dataset_id: str, after: int, limit: int) -> tuple[int, Sequence[ArrivingSample]]: ...


class ItemsFollower:
    """A background task of the consumers role.

    Datasets take turns, and each has its failures apart, as each job has: what fails is tried again at longer and
    longer intervals, and the others go on meanwhile.
    """

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
        self._roused = asyncio.Event()
        self._alert_until = 0.0
        self._failing_datasets = Retries()
        self._failing_jobs = Retries()

    def rouse(self) -> None:
        """Something is about to commit that makes jobs fall behind. Without this it is found within a second."""
        self._alert_until = time.monotonic() + _ALERT_FOR
        self._roused.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Follows while it holds the lease; waits for it otherwise. Ends when told to."""
        await lead(stop, self._lease, partial(self._follow_in_turns, stop))

    async def _follow_in_turns(self, stop: asyncio.Event, may_go_on: Callable[[], bool]) -> None:
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._roused.set())
        running: dict[str, asyncio.Task[None]] = {}
        served: dict[str, float] = {}
        try:
            while may_go_on():
                self._roused.clear()
                behind = await self._followed.datasets_behind([*running, *self._failing_datasets.postponed()])
                for dataset_id in sorted(behind, key=lambda one: served.get(one, 0.0)):
                    if len(running) < _DATASETS_AT_ONCE:
                        running[dataset_id] = asyncio.create_task(self._turn(dataset_id, stop))
                served = {one: served[one] for one in behind if one in served}
                await self._rest(busy=bool(running))
                for dataset_id in [one for one, task in running.items() if task.done()]:
                    running.pop(dataset_id).result()
                    served[dataset_id] = time.monotonic()
        finally:
            await end((stopping, *running.values()))

    async def _rest(self, *, busy: bool) -> None:
        alert = busy or time.monotonic() < self._alert_until
        if alert:
            await asyncio.sleep(_LOOK_EVERY)
        else:
            await rest(self._roused, _LOOK_AT_REST_EVERY)

    async def _turn(self, dataset_id: str, stop: asyncio.Event) -> None:
        """Moves a dataset's jobs on for a while. Its failure is its own."""
        try:
            behind = await self._followed.behind(dataset_id)
            self._failing_jobs.only(dataset_id, {f"{dataset_id}:{job.job_id}" for job in behind.jobs})
            if not behind.jobs:
                await self._followed.caught_up(dataset_id, behind.moves)
                return
            due = [job for job in behind.jobs if self._failing_jobs.is_due(f"{dataset_id}:{job.job_id}")]
            await asyncio.gather(*(self._advance_apart(dataset_id, job, behind.rev, stop) for job in due))
        except Exception as error:
            pause = self._failing_datasets.failed(dataset_id)
            log.warning("items.dataset.not-followed", dataset=dataset_id, error=repr(error), seconds=pause)
        else:
            self._failing_datasets.succeeded(dataset_id)

    async def _advance_apart(self, dataset_id: str, job: FollowingJob, rev: int, stop: asyncio.Event) -> None:
        key = f"{dataset_id}:{job.job_id}"
        try:
            await self.advance(dataset_id, job, rev, stop)
        except Exception as error:
            pause = self._failing_jobs.failed(key)
            log.warning("items.job.not-followed", job=job.job_id, error=repr(error), seconds=pause)
        else:
            self._failing_jobs.succeeded(key)
        metrics.following_failed(self._failing_jobs.count)

    async def advance(self, dataset_id: str, job: FollowingJob, rev: int, stop: asyncio.Event) -> None:
        """Moves one job on to `rev`. While a batch commits the next one waits in the lane, and a third is read.

        A batch whose forerunner failed changes nothing: it names the `rev` that it goes on from.
        """
        until = time.monotonic() + _SECONDS_OF_A_TURN
        reached = job.applied_rev
        reading = asyncio.create_task(self._next_samples(dataset_id, job.job_id, reached))
        on_their_way: deque[asyncio.Task[None]] = deque()
        prepared = job.prepared
        try:
            while not stop.is_set() and time.monotonic() < until:
                last, samples = await reading
                prepares = not prepared and _reaches(job.prepared_rev, last, samples)
                if not samples and not prepares:
                    break
                reading = asyncio.create_task(self._next_samples(dataset_id, job.job_id, last))
                following = self._follow(job.job_id, reached, last, samples, prepares=prepares)
                on_their_way.append(asyncio.create_task(following))
                if len(on_their_way) > 1:
                    await on_their_way.popleft()
                prepared = prepared or prepares
                reached = last
                if reached >= rev and (prepared or job.prepared_rev is None):
                    break
            await asyncio.gather(*on_their_way)
        except (JobNotFound, JobClosed, CommandTooLarge):
            return  # the job ended, or its commits take less now: the next turn looks again
        finally:
            await end((reading, *on_their_way))

    async def _next_samples(self, dataset_id: str, job_id: str, after: int) -> tuple[int, Sequence[ArrivingSample]]:
        return await self._followed.samples(dataset_id, after, self._lanes.piece(job_id))

    async def _follow(
        self, job_id: str, after_rev: int, rev: int, samples: Sequence[ArrivingSample], *, prepares: bool
    ) -> None:
        samples = [replace(sample, labels=valid_labels(sample)) if sample.labels else sample for sample in samples]
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


def _reaches(prepared_rev: int | None, rev: int, samples: Sequence[ArrivingSample]) -> bool:
    """Whether all that a job is prepared with is there at `rev`. The last changes before it may have moved on since."""
    return prepared_rev is not None and (rev >= prepared_rev or not samples)


def valid_labels(sample: ArrivingSample) -> list[str]:
    """The labels that came with a sample and can be labels here. The importing service has told of the others."""
    names = []
    for name in sample.labels:
        try:
            names.append(label_name(name))
        except InvalidLabelName as error:
            log.warning("items.label.left-out", sample_id=sample.sample_id, reason=str(error))
    return names
