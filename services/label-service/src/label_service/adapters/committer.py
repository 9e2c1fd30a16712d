"""One commit of a lane: a MongoDB transaction over the job's head, its items, labels, counts and change record.

The order is what makes it exact. The head is written first: writers of one job wait for each other there, so the items
read afterwards cannot change under the plan, and numbers are handed out in commit order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo.errors import BulkWriteError

from label_service.adapters import documents
from label_service.adapters.collections import ITEMS, JOBS, REMOVED_ITEMS
from label_service.adapters.commit_writes import CommitWrites
from label_service.adapters.item_keys import job_bytes, sample_bytes, sample_of
from label_service.adapters.label_cache import LabelCache
from label_service.application.ports import Submission
from label_service.domain.applying import apply
from label_service.domain.commands import FollowSamples, Outcome, samples_of
from label_service.domain.errors import JobNotFound
from label_service.domain.items import Item
from label_service.domain.labels import LabelSet
from label_service.domain.working_copy import JobHead, WorkingCopy
from labelstream_common.clock import Clock
from labelstream_common.errors import DomainError
from labelstream_common.messaging import RequestRepeated
from labelstream_common.messaging.partitioning import key_hash
from labelstream_common.messaging.request_scope import IDEMPOTENCY, idempotency_document
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.telemetry import spans

_ITEM_FIELDS = {"path": 1, "labels": 1, "hard": 1, "hardness": 1, "version": 1, "hash": 1, "put_back": 1}
_FOLLOWED_FIELDS = {**_ITEM_FIELDS, "commits": 1, "added_seq": 1, "given": 1}
_DUPLICATE_KEY = 11000


class _Spoiled(Exception):
    """A command broke off after it had changed the working copy: the group is run again without it."""

    def __init__(self, position: int, error: Exception) -> None:
        super().__init__(str(error))
        self.position = position
        self.error = error


class _TwinWon(Exception):
    """Another process committed a request of this group first."""


@dataclass(frozen=True, slots=True)
class _Done:
    outcomes: list[Outcome | Exception]
    seq: int = -1
    labels_rev: int = -1
    labels: LabelSet = field(default_factory=lambda: LabelSet(()))


class MongoCommitter:
    """Commits groups of commands; see `label_service.application.ports.Committer`."""

    def __init__(self, client: Client, database: Database, clock: Clock) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._labels = LabelCache(database)

    async def commit(self, job_id: str, group: Sequence[Submission]) -> list[Outcome | Exception]:
        left = list(enumerate(group))
        outcomes: dict[int, Outcome | Exception] = {}
        while left:
            try:
                found = await self._commit(job_id, [submission for _, submission in left])
            except _Spoiled as spoiled:
                position, _ = left.pop(spoiled.position)
                outcomes[position] = spoiled.error
            except _TwinWon:
                continue  # the next run reads the twin's key
            else:
                outcomes |= {position: outcome for (position, _), outcome in zip(left, found, strict=True)}
                break
        return [outcomes[position] for position in range(len(group))]

    async def _commit(self, job_id: str, group: Sequence[Submission]) -> list[Outcome | Exception]:
        async def once(session: Session) -> _Done:
            return await self._once(session, job_id, group)

        changes = sum(len(samples_of(submission.command)) for submission in group)
        with spans.commit("label-service", (submission.context.traceparent for submission in group), changes):
            done = await in_transaction(self._client, once)
        self._labels.keep(job_id, done.seq, done.labels_rev, done.labels)
        return done.outcomes

    async def commit_within(
        self, session: Session, job_id: str, group: Sequence[Submission]
    ) -> list[Outcome | Exception]:
        """The same inside a transaction of the caller's, for a policy that must be one with what caused it."""
        return (await self._once(session, job_id, group)).outcomes

    async def _once(self, session: Session, job_id: str, group: Sequence[Submission]) -> _Done:
        head = await self._database[JOBS].find_one_and_update(
            {"_id": job_id, "deleted": False}, {"$inc": {"commits": 1}}, session=session
        )
        if head is None:
            return _Done([JobNotFound(job_id)] * len(group))
        work = await self._working_copy(session, head, group)
        repeated = await self._repeated(session, group)
        outcomes = [self._apply(work, place, submission, repeated) for place, submission in enumerate(group)]
        now = self._clock.now()
        await CommitWrites(self._database, session, work).write(group, now)
        await self._keep_answers(session, group, await self._alongside(session, group, outcomes), now)
        for label_id, by in work.label_counts.items():
            if work.labels.knows(label_id):
                work.labels.count(label_id, by)
        labels_rev = head["labels_rev"] + bool(work.labels_written or work.labels_dropped)
        return _Done(outcomes, work.seq, labels_rev, work.labels)

    async def _working_copy(self, session: Session, head: dict[str, Any], group: Sequence[Submission]) -> WorkingCopy:
        job = documents.head_of(head)
        labels = await self._labels.read(head, session)
        follows = any(isinstance(submission.command, FollowSamples) for submission in group)
        fields = _FOLLOWED_FIELDS if follows else _ITEM_FIELDS
        items = await self._items(session, ITEMS, job, group, fields)
        removed = await self._items(session, REMOVED_ITEMS, job, group, fields) if follows else {}
        return WorkingCopy(job, labels, documents.totals_of(head), items, job.seq, removed=removed)

    async def _items(
        self,
        session: Session,
        collection: str,
        job: JobHead,
        group: Sequence[Submission],
        fields: Mapping[str, int],
    ) -> dict[str, Item]:
        prefix = job_bytes(job.id)
        samples = {sample_id for submission in group for sample_id in samples_of(submission.command)}
        keys = [Binary(prefix + raw) for raw in map(sample_bytes, samples) if raw is not None]
        if not keys:
            return {}
        cursor = self._database[collection].find({"_id": {"$in": keys}}, fields, session=session)
        found = await cursor.batch_size(len(keys) + 1).to_list(None)
        return {sample_of(item.pop("_id")): item for item in found}

    async def _repeated(self, session: Session, group: Sequence[Submission]) -> set[str]:
        keys = [submission.scope.key_id for submission in group if submission.scope]
        if not keys:
            return set()
        rows = self._database[IDEMPOTENCY].find({"_id": {"$in": keys}}, {"_id": 1}, session=session)
        return {row["_id"] for row in await rows.to_list(None)}

    def _apply(self, work: WorkingCopy, place: int, submission: Submission, repeated: set[str]) -> Outcome | Exception:
        if submission.scope:
            if submission.scope.key_id in repeated:
                return RequestRepeated()
            repeated.add(submission.scope.key_id)
        changes = len(work.changes)
        try:
            return apply(work, submission.command)
        except Exception as error:
            if len(work.changes) != changes or not isinstance(error, DomainError):
                raise _Spoiled(place, error) from error
            if submission.scope:
                repeated.discard(submission.scope.key_id)
            return error

    async def _alongside(
        self, session: Session, group: Sequence[Submission], outcomes: Sequence[Outcome | Exception]
    ) -> list[object]:
        """Stores what belongs to each command; what each answer is made of."""
        answers: list[object] = []
        for submission, outcome in zip(group, outcomes, strict=True):
            answer = None
            if submission.alongside is not None and isinstance(outcome, Outcome):
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
                await self._database[IDEMPOTENCY].insert_many(rows, session=session)
            except BulkWriteError as error:
                if error.details["writeErrors"][0]["code"] == _DUPLICATE_KEY:
                    raise _TwinWon from error
                raise


def key_hashes(job_id: str, sample_ids: Sequence[str]) -> dict[str, int]:
    """The hash of each item's event key, which decides its partition; kept on the item."""
    head = job_id.encode() + b":"
    return {sample_id: key_hash(head + sample_id.encode()) for sample_id in sample_ids}
