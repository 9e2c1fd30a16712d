"""States as of an earlier `seq`: each chunk of items is read at one snapshot, and what changed later is undone.

An item names the commits that changed it last, so the one change that matters (the first after `seq`) is read directly.
An item with more commits since than it remembers is found by reading the log from `seq` on.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from bson.binary import Binary

from label_service.adapters.collections import ITEMS, LABELS, REMOVED_ITEMS, SAMPLES
from label_service.adapters.documents import HISTORY_COMMITS
from label_service.adapters.item_keys import job_bytes, job_range, sample_bytes, sample_of
from label_service.adapters.label_history import names_at
from label_service.application.history import Moment, PastRow
from label_service.application.undo import state_in
from labelstream_common.messaging.messages import unpack
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import Client, Database, Session
from labelstream_contracts import topics

_FIELDS = {"path": 1, "labels": 1, "status": 1, "hard": 1, "version": 1, "commits": 1, "added_seq": 1}
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

    async def names(self, job_id: str, seq: int) -> dict[str, str]:
        return await names_at(self._labels, self._changes, job_id, seq)

    async def buckets(self, sample_ids: Sequence[str]) -> dict[str, str]:
        rows = self._samples.find({"_id": {"$in": list(sample_ids)}}, {"bucket": 1})
        return {row["_id"]: row["bucket"] for row in await rows.to_list(None)}

    async def paths(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, str]:
        keys = [Binary(job_bytes(job_id) + raw) for raw in map(sample_bytes, sample_ids) if raw is not None]
        found = {}
        for collection in (self._items, self._removed):
            async for row in collection.find({"_id": {"$in": keys}}, {"path": 1}):
                found[sample_of(row["_id"])] = str(row["path"])
        return found

    async def rows(self, moment: Moment, *, after: str | None, limit: int) -> tuple[list[PastRow], str | None]:
        low, high = job_range(job_bytes(moment.job_id))
        start = low if after is None else job_bytes(moment.job_id) + (sample_bytes(after) or b"\xff" * 16)
        beyond = "$gte" if after is None else "$gt"
        async with self._client.start_session(snapshot=True) as session:
            span = {"_id": {beyond: Binary(start), "$lte": Binary(high)}}
            present = self._items.find(span, _FIELDS, session=session).sort("_id", 1).limit(limit)
            found = await present.batch_size(limit + 1).to_list(limit)
            complete = len(found) < limit
            end = high if complete else found[-1]["_id"]
            gone_span = {"_id": {beyond: Binary(start), "$lte": Binary(end)}, "removed_seq": {"$gt": moment.seq}}
            gone = await self._removed.find(gone_span, _FIELDS, session=session).to_list(None)
            documents = sorted([*found, *gone], key=lambda row: row["_id"])
            later = await self._later(moment, documents, session)
        rows = [row for document in documents if (row := _as_it_was(document, moment, later)) is not None]
        return rows, None if complete else sample_of(found[-1]["_id"])

    async def _later(
        self, moment: Moment, documents: Sequence[Mapping[str, Any]], session: Session
    ) -> dict[str, Later]:
        """By sample, the first change after the moment, of those that changed after it."""
        straddling = await self._straddling(moment, session)
        wanted: dict[int, set[str]] = {}
        deep: set[str] = set()
        for document in documents:
            commits = [one for one in document["commits"] if one > moment.seq or one == straddling]
            sample_id = sample_of(document["_id"])
            if len(commits) == HISTORY_COMMITS:
                deep.add(sample_id)
            for one in commits:
                wanted.setdefault(one, set()).add(sample_id)
        later: dict[str, Later] = {}
        if deep:
            records = self._changes.find({"stream": moment.job_id, "last": {"$gt": moment.seq}}, session=session)
            async for record in records.sort("seq", 1):
                _note_first(later, record, deep, moment)
        for first in sorted(wanted):
            missing = wanted[first] - later.keys()
            if missing:
                query = {"stream": moment.job_id, "seq": first}
                found = await self._changes.find_one(query, session=session)
                if found is not None:
                    _note_first(later, found, missing, moment)
        return later

    async def _straddling(self, moment: Moment, session: Session) -> int | None:
        """The first `seq` of the commit that the moment lies within, if it does."""
        query = {"stream": moment.job_id, "seq": {"$lte": moment.seq}}
        row = await self._changes.find_one(query, {"seq": 1, "last": 1}, sort=[("seq", -1)], session=session)
        return row["seq"] if row and row["last"] > moment.seq else None


def _note_first(later: dict[str, Later], record: Mapping[str, Any], samples: Iterable[str], moment: Moment) -> None:
    subjects = {f"{moment.job_id}:{sample_id}": sample_id for sample_id in samples}
    for message in unpack(record["block"]):
        if message.seq <= moment.seq or message.part or message.topic != topics.ANNOTATION.name:
            continue
        sample_id = subjects.get(message.subject)
        if sample_id is not None and sample_id not in later and message.value is not None:
            later[sample_id] = orjson.loads(message.value)


def _as_it_was(document: Mapping[str, Any], moment: Moment, later: Mapping[str, Later]) -> PastRow | None:
    """The item at the moment; None if it was not there."""
    sample_id = sample_of(document["_id"])
    if document["added_seq"] > moment.seq:
        return None
    change = later.get(sample_id)
    if change is None:
        return PastRow(
            sample_id,
            document["path"],
            document["status"],
            [one for one in document["labels"] if one["label_id"] in moment.names],
            document["hard"],
            document["version"],
        )
    if change["before"] is None:
        return None
    labels = [one for one in state_in(change["before"]).labels if one["label_id"] in moment.names]
    before = change["before"]
    return PastRow(sample_id, change["path"], before["status"], labels, before["hard"], change["version"] - 1)
