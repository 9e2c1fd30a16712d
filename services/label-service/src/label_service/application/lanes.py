"""Lanes: the commands of one job queue up and commit together.

A lane commits one transaction at a time, made of everything that has queued, up to 1,000 item changes: idle, a command
commits at once; under load batches grow by themselves. A batch that cannot grow any more is planned while the one
before it commits. Lanes take turns (`turns`); a batch is closed when its turn has come. Bulk work (chunks of
operations, items that follow samples) waits behind people's commands, comes in smaller pieces while they are there, and
pauses after each piece that kept them waiting for as long as it took: a person's label never waits behind more than
one, and neither starves.
"""

import asyncio
import contextvars
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from label_service.application.ports import Alongside, CommandTooLarge, Committer, Submission
from label_service.application.turns import Turns
from label_service.domain.commands import Command, Outcome, Predict, hides_labels, size_of
from labelstream_common.courtesy import Courtesy, courtesy
from labelstream_common.messaging import current_context, current_request
from labelstream_common.tasks import rest
from labelstream_common.telemetry import metrics

T = TypeVar("T")

MAX_ITEMS_OF_COMMIT = 1_000
ITEMS_BESIDE_PEOPLE = 200
_PEOPLE_STAY_SECONDS = 2.0
_JOBS_REMEMBERED = 1_000
_LARGE_ITEMS_STAY_SECONDS = 30.0


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

    def bulk_is_next(self) -> bool:
        ready = bool(self.bulk) and time.monotonic() >= self.bulk_after
        return ready and (self.bulk_turn or not self.people)

    def people_are_next(self) -> bool:
        return bool(self.people) and not self.bulk_is_next()

    def next_group(self, *, bulk: bool) -> list[_Waiting]:
        """What commits now."""
        if bulk:
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

    def __init__(self, committer: Committer, courtesy: Courtesy = courtesy) -> None:
        self._committer = committer
        self._courtesy = courtesy
        self._lanes: dict[str, _Lane] = {}
        self._people_at: OrderedDict[str, float] = OrderedDict()
        self._fits: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._turns = Turns()
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
        if not bulk and not isinstance(command, Predict):  # a model does not wait as a person does
            self._people_came(job_id)
            if not hides_labels(command):  # whoever deletes a label waits for that
                self._courtesy.labeled()
        lane.woken.set()
        self._turns.offer()
        return await asyncio.shield(waiting.done)

    async def submit_split(
        self, job_id: str, sample_ids: Sequence[str], command_for: Callable[[Sequence[str]], Command]
    ) -> list[Outcome]:
        """Commits what one commit cannot hold in several, each for as many of these items as fit."""
        outcomes: list[Outcome] = []
        at, most = 0, MAX_ITEMS_OF_COMMIT
        while at < len(sample_ids):
            piece = sample_ids[at : at + most]
            try:
                outcomes.append(await self.submit(job_id, command_for(piece)))
            except CommandTooLarge as error:
                if len(piece) == 1:
                    raise
                most = min(error.fits, len(piece) - 1)
            else:
                at += len(piece)
        return outcomes

    async def submit_piece(self, job_id: str, command: Command, *, alongside: Alongside | None = None) -> bool:
        """Commits a piece of bulk work. False, and nothing done, if it was too large: ask `piece` again."""
        try:
            await self.submit(job_id, command, bulk=True, alongside=alongside)
        except CommandTooLarge:
            return False
        return True

    def piece(self, job_id: str) -> int:
        """How many items a piece of bulk work should have now: few while people label in the job or others are at work
        in this process, who wait for it, and fewer still where a piece has just been too large."""
        now = time.monotonic()
        people_at = self._people_at.get(job_id)
        labeling = people_at is not None and now - people_at < _PEOPLE_STAY_SECONDS
        crowded = labeling or self._courtesy.others_are_there()
        fits, since = self._fits.get(job_id, (MAX_ITEMS_OF_COMMIT, now))
        if now - since > _LARGE_ITEMS_STAY_SECONDS:
            fits = MAX_ITEMS_OF_COMMIT
        return min(fits, ITEMS_BESIDE_PEOPLE if crowded else MAX_ITEMS_OF_COMMIT)

    def _people_came(self, job_id: str) -> None:
        _remember(self._people_at, job_id, time.monotonic())

    async def drained(self) -> None:
        """Waits until everything submitted has been committed or refused."""
        while self._workers:
            await asyncio.wait(self._workers)

    def _start(self, job_id: str, lane: _Lane) -> None:
        # It serves whoever comes, not the request that came first: nothing of that one's context belongs to it.
        worker = asyncio.create_task(self._work(job_id, lane), name=f"lane {job_id}", context=contextvars.Context())
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, job_id: str, lane: _Lane) -> None:
        await asyncio.sleep(0)  # lets requests that arrived together queue together
        while lane.people or lane.bulk:
            lane.woken.clear()
            if not lane.people and not lane.bulk_is_next():
                await rest(lane.woken, lane.bulk_after - time.monotonic())
                continue
            bulk = await self._turns.take(lane)
            try:
                await self._commit(job_id, lane, lane.next_group(bulk=bulk))
            finally:
                self._turns.end(bulk=bulk)
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
            if isinstance(outcome, CommandTooLarge):
                _remember(self._fits, job_id, (outcome.fits, ended))
            if isinstance(outcome, Exception):
                waiting.done.set_exception(outcome)
            else:
                waiting.done.set_result(outcome)


def _remember(kept: OrderedDict[str, T], job_id: str, value: T) -> None:
    kept[job_id] = value
    kept.move_to_end(job_id)
    if len(kept) > _JOBS_REMEMBERED:
        kept.popitem(last=False)


def _seen(done: "asyncio.Future[Outcome]") -> None:
    """What befell a command whose caller has gone away is nobody's unnoticed failure."""
    if not done.cancelled():
        done.exception()
