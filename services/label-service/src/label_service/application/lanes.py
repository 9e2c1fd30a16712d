"""Lanes: the commands of one job queue up and commit together.

A lane commits one transaction at a time, made of everything that has queued, up to 1,000 item changes: idle, a command
commits at once; under load batches grow by themselves. A batch that cannot grow any more is planned while the one
before it commits. Lanes take turns. Bulk work (chunks of operations, items that follow samples) waits behind people's
commands, comes in smaller pieces while they are there, and pauses after each piece that kept them waiting for as long
as it took: a person's label never waits behind more than one, and neither starves.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import NamedTuple

from label_service.application.ports import Alongside, Committer, Submission
from label_service.domain.commands import Command, Outcome, hides_labels, size_of
from labelstream_common.messaging import current_context, current_request
from labelstream_common.telemetry import metrics

MAX_ITEMS_OF_COMMIT = 1_000
ITEMS_BESIDE_PEOPLE = 200
_PEOPLE_STAY_SECONDS = 2.0
_JOBS_REMEMBERED = 1_000
_COMMITS_AT_ONCE = 3


class _Waiting(NamedTuple):
    submission: Submission
    bulk: bool
    done: "asyncio.Future[Outcome]"


class _Lane:
    def __init__(self) -> None:
        self.people: deque[_Waiting] = deque()
        self.bulk: deque[_Waiting] = deque()
        self.bulk_turn = False
        self.bulk_after = 0.0
        self.woken = asyncio.Event()

    def next_group(self, now: float) -> list[_Waiting]:
        """What commits next; empty if all that waits must still pause."""
        bulk_ready = bool(self.bulk) and now >= self.bulk_after
        if bulk_ready and (self.bulk_turn or not self.people):
            self.bulk_turn = False
            return [self.bulk.popleft()]
        self.bulk_turn = bool(self.bulk)
        return [self.people.popleft() for _ in range(self._people_together()[0])]

    def following(self) -> list[Submission]:
        """What surely commits next, whatever else arrives, unless people come before bulk work; else nothing."""
        if self.bulk:
            return [] if self.people else [self.bulk[0].submission]
        count, full = self._people_together()
        return [self.people[place].submission for place in range(count)] if full else []

    def _people_together(self) -> tuple[int, bool]:
        """How many of those in front commit together, and whether no further one could join them."""
        room = MAX_ITEMS_OF_COMMIT
        for count, waiting in enumerate(self.people):
            room -= size_of(waiting.submission.command)
            if room < 0 and count > 0:
                return count, True
            if hides_labels(waiting.submission.command):
                return count + 1, True
        return len(self.people), room <= 0


class Lanes:
    """The way of every change into a job's data within this process."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer
        self._lanes: dict[str, _Lane] = {}
        self._people_at: OrderedDict[str, float] = OrderedDict()
        self._turns = asyncio.Semaphore(_COMMITS_AT_ONCE)
        self._workers: set[asyncio.Task[None]] = set()

    async def submit(
        self, job_id: str, command: Command, *, bulk: bool = False, alongside: Alongside | None = None
    ) -> Outcome:
        """Commits `command` with others of its job and gives its outcome, after the commit.

        Raises the command's own refusal, or what hit the whole commit. Not a cancellation point for the commit: a
        caller that goes away does not take its command back.
        """
        scope = None if bulk else current_request.get()
        submission = Submission(command, current_context.get(), scope, alongside)
        waiting = _Waiting(submission, bulk, asyncio.get_running_loop().create_future())
        waiting.done.add_done_callback(_seen)
        lane = self._lanes.get(job_id)
        if lane is None:
            lane = self._lanes[job_id] = _Lane()
            self._start(job_id, lane)
        (lane.bulk if bulk else lane.people).append(waiting)
        if not bulk:
            self._people_came(job_id)
        lane.woken.set()
        return await asyncio.shield(waiting.done)

    def piece(self, job_id: str) -> int:
        """How many items a piece of bulk work should have now: few while people label in the job, who wait for it."""
        people_at = self._people_at.get(job_id)
        crowded = people_at is not None and time.monotonic() - people_at < _PEOPLE_STAY_SECONDS
        return ITEMS_BESIDE_PEOPLE if crowded else MAX_ITEMS_OF_COMMIT

    def _people_came(self, job_id: str) -> None:
        self._people_at[job_id] = time.monotonic()
        self._people_at.move_to_end(job_id)
        if len(self._people_at) > _JOBS_REMEMBERED:
            self._people_at.popitem(last=False)

    async def drained(self) -> None:
        """Waits until everything submitted has been committed or refused."""
        while self._workers:
            await asyncio.wait(self._workers)

    def _start(self, job_id: str, lane: _Lane) -> None:
        worker = asyncio.create_task(self._work(job_id, lane), name=f"lane {job_id}")
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, job_id: str, lane: _Lane) -> None:
        await asyncio.sleep(0)  # lets requests that arrived together queue together
        while lane.people or lane.bulk:
            lane.woken.clear()
            group = lane.next_group(time.monotonic())
            if not group:
                await _pause_until(lane.bulk_after, lane.woken)
                continue
            async with self._turns:
                await self._commit(job_id, lane, group)
        del self._lanes[job_id]

    async def _commit(self, job_id: str, lane: _Lane, group: Sequence[_Waiting]) -> None:
        began = time.monotonic()
        try:
            submissions = [waiting.submission for waiting in group]
            outcomes = await self._committer.commit(job_id, submissions, lane.following)
        except Exception as error:
            outcomes = [error] * len(group)
        ended = time.monotonic()
        metrics.committed("label-service", sum(size_of(waiting.submission.command) for waiting in group), ended - began)
        if group[0].bulk and lane.people:
            lane.bulk_after = ended + (ended - began)
        for waiting, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                waiting.done.set_exception(outcome)
            else:
                waiting.done.set_result(outcome)


def _seen(done: "asyncio.Future[Outcome]") -> None:
    """What befell a command whose caller has gone away is nobody's unnoticed failure."""
    if not done.cancelled():
        done.exception()


async def _pause_until(moment: float, woken: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(woken.wait(), max(0.0, moment - time.monotonic()))
    except TimeoutError:
        return
