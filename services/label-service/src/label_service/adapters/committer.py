"""One commit of a lane: a MongoDB transaction over the job's head, its items, labels, counts and change record.

The head is written first: writers of one job meet there, so numbers are handed out in commit order, and nothing that
the plan was made of can change under it. A commit whose job this process wrote last is planned ahead, on what it knows
(or while the commit before it is under way, on what that will leave); its first write holds only if that is still so.
Any other reads what it needs behind the head.
"""

import asyncio
import operator
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import BulkWriteError

from label_service.adapters.commit_reads import CommitReads
from label_service.adapters.commit_writes import CommitWrites
from label_service.application.commit_plan import CommitPlan, Spoiled, needs_recount, planned
from label_service.application.committed_jobs import CommittedJob, CommittedJobs
from label_service.application.committing import Outcomes
from label_service.application.ports import Following, Submission
from label_service.domain.alike import Alike
from label_service.domain.commands import EndItems, Outcome, samples_of
from label_service.domain.errors import JobNotFound
from labelstream_common.clock import Clock
from labelstream_common.messaging.partitioning import key_hashes
from labelstream_common.messaging.request_scope import IDEMPOTENCY, current_context, idempotency_document
from labelstream_common.mongo import Client, Database, Session, in_transaction, insert_within
from labelstream_common.telemetry import spans

_DUPLICATE_KEY = 11000


class _Moved(Exception):
    """Another process has written to the job since this one did."""


class _Uncounted(Exception):
    """Labels were hidden since the job was counted: that is made good behind the head, where nothing moves."""


class _TwinWon(Exception):
    """A request of this group was committed before."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A plan that was made while the commit before it was under way, on what that would leave."""

    group: Sequence[Submission]
    plan: CommitPlan

    def is_for(self, group: Sequence[Submission]) -> bool:
        """Whether it is this group that comes next."""
        return len(group) == len(self.group) and all(map(operator.is_, group, self.group))


class MongoCommitter:
    """See `label_service.application.committing.CommitStore`."""

    def __init__(self, client: Client, database: Database, clock: Clock) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._reads = CommitReads(database)
        self._committed = CommittedJobs()
        self._prepared: dict[str, _Prepared] = {}

    async def commit(self, job_id: str, group: Sequence[Submission], following: Following) -> Outcomes:
        changes = sum(len(samples_of(submission.command)) for submission in group)
        with spans.commit("label-service", (submission.context.traceparent for submission in group), changes):
            committed, prepared = self._committed.get(job_id), self._prepared.pop(job_id, None)
            if committed is not None and not _ends_a_job(group):
                plan = prepared.plan if prepared and prepared.is_for(group) else None
                # A command may also break off over what has moved, such as a label that is not known here yet.
                with suppress(_Moved, _TwinWon, _Uncounted, Spoiled):
                    return await self._commit_ahead(committed, group, plan, following)
            return await self._commit_behind_head(job_id, group)

    async def _commit_ahead(
        self, committed: CommittedJob, group: Sequence[Submission], prepared: CommitPlan | None, following: Following
    ) -> Outcomes:
        plan = prepared or await self._plan_ahead(committed, group)

        async def once(session: Session) -> None:
            writes = CommitWrites(self._database, session, plan)
            if not await writes.write_head(if_not_moved=True):
                raise _Moved
            await self._write(writes, session, group, plan)

        committing = asyncio.create_task(in_transaction(self._client, once))
        try:
            after = CommittedJob.after(plan.work)
            upcoming = await self._prepare(after, plan, following())
        finally:
            await committing
        self._committed.keep(after)
        if upcoming is not None:
            self._prepared[committed.job.id] = upcoming
        return plan.outcomes

    async def _prepare(self, after: CommittedJob, before: CommitPlan, group: Sequence[Submission]) -> _Prepared | None:
        """Plans `group` on what the commit of `before`, which is under way, will leave, if it touches other items."""
        named = (sample_id for submission in group for sample_id in samples_of(submission.command))
        if not group or not before.work.leaves_alone(named):
            return None
        with suppress(Exception):  # whatever it is, the group runs into it again in its own turn, and is told then
            return _Prepared(group, await self._plan_ahead(after, group))
        return None

    async def _plan_ahead(self, committed: CommittedJob, group: Sequence[Submission]) -> CommitPlan:
        """Looks no keys up: a repeat, which is rare, runs into the key that its first left."""
        if needs_recount(committed, group):
            raise _Uncounted
        return planned(committed, await self._reads.items(committed.job.id, group), group, set())

    async def _commit_behind_head(self, job_id: str, group: Sequence[Submission]) -> Outcomes:
        async def once(session: Session) -> CommitPlan | None:
            return await self._read_and_write(session, job_id, group)

        while True:
            try:
                plan = await in_transaction(self._client, once)
            except _TwinWon:
                continue  # the next run reads the twin's key
            if plan is None:
                return [JobNotFound(job_id)] * len(group)
            self._committed.keep(CommittedJob.after(plan.work))
            return plan.outcomes

    async def commit_within(self, session: Session, job_id: str, group: Sequence[Submission]) -> Outcomes:
        plan = await self._read_and_write(session, job_id, group)
        return plan.outcomes if plan else [JobNotFound(job_id)] * len(group)

    async def _read_and_write(self, session: Session, job_id: str, group: Sequence[Submission]) -> CommitPlan | None:
        committed = await self._reads.locked(job_id, session, deleted=_ends_a_job(group))
        if committed is None:
            return None
        items = await self._reads.items(job_id, group, session)
        repeated = await self._reads.repeated(group, session)
        recounted: Sequence[Alike] = ()
        if needs_recount(committed, group):
            recounted = await self._reads.alike(job_id, committed.labels.leaving, session)
        plan = planned(committed, items, group, repeated, recounted)
        writes = CommitWrites(self._database, session, plan)
        await self._write(writes, session, group, plan)
        await writes.write_head()
        return plan

    async def _write(
        self, writes: CommitWrites, session: Session, group: Sequence[Submission], plan: CommitPlan
    ) -> None:
        now = self._clock.now()
        await writes.write(group, now)
        await self._keep_answers(session, group, await self._answers(session, group, plan.outcomes), now)

    async def _answers(
        self, session: Session, group: Sequence[Submission], outcomes: Sequence[Outcome | Exception]
    ) -> list[object]:
        """Stores what belongs to each command; what each answer is made of."""
        answers: list[object] = []
        for submission, outcome in zip(group, outcomes, strict=True):
            answer = None
            if submission.alongside is not None and isinstance(outcome, Outcome):
                current_context.set(submission.context)  # what is stored here, too, belongs to this request
                answer = await submission.alongside(session, outcome)
            answers.append(outcome if answer is None else answer)
        return answers

    async def _keep_answers(
        self, session: Session, group: Sequence[Submission], answers: Sequence[object], now: datetime
    ) -> None:
        rows = [
            idempotency_document(submission.scope, answer, now)
            for submission, answer in zip(group, answers, strict=True)
            if submission.scope and not isinstance(answer, Exception)
        ]
        if rows:
            try:
                if len(rows) == 1:
                    await insert_within(session, self._database[IDEMPOTENCY], rows[0])
                else:
                    await self._database[IDEMPOTENCY].insert_many(rows, session=session)
            except BulkWriteError as error:
                if error.details["writeErrors"][0]["code"] == _DUPLICATE_KEY:
                    raise _TwinWon from error
                raise


def _ends_a_job(group: Sequence[Submission]) -> bool:
    return all(isinstance(submission.command, EndItems) for submission in group)


def hashes_of_items(job_id: str, sample_ids: Sequence[str]) -> dict[str, int]:
    """The hash of each item's event key, which decides its partition; kept on the item."""
    hashes = key_hashes(f"{job_id}:".encode(), [sample_id.encode() for sample_id in sample_ids])
    return dict(zip(sample_ids, hashes, strict=True))
