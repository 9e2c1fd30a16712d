"""What a commit reads: the job's head and labels, the items that its commands name, and what was done before."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bson.binary import Binary

from label_service.adapters import documents
from label_service.adapters.alike import alike_of, carrying
from label_service.adapters.collections import ITEMS, JOBS, LABELS, REMOVED_ITEMS
from label_service.adapters.item_keys import job_bytes, job_range, sample_bytes, sample_of
from label_service.application.commit_plan import FoundItems
from label_service.application.committed_jobs import CommittedJob
from label_service.application.ports import Submission
from label_service.domain.alike import Alike
from label_service.domain.answers import ANSWER_FIELDS
from label_service.domain.commands import BringLeftOut, FollowSamples, samples_of
from label_service.domain.items import Item
from label_service.domain.label_set import LabelSet
from labelstream_common.messaging.request_scope import IDEMPOTENCY
from labelstream_common.mongo import Database, Session

_ITEM_FIELDS = {
    "path": 1,
    "labels": 1,
    "hard": 1,
    "hardness": 1,
    "version": 1,
    "hash": 1,
    "put_back": 1,
    "content_changed": 1,
    "state": 1,
    "overwritten": 1,
    "review": 1,
    **dict.fromkeys(ANSWER_FIELDS, 1),
    "assignees": 1,
    "skipped": 1,
    "left_out": 1,
}
_FOLLOWED_FIELDS = {
    **_ITEM_FIELDS,
    "commits": 1,
    "added_seq": 1,
    "given": 1,
    "etag": 1,
    "touched": 1,
    "reason": 1,
    "gives_to": 1,
    "merged": 1,
}


class CommitReads:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def locked(self, job_id: str, session: Session, *, deleted: bool = False) -> CommittedJob | None:
        """The job's state, with its head written: until this transaction ends, no other writer gets past it.

        None if it is not there; `deleted` says which kind of job is meant.
        """
        head = await self._database[JOBS].find_one_and_update(
            {"_id": job_id, "deleted": deleted}, {"$inc": {"commits": 1}}, session=session
        )
        if head is None:
            return None
        rows = self._database[LABELS].find({"job_id": job_id, "purged": False}, session=session)
        labels = LabelSet(map(documents.label_of, await rows.to_list(None)), head["labels_created"])
        return CommittedJob(documents.head_of(head), documents.totals_of(head), labels)

    async def items(self, job_id: str, group: Sequence[Submission], session: Session | None = None) -> FoundItems:
        """The items that a group is about."""
        follows = any(isinstance(submission.command, FollowSamples | BringLeftOut) for submission in group)
        fields = _FOLLOWED_FIELDS if follows else _ITEM_FIELDS
        prefix = job_bytes(job_id)
        samples = {sample_id for submission in group for sample_id in samples_of(submission.command)}
        keys = [Binary(prefix + raw) for raw in map(sample_bytes, samples) if raw is not None]
        present = await self._items(ITEMS, keys, fields, session)
        if not follows:
            return FoundItems(present, {})
        removed = await self._items(REMOVED_ITEMS, keys, fields, session)
        return FoundItems(present, removed | await self._giving_to(job_id, samples - present.keys(), session))

    async def _giving_to(self, job_id: str, samples: Collection[str], session: Session | None) -> dict[str, Item]:
        """Removed items whose labels wait for one of these to begin: rare, and found in an index of theirs."""
        if not samples:
            return {}
        low, high = job_range(job_bytes(job_id))
        query = {
            "gives_to": {"$in": list(samples), "$type": "string"},
            "_id": {"$gte": Binary(low), "$lte": Binary(high)},
        }
        cursor = self._database[REMOVED_ITEMS].find(query, _FOLLOWED_FIELDS, session=session).hint("gives_to")
        return {sample_of(item.pop("_id")): item for item in await cursor.to_list(None)}

    async def _items(
        self, collection: str, keys: list[Binary], fields: Mapping[str, int], session: Session | None
    ) -> dict[str, Item]:
        if not keys:
            return {}
        cursor = self._database[collection].find({"_id": {"$in": keys}}, fields, session=session)
        found: list[dict[str, Any]] = await cursor.batch_size(len(keys) + 1).to_list(None)
        return {sample_of(item.pop("_id")): item for item in found}

    async def alike(self, job_id: str, label_ids: Collection[str], session: Session) -> list[Alike]:
        """What the items carry that carry one of these labels."""
        return await alike_of(self._database[ITEMS], carrying(job_id, label_ids), session=session)

    async def repeated(self, group: Sequence[Submission], session: Session) -> set[str]:
        """The keys of those requests in a group that were done before."""
        keys = [submission.scope.key_id for submission in group if submission.scope]
        if not keys:
            return set()
        rows = self._database[IDEMPOTENCY].find({"_id": {"$in": keys}}, {"_id": 1}, session=session)
        return {row["_id"] for row in await rows.to_list(None)}
