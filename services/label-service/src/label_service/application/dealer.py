"""Deals the items of each job whose people or settings have changed, piece by piece.

What makes a job due is noted in the transaction that stores the change. A round stands in the job's head, so whoever
goes on after a crash goes on where it stopped. One process of many does the work; were two to do it, the second would
find that the round has moved on and change nothing. Leases that have run out are ended here as well.
"""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from label_service.application.lanes import Lanes
from label_service.application.leading import HoldsLease, lead
from label_service.application.ports import CommandTooLarge
from label_service.application.retries import Retries
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import BeginDealing, DealOn, EndLeases, TellShares
from label_service.domain.dealing import PRESENT_RULES, Dealing
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.working_copy import Origin
from labelstream_common.access import Access, JobRole
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.tasks import rest
from labelstream_common.telemetry import get_logger
from labelstream_contracts.team_settings import TeamSettings

log = get_logger(__name__)

_LOOK_EVERY = 1.0
_LOOK_AT_LEASES_EVERY = 5.0
_LEASES_AT_ONCE = 1_000
_PIECES_A_TURN = 5
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
    shares_untold: bool = False


class Dealings(Protocol):
    async def ask_for_earlier(self) -> None:
        """Jobs are due that an earlier release has dealt in another way, or told nobody of."""
        ...

    async def due(self, besides: Sequence[str]) -> list[DueJob]: ...

    async def settled(self, job: DueJob) -> None:
        """Nothing is due any more, unless there is a newer reason."""
        ...

    async def job(self, job_id: str) -> DealtJob | None: ...

    async def open_items(self, job_id: str, after: str | None, limit: int, *, narrow: bool = False) -> list[str]:
        """The next items that are to be labeled, or labeled again; `narrow`: see `Round`."""
        ...

    async def ended_leases(self, now: datetime, limit: int, besides: Sequence[str]) -> dict[str, list[str]]:
        """By job, items with a lease that has run out, without those of some jobs."""
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
        self._failing_leases = Retries()

    async def run(self, stop: asyncio.Event) -> None:
        """Deals while it holds the lease; waits for it otherwise. Ends when told to."""
        await lead(stop, self._lease, partial(self._deal_in_turns, stop))

    async def _deal_in_turns(self, stop: asyncio.Event, may_go_on: Callable[[], bool]) -> None:
        """Jobs take turns of a few pieces, so that a large one keeps neither the others nor the leases waiting."""
        had_turn: set[str] = set()
        looked_at_leases = -math.inf
        await self._dealings.ask_for_earlier()  # not in `migrate`: the earlier release still deals then
        while may_go_on():
            due = await self._dealings.due([*self._failing.postponed(), *had_turn])
            await asyncio.gather(*(self._turn(job, stop) for job in due))
            if time.monotonic() - looked_at_leases >= _LOOK_AT_LEASES_EVERY:
                looked_at_leases = time.monotonic()
                await self._end_leases()
            if due:
                had_turn.update(job.job_id for job in due)
            elif had_turn:
                had_turn.clear()
            else:
                await rest(stop, _LOOK_EVERY)

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
        """Deals some pieces of a job's items to those who work in it now. False if there is more to do."""
        roles = await self._access.annotators(job_id)
        people = tuple(sorted(one for one, role in roles.items() if role is JobRole.LABELER))
        facts = await self._access.job(job_id)
        others = [] if facts is None else [facts.owner_id]
        keepers = tuple(sorted({*others, *(one for one, role in roles.items() if role is not JobRole.LABELER)}))
        job = await self._dealings.job(job_id)
        if job is None:
            raise JobNotFound(job_id)
        if job.shares_untold:
            await self._lanes.submit(job_id, TellShares(self._origin()), bulk=True)
        if not stands(job, people, keepers):
            await self._lanes.submit(job_id, BeginDealing(self._origin(), people, keepers), bulk=True)
        for _ in range(_PIECES_A_TURN):
            job = await self._dealings.job(job_id)
            if job is None or job.dealing is None or job.dealing.round is None:
                return True
            if stop.is_set():
                break
            await self._go_on(job_id, job.dealing)
        return False

    async def _go_on(self, job_id: str, dealing: Dealing) -> None:
        assert dealing.round is not None  # noqa: S101 - states the contract to the reader
        number, after = dealing.round.number, dealing.round.after
        limit = self._lanes.piece(job_id)
        while True:
            ids = await self._dealings.open_items(job_id, after, limit, narrow=dealing.round.narrow)
            command = DealOn(self._origin(), ids, number, after, is_last=len(ids) < limit)
            try:
                await self._lanes.submit(job_id, command, bulk=True)
            except CommandTooLarge as error:
                if not error.fits:
                    raise
                limit = error.fits
            else:
                return

    async def _end_leases(self) -> None:
        ended = await self._dealings.ended_leases(self._clock.now(), _LEASES_AT_ONCE, self._failing_leases.postponed())
        for job_id, sample_ids in ended.items():
            try:
                await self._lanes.submit(job_id, EndLeases(self._origin(), sample_ids), bulk=True)
            except JobNotFound:
                continue  # its items are about to go
            except Exception as error:
                pause = self._failing_leases.failed(job_id)
                log.warning("items.leases.not-ended", job=job_id, error=repr(error), seconds=pause)
            else:
                self._failing_leases.succeeded(job_id)

    def _origin(self) -> Origin:
        return Origin(new_id(), DEALER, Cause.ANNOTATE, self._clock.now())


def stands(job: DealtJob, people: Sequence[str], keepers: Sequence[str]) -> bool:
    """Whether the job is dealt, or being dealt, by its present settings to those who work in it now."""
    dealing, team = job.dealing, job.team
    if dealing is None:
        return team.assignment == "none"
    if (dealing.assignment, dealing.keepers) != (team.assignment, tuple(keepers)):
        return False
    if team.assignment == "none":
        return True
    if team.assignment == "queue" and dealing.rules != PRESENT_RULES:
        return False
    return dealing.people == tuple(people) and (team.assignment == "queue" or dealing.overlap == team.overlap)
