"""Writes what a working copy collected: each item once, alike ones together, and one change record for all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import DeleteMany, InsertOne, ReplaceOne, UpdateMany

from label_service.adapters import documents, hardness_moves
from label_service.adapters.collections import HARDNESS_MOVES, IDLE_CHANGES, ITEMS, JOBS, LABELS, REMOVED_ITEMS
from label_service.adapters.item_keys import job_bytes, sample_bytes
from label_service.application.commit_plan import CommitPlan
from label_service.application.ports import Submission
from label_service.domain.commands import EndItems, Outcome, edits_items
from label_service.domain.decisions import Decision
from label_service.domain.items import Item, status_of
from label_service.domain.labels import Label
from label_service.domain.ownership import all_facets, facets_besides_state
from label_service.domain.working_copy import LabelChange, WorkingCopy
from labelstream_common.messaging.records import CHANGES, change_record
from labelstream_common.mongo import Database, Session, Update, insert_within, update_within
from labelstream_common.tasks import let_others_in

FIELDS_WITH_FACETS = frozenset({"assignees", "skipped", "answers", "own", "known", "agreement", "left_out"})


_WITHOUT_A_PAUSE = 500


class WriteLost(Exception):
    """An item that was read in this transaction was not there to be written: the plan and the data disagree."""


class CommitWrites:
    def __init__(self, database: Database, session: Session, plan: CommitPlan) -> None:
        self._database = database
        self._session = session
        self._work = work = plan.work
        self._messages = plan.messages
        self._outcomes = plan.outcomes
        self._hardness_before = plan.hardness_before
        self._job = job_bytes(work.job.id)
        self._commit = work.job.seq + 1

    async def write(self, group: Sequence[Submission], now: datetime) -> None:
        await self._write_items()
        await self._write_removed()
        await self._write_hardness(group)
        await self._write_labels()
        await self._write_record(group, now)
        await self._write_idle(group, now)

    def _key(self, sample_id: str) -> Binary:
        raw = sample_bytes(sample_id)
        if raw is None:
            raise WriteLost(sample_id)
        return Binary(self._job + raw)

    async def _write_items(self) -> None:
        work = self._work
        operations: list[Any] = [
            InsertOne(documents.item_document(self._key(sample_id), work.items[sample_id], self._commit))
            for sample_id in work.inserted
        ]
        if work.ended:
            operations.append(DeleteMany({"_id": {"$in": [self._key(sample_id) for sample_id in work.ended]}}))
        if operations:
            await self._database[ITEMS].bulk_write(operations, ordered=False, session=self._session)
        await self._update_items()

    async def _update_items(self) -> None:
        work = self._work
        alike: dict[tuple[int, int, bool, bool, tuple[str, ...]], list[Binary]] = defaultdict(list)
        decisions: dict[int, Decision] = {}
        for sample_id, written in work.written.items():
            if sample_id not in work.inserted:
                others = tuple(facets_besides_state(work.items[sample_id]))
                kind = (id(written.decision), written.versions, written.put_back, written.touched, others)
                alike[kind].append(self._key(sample_id))
                decisions[id(written.decision)] = written.decision
        changes = [
            _update(decisions[decision], versions, _marked(put_back, touched), others, keys=keys, commit=self._commit)
            for (decision, versions, put_back, touched, others), keys in alike.items()
        ]
        moved = [*await self._fields(), *self._states()]
        if not changes and not moved:
            return
        # Facets are written by all of these: those that go with the state of the file are the latest ones.
        ordered = bool(work.states_written) or not work.written.keys().isdisjoint(work.fields_written)
        found = await update_within(self._session, self._database[ITEMS], [*changes, *moved], ordered=ordered)
        expected = sum(map(len, alike.values()))
        if found < expected:
            raise WriteLost(f"{expected - found} items of job {work.job.id}")

    async def _fields(self) -> list[Update]:
        """What is no change of an item's state. Items that are dealt to the same people are written at once."""
        updates: list[Update] = []
        dealt: dict[str, tuple[dict[str, Any], list[Binary]]] = {}
        for place, (sample_id, fields) in enumerate(self._work.fields_written.items(), 1):
            if place % _WITHOUT_A_PAUSE == 0:
                await let_others_in()
            if sample_id in self._work.inserted:
                continue
            changed = _set(fields)
            if FIELDS_WITH_FACETS.isdisjoint(fields):
                updates.append(Update({"_id": self._key(sample_id)}, {"$set": changed}))
                continue
            changed |= documents.ownership_fields(self._work.items[sample_id])
            dealt.setdefault(repr(changed), (changed, []))[1].append(self._key(sample_id))
        for changed, keys in dealt.values():
            updates.append(Update({"_id": {"$in": keys}}, {"$set": changed}, many=True))
        return updates

    def _states(self) -> list[Update]:
        """What inspection says of files, written at once for all items that are alike in it."""
        alike: dict[tuple[str, str | None, tuple[str, ...]], list[Binary]] = defaultdict(list)
        for sample_id in self._work.states_written - self._work.inserted:
            item = self._work.items[sample_id]
            kind = (item["state"], item["reason"], tuple(all_facets(item)))
            alike[kind].append(self._key(sample_id))
        return [
            Update(
                {"_id": {"$in": keys}}, {"$set": {"state": state, "reason": reason, "facets": list(found)}}, many=True
            )
            for (state, reason, found), keys in alike.items()
        ]

    async def _write_removed(self) -> None:
        work = self._work
        operations: list[Any] = [
            ReplaceOne({"_id": self._key(sample_id)}, self._tombstone(work.removed[sample_id]), upsert=True)
            for sample_id in work.ended
            if sample_id in work.removed
        ]
        if work.returned:
            operations.append(DeleteMany({"_id": {"$in": [self._key(sample_id) for sample_id in work.returned]}}))
        given = [self._key(each) for each in work.given_away if each not in {*work.ended, *work.returned}]
        if given:
            operations.append(UpdateMany({"_id": {"$in": given}}, {"$unset": {"gives_to": "", "merged": ""}}))
        if operations:
            await self._database[REMOVED_ITEMS].bulk_write(operations, ordered=False, session=self._session)

    def _tombstone(self, item: Item) -> dict[str, Any]:
        """What a removed item was, for its return and for readers of earlier states."""
        commits = [*item.get("commits", ()), self._commit][-documents.HISTORY_COMMITS :]
        status = status_of(item["labels"])
        return {**item, "status": status, "commits": commits}

    async def _write_hardness(self, group: Sequence[Submission]) -> None:
        """What the items' hardness was, for lists sorted by it that began before; nothing of a job that ends."""
        if all(isinstance(submission.command, EndItems) for submission in group):
            moves = hardness_moves.of_job(self._work.job.id)
            await self._database[HARDNESS_MOVES].delete_many(moves, session=self._session)
        elif self._hardness_before:
            before = hardness_moves.document(self._work.job.id, self._work.job.commits + 1, self._hardness_before)
            await insert_within(self._session, self._database[HARDNESS_MOVES], before)

    async def _write_labels(self) -> None:
        work = self._work
        updates = [
            Update({"_id": {"$in": ids}}, {"$set": dict(fields)}, many=True)
            for fields, ids in _alike(work.labels_moved.values()).items()
        ]
        if len(work.labels_written) > 1:  # one may take the name that another gives up
            own = [{"$set": {"name": {"$concat": ["\0", "$_id"]}}}]
            updates.append(Update({"_id": {"$in": list(work.labels_written)}}, own, many=True))
        for label in work.labels_written.values():
            on_insert = {"job_id": work.job.id, "count": 0, "created": self._commit}
            update = {"$set": {**documents.label_fields(label), "purged": False}, "$setOnInsert": on_insert}
            updates.append(Update({"_id": label.id}, update, upsert=True))
        moved = ((label_id, by) for label_id, by in work.label_counts.items() if by)
        updates += [Update({"_id": label_id}, {"$inc": {"count": by}}) for label_id, by in moved]
        if work.labels_dropped:
            updates.append(Update({"_id": {"$in": work.labels_dropped}}, {"$set": {"purged": True}}, many=True))
        if updates:
            await update_within(self._session, self._database[LABELS], updates, ordered=True)

    async def _write_record(self, group: Sequence[Submission], now: datetime) -> None:
        if not self._messages:
            return
        work, contexts = self._work, [submission.context for submission in group]
        if work.changes:
            extra = _marks(work)
            record = change_record(work.job.id, self._commit, self._messages, at=now, contexts=contexts, extra=extra)
        else:  # no event: it takes no number of the job's change log, and nobody reads it there
            stream, extra = f"shares:{work.job.id}", {"passing": True}
            record = change_record(stream, work.commit, self._messages, at=now, contexts=contexts, extra=extra)
        await insert_within(self._session, self._database[CHANGES], record)

    async def _write_idle(self, group: Sequence[Submission], now: datetime) -> None:
        """Remembers the edits that changed nothing: they leave no record, and whoever undoes one is told so."""
        changed = {change.origin.change_id for change in self._work.changes}
        origins = {
            submission.command.origin.change_id: submission.command.origin.actor.id
            for submission, outcome in zip(group, self._outcomes, strict=True)
            if edits_items(submission.command) and isinstance(outcome, Outcome)
        }
        updates = [
            Update({"_id": change_id}, {"$set": {"job_id": self._work.job.id, "by": actor, "at": now}}, upsert=True)
            for change_id, actor in origins.items()
            if change_id not in changed
        ]
        if updates:
            await update_within(self._session, self._database[IDLE_CHANGES], updates)

    async def write_head(self, *, if_not_moved: bool = False) -> bool:
        """Writes the job's numbers and totals. With `if_not_moved` it is what counts the commit: False, and nothing
        written, if the job is gone or others have committed since the plan was made."""
        work, job = self._work, self._work.job
        fields: dict[str, Any] = {
            "seq": work.seq,
            "totals": documents.totals_fields(work.totals),
            "labels_created": work.labels.created,
        }
        if work.dealing is not None:
            fields["dealing"] = documents.dealing_fields(work.dealing)
        if work.shares_are_told:
            fields["shares_told"] = True
        if work.applied_rev is not None:
            fields["applied_rev"] = work.applied_rev
        if work.prepared:
            fields["prepared"] = True
        increments = {f"labelers.{person}": by for person, by in work.labelers.items() if by}
        if work.brought_left_out:
            increments["left_out_brought"] = 1
        if work.has_known:
            fields["has_known"] = True
        if work.known_edits:
            increments["known_edits"] = work.known_edits
        fields |= {f"worked.{person}": at for person, at in work.worked_now.items()}
        for account_id, moved in work.share_moves.items():
            increments |= {f"shares.{account_id}.{name}": by for name, by in moved._asdict().items() if by}
        query: dict[str, Any] = {"_id": job.id}
        if if_not_moved:
            query |= {"deleted": False, "commits": job.commits}
            increments["commits"] = 1
        update = {"$set": fields, "$inc": increments} if increments else {"$set": fields}
        return bool(await update_within(self._session, self._database[JOBS], [Update(query, update)]))


def _alike(labels: Iterable[Label]) -> Mapping[tuple[tuple[str, Any], ...], list[str]]:
    """Ids of labels by what is written of them: of ten thousand that are merged, nearly all are alike."""
    found: dict[tuple[tuple[str, Any], ...], list[str]] = defaultdict(list)
    for label in labels:
        found[tuple(documents.hiding_fields(label).items())].append(label.id)
    return found


def _update(
    decision: Decision,
    versions: int,
    fields: Mapping[str, Any],
    others: Sequence[str],
    *,
    keys: list[Binary],
    commit: int,
) -> Update:
    assert decision.after is not None, "an ended item is deleted"  # noqa: S101 - states the contract to the reader
    update = {
        "$set": {**documents.state_fields(decision.after, others), **fields},
        "$inc": {"version": versions},
        "$push": {"commits": {"$each": [commit], "$slice": -documents.HISTORY_COMMITS}},
    }
    if len(keys) == 1:
        return Update({"_id": keys[0]}, update)
    return Update({"_id": {"$in": keys}}, update, many=True)


def _marked(put_back: bool, touched: bool) -> dict[str, bool]:
    return {"put_back": put_back, **({"touched": True} if touched else {})}


def _set(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**fields, **documents.path_fields(fields["path"])} if "path" in fields else dict(fields)


def _marks(work: WorkingCopy) -> dict[str, Any]:
    """What the log is searched by: the changes in a record, and whether labels themselves changed."""
    marks: dict[str, Any] = {"change_ids": sorted({change.origin.change_id for change in work.changes})}
    if any(isinstance(change, LabelChange) for change in work.changes):
        marks["labels"] = True
    return marks
