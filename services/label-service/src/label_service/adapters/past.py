"""States as of an earlier `seq`: each chunk of items is read at one snapshot, and what changed later is undone.

An item names the commits that changed it last, so the one change that matters (the first after `seq`) is read directly.
An item with more commits since than it remembers is found by reading the log from `seq` on.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from bson.binary import Binary

from label_service.adapters.alike import carrying
from label_service.adapters.collections import ITEMS, LABELS, REMOVED_ITEMS, SAMPLES
from label_service.adapters.documents import HISTORY_COMMITS
from label_service.adapters.item_keys import job_bytes, job_range, keys_of, sample_bytes, sample_of
from label_service.adapters.label_history import labels_at
from label_service.application.history import Moment, MomentLabels, PastRow
from label_service.application.told_states import state_in
from label_service.domain.answers import answers_at
from label_service.domain.items import NEW, state_of
from labelstream_common.messaging.messages import unpack
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import Client, Database, Session
from labelstream_contracts import topics

_FIELDS = {
    "path": 1,
    "labels": 1,
    "status": 1,
    "hard": 1,
    "version": 1,
    "commits": 1,
    "added_seq": 1,
    "state": 1,
    "reason": 1,
    "content_changed": 1,
    "review": 1,
}
_ANSWERED_FIELDS = {**_FIELDS, "answers": 1, "earlier_answers": 1, "settled": 1, "known": 1}
Later = Mapping[str, Any]


class MongoPast:
    """See `label_service.application.history.Past`."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._items = database[ITEMS]
        self._removed = database[REMOVED_ITEMS]
        self._changes = database[CHANGES]
        self._labels = database[LABELS]
        self._samples = database[SAMPLES]

    async def labels(self, job_id: str, seq: int) -> MomentLabels:
        return await labels_at(self._labels, self._changes, job_id, seq)

    async def buckets(self, sample_ids: Sequence[str]) -> dict[str, str]:
        rows = self._samples.find({"_id": {"$in": list(sample_ids)}}, {"bucket": 1})
        return {row["_id"]: row["bucket"] for row in await rows.to_list(None)}

    async def states(self, moment: Moment, sample_ids: Sequence[str]) -> dict[str, PastRow]:
        among = {"_id": {"$in": keys_of(moment.job_id, sample_ids)}}
        async with self._client.start_session(snapshot=True) as session:
            found = await self._items.find(among, _FIELDS, session=session).to_list(None)
            gone = self._removed.find({**among, "removed_seq": {"$gt": moment.seq}}, _FIELDS, session=session)
            rows = await self._as_they_were([*found, *await gone.to_list(None)], moment, session)
        return {row.sample_id: row for row in rows}

    async def carriers(self, job_id: str, label_ids: Collection[str], *, after: str | None, limit: int) -> list[str]:
        query = carrying(job_id, label_ids)
        if after is not None:
            query = {"$and": [query, {"_id": {"$gt": Binary(job_bytes(job_id) + (sample_bytes(after) or b""))}}]}
        rows = self._items.find(query, {"_id": 1}).sort("_id", 1).limit(limit)
        return [sample_of(row["_id"]) for row in await rows.to_list(limit)]

    async def label_names(self, job_id: str) -> dict[str, str]:
        return {row["_id"]: row["name"] async for row in self._labels.find({"job_id": job_id}, {"name": 1})}

    async def rows(
        self, moment: Moment, *, after: str | None, limit: int, with_answers: bool = False
    ) -> tuple[list[PastRow], str | None]:
        fields = _ANSWERED_FIELDS if with_answers else _FIELDS
        low, high = job_range(job_bytes(moment.job_id))
        start = low if after is None else job_bytes(moment.job_id) + (sample_bytes(after) or b"\xff" * 16)
        beyond = "$gte" if after is None else "$gt"
        async with self._client.start_session(snapshot=True) as session:
            span = {"_id": {beyond: Binary(start), "$lte": Binary(high)}}
            present = self._items.find(span, fields, session=session).sort("_id", 1).limit(limit)
            found = await present.batch_size(limit + 1).to_list(limit)
            complete = len(found) < limit
            end = high if complete else found[-1]["_id"]
            gone_span = {"_id": {beyond: Binary(start), "$lte": Binary(end)}, "removed_seq": {"$gt": moment.seq}}
            gone = await self._removed.find(gone_span, fields, session=session).to_list(None)
            documents = sorted([*found, *gone], key=lambda row: row["_id"])
            rows = await self._as_they_were(documents, moment, session)
        return rows, None if complete else sample_of(found[-1]["_id"])

    async def _as_they_were(
        self, documents: Sequence[Mapping[str, Any]], moment: Moment, session: Session
    ) -> list[PastRow]:
        later = await self._later(moment, documents, session)
        return [row for document in documents if (row := _as_it_was(document, moment, later)) is not None]

    async def _later(
        self, moment: Moment, documents: Sequence[Mapping[str, Any]], session: Session
    ) -> dict[str, Later]:
        """By sample, the first change after the moment, of those that changed after it."""
        straddling = await self._straddling(moment, session)
        wanted: set[int] = set()
        samples: set[str] = set()
        deep: set[str] = set()
        for document in documents:
            commits = sorted(one for one in document["commits"] if one > moment.seq or one == straddling)
            if commits:
                (deep if len(commits) == HISTORY_COMMITS else samples).add(sample_of(document["_id"]))
                wanted.update(commits[:2] if commits[0] == straddling else commits[:1])
        later: dict[str, Later] = {}
        if samples:
            query: dict[str, Any] = {"stream": moment.job_id, "seq": {"$in": sorted(wanted)}}
            await self._note(later, query, samples, moment, session)
        if deep:
            query = {"stream": moment.job_id, "seq": {"$gte": straddling or moment.seq + 1}}
            await self._note(later, query, deep, moment, session)
        return later

    async def _note(
        self, later: dict[str, Later], query: dict[str, Any], samples: set[str], moment: Moment, session: Session
    ) -> None:
        """Adds what the records of a query say of these samples first, until it has been said of all."""
        missing = {f"{moment.job_id}:{sample_id}": sample_id for sample_id in samples}
        async for record in self._changes.find(query, session=session).sort("seq", 1):
            _note_first(later, record, missing, moment)
            if not missing:
                return

    async def _straddling(self, moment: Moment, session: Session) -> int | None:
        """The first `seq` of the commit that the moment lies within, if it does."""
        query = {"stream": moment.job_id, "seq": {"$lte": moment.seq}}
        row = await self._changes.find_one(query, {"seq": 1, "last": 1}, sort=[("seq", -1)], session=session)
        return row["seq"] if row and row["last"] > moment.seq else None


def _note_first(later: dict[str, Later], record: Mapping[str, Any], missing: dict[str, str], moment: Moment) -> None:
    """Moves each item whose change is in the record from `missing` (its samples by subject) to `later`."""
    for message in unpack(record["block"]):
        if message.seq <= moment.seq or message.part or message.topic != topics.ANNOTATION.name:
            continue
        if message.subject in missing and message.value is not None:
            later[missing.pop(message.subject)] = orjson.loads(message.value)


def _as_it_was(document: Mapping[str, Any], moment: Moment, later: Mapping[str, Later]) -> PastRow | None:
    """The item at the moment; None if it was not there."""
    sample_id = sample_of(document["_id"])
    if document["added_seq"] > moment.seq:
        return None
    change = later.get(sample_id)
    if change is None:
        path, version, stored = document["path"], document["version"], state_of(document)
    elif change["before"] is None:
        return None
    else:
        path, version, stored = change["path"], change["version"] - 1, state_in(change["before"])
    settled = moment.labels.settling(stored)
    labels = [one for one in settled.labels if one["label_id"] in moment.names]
    return PastRow(
        sample_id,
        path,
        labels,
        settled.hard,
        version,
        settled.content_changed,
        document.get("state") or NEW,
        document.get("reason"),
        settled.review,
        answers_at(document, moment.seq),
        known["labels"] if (known := document.get("known")) else None,
    )
