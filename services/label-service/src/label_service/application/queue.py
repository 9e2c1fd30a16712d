"""The queue of a job: people take items for half an hour, and get first what they still have.

In one process those who ask for items of a job take turns, so that they look at different ones. Whoever was faster in
another process is found out as the lease is committed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from weakref import WeakValueDictionary

from label_service.application.lanes import Lanes
from label_service.application.ports import CommandTooLarge
from label_service.application.reading import JobView
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Outcome, ReleaseItems, TakeItems
from label_service.domain.errors import NotAQueue
from label_service.domain.mixing import mixed
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.messaging import besides_the_request
from labelstream_contracts.team_settings import TeamSettings

LEASE = timedelta(minutes=30)
_TRIES = 5


class Waiting(NamedTuple):
    """Known answers that somebody can take: some of them, how many they are, and how many others they may yet get."""

    sample_ids: Sequence[str] = ()
    known_left: int = 0
    free_left: int = 0


class Queue(Protocol):
    async def rejected(self, job_id: str, account_id: str, limit: int) -> list[str]:
        """Items that came back to somebody from review."""
        ...

    async def held(self, job_id: str, account_id: str, now: datetime, limit: int) -> list[str]:
        """Open items that somebody has."""
        ...

    async def free(self, job_id: str, account_id: str, now: datetime, overlap: int, limit: int) -> list[str]:
        """Open items that somebody can take."""
        ...

    async def waiting(self, job_id: str, account_id: str, limit: int) -> Waiting:
        """What somebody can take of what tests labelers."""
        ...

    async def remaining(self, job_id: str, account_id: str, now: datetime, overlap: int) -> int:
        """How many items somebody can take."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody has from the queue, in the order in which to label it."""

    sample_ids: Sequence[str]
    until: datetime | None
    remaining: int


class TakingTurns:
    """Takes items for people."""

    def __init__(self, queue: Queue, lanes: Lanes, clock: Clock) -> None:
        self._queue = queue
        self._lanes = lanes
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def next(self, job: JobView, account_id: str, team: TeamSettings, limit: int) -> Taken:
        """What came back from review first, then what they hold, then what is free. Raises JobClosed, NotAQueue."""
        job_id = job.job_id
        job.check_open()
        if team.assignment != "queue":
            raise NotAQueue
        rejected = await self._queue.rejected(job_id, account_id, limit)
        lock = self._turns.setdefault(job_id, asyncio.Lock())
        async with lock:
            taken, until = await self._take(job_id, account_id, team, limit - len(rejected))
        left = await self._queue.remaining(job_id, account_id, self._clock.now(), team.overlap)
        return Taken([*rejected, *taken], until if taken else None, left)

    async def _take(
        self, job_id: str, account_id: str, team: TeamSettings, limit: int
    ) -> tuple[list[str], datetime | None]:
        taken: list[str] = []
        now = self._clock.now()
        until = now + LEASE
        for _ in range(_TRIES):
            room = limit - len(taken)
            if room <= 0:
                break
            offered = await self._queue.held(job_id, account_id, now, limit) if not taken else []
            if len(offered) < room:
                offered += await self._mixed(job_id, account_id, team, now, room)
            offered = [one for one in dict.fromkeys(offered) if one not in taken]
            if not offered:
                break
            origin = Origin(new_id(), Actor(ActorKind.PERSON, account_id), Cause.ANNOTATE, now)
            with besides_the_request():  # of several commits none is the whole effect; taking again gives the same
                outcome = await self._lanes.submit(job_id, TakeItems(origin, offered, room, until))
            taken += outcome.taken
        return taken, until

    async def _mixed(self, job_id: str, account_id: str, team: TeamSettings, now: datetime, room: int) -> list[str]:
        """What is free, with what tests labelers in between."""
        free = await self._queue.free(job_id, account_id, now, team.overlap, 2 * room)
        waiting = await self._queue.waiting(job_id, account_id, room)
        if not waiting.sample_ids:
            return free
        left = {"known_left": waiting.known_left, "free_left": waiting.free_left}
        seed = f"{job_id}:{account_id}:{waiting.known_left}:{waiting.free_left}"
        return mixed(free, waiting.sample_ids, room, **left, seed=seed)

    async def release(self, job_id: str, account_id: str, sample_ids: Sequence[str], *, skip: bool) -> Outcome:
        """Gives items back. Raises NotAQueue, JobClosed."""
        origin = Origin(new_id(), Actor(ActorKind.PERSON, account_id), Cause.ANNOTATE, self._clock.now())
        try:
            return await self._lanes.submit(job_id, ReleaseItems(origin, sample_ids, skip))
        except CommandTooLarge:  # thousands of known answers have all their answers now: more events than fit together
            with besides_the_request():
                outcomes = await self._lanes.submit_split(
                    job_id, sample_ids, lambda piece: ReleaseItems(origin, piece, skip)
                )
        missing = [one for outcome in outcomes for one in outcome.missing]
        return replace(outcomes[-1], changed=sum(one.changed for one in outcomes), missing=missing)
