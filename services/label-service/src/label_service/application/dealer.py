"""Deals the items of each job whose people or settings have changed, piece by piece.

What makes a job due is noted in the transaction that stores the change. A round stands in the job's head, so whoever
goes on after a crash goes on where it stopped. One process of many does the work; were two to do it, the second would
find that the round has moved on and change nothing. Leases that have run out are ended here as well.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from label_service.application.items_follower import HoldsLease, keep
from label_service.application.lanes import Lanes
from label_service.application.ports import CommandTooLarge
from label_service.application.retries import Retries
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import BeginDealing, DealOn, EndLeases
from label_service.domain.dealing import Dealing
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.working_copy import Origin
from labelstream_common.access import Access, JobRole
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.tasks import end
from labelstream_common.telemetry import get_logger
from labelstream_contracts.team_settings import TeamSettings

log = get_logger(__name__)

_LOOK_EVERY = 0.2
_LOOK_AT_LEASES_EVERY = 25
DEALER = Actor(ActorKind.SYSTEM, "dealing")


@dataclass(frozen=True, slots=True)
class DueJob:
    """`asked` tells later reasons apart."""

    job_id: str
    asked: int


@dataclass(frozen=True, slots=True)
class DealtJob:
    """A job as dealing finds it."""

    team: TeamSettings
    dealing: Dealing | None


class Dealings(Protocol):
    async def due(self, besides: Sequence[str]) -> list[DueJob]: ...

    async def settled(self, job: DueJob) -> None:
        """Nothing is due any more, unless there is a newer reason."""
        ...

    async def job(self, job_id: str) -> DealtJob | None: ...

    async def open_items(self, job_id: str, after: str | None, limit: int) -> list[str]: ...

    async def ended_leases(self, limit: int) -> dict[str, list[str]]:
        """By job, items with a lease that has run out."""
        ...


class Dealer:
    """A background task of the consumers role. Each job has its failures apart."""

    def __init__(
        self, dealings: Dealings, access: Access, lanes: Lanes, clock: Clock, lease: Callable[[], HoldsLease]
    ) -> None:
        self._dealings = dealings
        self._access = access
        self._lanes = lanes
        self._clock = clock
        self._lease = lease
        self._failing = Retries()

    async def run(self, stop: asyncio.Event) -> None:
        """Deals while it holds the lease; waits for it otherwise. Ends when told to."""
        while not stop.is_set():
            lease = self._lease()
            if await lease.acquire():
                try:
                    await self._lead(lease, stop)
                finally:
                    await lease.release()
            await _sleep(stop, 1.0)

    async def _lead(self, lease: HoldsLease, stop: asyncio.Event) -> None:
        keeping = asyncio.create_task(keep(lease))
        turns = 0
        try:
            while not stop.is_set() and not keeping.done():
                due = await self._dealings.due(self._failing.postponed())
                await asyncio.gather(*(self._turn(job, stop) for job in due))
                turns += 1
                if turns % _LOOK_AT_LEASES_EVERY == 1:
                    await self._end_leases()
                await _sleep(stop, 0.0 if due else _LOOK_EVERY)
        finally:
            await end((keeping,))

    async def _turn(self, due: DueJob, stop: asyncio.Event) -> None:
        try:
            if await self.deal(due.job_id, stop):
                await self._dealings.settled(due)
        except (JobNotFound, JobClosed):
            await self._dealings.settled(due)  # a job that is opened again is due again
        except Exception as error:
            pause = self._failing.failed(due.job_id)
            log.warning("items.job.not-dealt", job=due.job_id, error=repr(error), seconds=pause)
        else:
            self._failing.succeeded(due.job_id)

    async def deal(self, job_id: str, stop: asyncio.Event) -> bool:
        """Deals a job's items to those who work in it now. False if it was stopped before the end."""
        roles = await self._access.annotators(job_id)
        people = tuple(sorted(one for one, role in roles.items() if role is JobRole.LABELER))
        facts = await self._access.job(job_id)
        others = [] if facts is None else [facts.owner_id]
        keepers = tuple(sorted({*others, *(one for one, role in roles.items() if role is not JobRole.LABELER)}))
        job = await self._dealings.job(job_id)
        if job is None:
            raise JobNotFound(job_id)
        if not _stands(job, people, keepers):
            await self._lanes.submit(job_id, BeginDealing(self._origin(), people, keepers), bulk=True)
        while not stop.is_set():
            job = await self._dealings.job(job_id)
            if job is None or job.dealing is None or job.dealing.round is None:
                return True
            await self._go_on(job_id, job.dealing)
        return False

    async def _go_on(self, job_id: str, dealing: Dealing) -> None:
        assert dealing.round is not None  # noqa: S101 - states the contract to the reader
        number, after = dealing.round.number, dealing.round.after
        limit = self._lanes.piece(job_id)
        while limit > 0:
            ids = await self._dealings.open_items(job_id, after, limit)
            command = DealOn(self._origin(), ids, number, after, is_last=len(ids) < limit)
            try:
                await self._lanes.submit(job_id, command, bulk=True)
            except CommandTooLarge as error:
                limit = error.fits
            else:
                return

    async def _end_leases(self) -> None:
        try:
            for job_id, sample_ids in (await self._dealings.ended_leases(1_000)).items():
                with contextlib.suppress(JobNotFound, JobClosed):
                    await self._lanes.submit(job_id, EndLeases(self._origin(), sample_ids), bulk=True)
        except Exception as error:
            log.warning("items.leases.not-ended", error=repr(error))

    def _origin(self) -> Origin:
        return Origin(new_id(), DEALER, Cause.ANNOTATE, self._clock.now())


def _stands(job: DealtJob, people: Sequence[str], keepers: Sequence[str]) -> bool:
    """Whether the job is dealt, or being dealt, by its present settings to those who work in it now."""
    dealing, team = job.dealing, job.team
    if dealing is None:
        return team.assignment == "none"
    if (dealing.assignment, dealing.keepers) != (team.assignment, tuple(keepers)):
        return False
    return team.assignment != "even" or (dealing.overlap, dealing.people) == (team.overlap, tuple(people))


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
