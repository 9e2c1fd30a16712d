"""States as of an earlier `seq`: each chunk of items is read at one snapshot, and what changed later is undone.

An item names the commits that changed it last, so the one change that matters (the first after `seq`) is read directly.
An item with more commits since than it remembers is found by reading the log from `seq` on.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from bson.binary import Binary

from label_service.adapters.alike import carrying
from label_service.adapters.collections import ITEMS, LABELS, REMOVED_ITEMS, SAMPLES
from label_service.adapters.documents import HISTORY_COMMITS
from label_service.adapters.item_keys import job_bytes, job_range, keys_of, sample_bytes, sample_of
from label_service.adapters.label_history import labels_at
from label_service.application.history import Moment, MomentLabels, PastRow
from label_service.application.told_states import state_in
from label_service.application.weights import MOST_BYTES_OF_PAGE, weight_of, weight_of_answers
from label_service.domain.answers import answers_at
from label_service.domain.items import NEW, state_of
from labelstream_common.messaging.messages import unpack
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import Client, Database, Session
from labelstream_common.mongo import Collection as Stored
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
_ROWS_AT_ONCE, _RECORDS_AT_ONCE = 250, 50
_MOST_BYTES_OF_CHANGES = 8_000_000


class _TooMuch(Exception):
    """What has changed of so many items since is more than is read at once."""


class _Wanted(NamedTuple):
    """What is read of the items of a moment, and of how many at most."""

    moment: Moment
    fields: Mapping[str, int]
    limit: int


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

    async def states(self, moment: Moment, sample_ids: Sequence[str]) -> tuple[dict[str, PastRow], int]:
        among = {"_id": {"$in": keys_of(moment.job_id, sample_ids)}}
        async with self._client.start_session(snapshot=True) as session:
            wanted = _Wanted(moment, _FIELDS, len(sample_ids) + 1)
            documents, complete = await self._documents(among, wanted, session)
            rows, looked = await self._as_they_were(documents, moment, session)
        found = {row.sample_id: row for row in rows}
        if complete and looked == len(documents):
            return found, len(sample_ids)
        return found, bisect_right(sample_ids, sample_of(documents[looked - 1]["_id"]))

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
            documents, complete = await self._documents(span, _Wanted(moment, fields, limit), session)
            rows, looked = await self._as_they_were(documents, moment, session)
        complete = complete and looked == len(documents)
        return rows, None if complete else sample_of(documents[looked - 1]["_id"])

    async def _documents(
        self, span: Mapping[str, Any], wanted: "_Wanted", session: Session
    ) -> tuple[list[Mapping[str, Any]], bool]:
        """The items of a span, there or removed since, in the order of ids; and whether these are all of them."""
        found, all_found = await _some(self._items, span, wanted, session)
        since = {**span, "removed_seq": {"$gt": wanted.moment.seq}}
        gone, all_gone = await _some(self._removed, since, wanted, session)
        ends = [some[-1]["_id"] for some, is_all in ((found, all_found), (gone, all_gone)) if not is_all]
        documents = sorted([*found, *gone], key=lambda row: row["_id"])
        if ends:
            documents = [row for row in documents if row["_id"] <= min(ends)]
        return documents[: wanted.limit], not ends and len(documents) <= wanted.limit

    async def _as_they_were(
        self, documents: Sequence[Mapping[str, Any]], moment: Moment, session: Session
    ) -> tuple[list[PastRow], int]:
        """The items at the moment, and how many of the documents these are: all of them, or those that reach 4 MB."""
        looked = len(documents)
        while True:
            try:
                later = await self._later(moment, documents[:looked], session)
                break
            except _TooMuch:
                looked = max(1, looked // 2)
        rows: list[PastRow] = []
        size = 0
        for number, document in enumerate(documents[:looked]):
            row = _as_it_was(document, moment, later)
            if row is not None:
                size += weight_of(row.path, row.labels, moment.names)
                if rows and size > MOST_BYTES_OF_PAGE:
                    return rows, number
                rows.append(row)
        return rows, looked

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
        """Adds what the records of a query say of these samples first, until it has been said of all.

        Raises _TooMuch where that is more than 8 MB, unless it is about one sample.
        """
        missing = {f"{moment.job_id}:{sample_id}": sample_id for sample_id in samples}
        size = 0
        async for record in self._changes.find(query, session=session).sort("seq", 1).batch_size(_RECORDS_AT_ONCE):
            size += _note_first(later, record, missing, moment)
            if size > _MOST_BYTES_OF_CHANGES and len(samples) > 1:
                raise _TooMuch
            if not missing:
                return

    async def _straddling(self, moment: Moment, session: Session) -> int | None:
        """The first `seq` of the commit that the moment lies within, if it does."""
        query = {"stream": moment.job_id, "seq": {"$lte": moment.seq}}
        row = await self._changes.find_one(query, {"seq": 1, "last": 1}, sort=[("seq", -1)], session=session)
        return row["seq"] if row and row["last"] > moment.seq else None


async def _some(
    collection: Stored, query: Mapping[str, Any], wanted: "_Wanted", session: Session
) -> tuple[list[Mapping[str, Any]], bool]:
    """The first documents of a query in the order of ids, up to the limit or 4 MB; and whether these are all."""
    rows = collection.find(query, wanted.fields, session=session).sort("_id", 1).limit(wanted.limit)
    rows = rows.batch_size(min(wanted.limit + 1, _ROWS_AT_ONCE))
    found: list[Mapping[str, Any]] = []
    size = 0
    try:
        while chunk := await rows.to_list(_ROWS_AT_ONCE):
            for row in chunk:
                size += weight_of(row["path"], row["labels"], wanted.moment.names) + weight_of_answers(row)
                if found and size > MOST_BYTES_OF_PAGE:
                    return found, False
                found.append(row)
    finally:
        await rows.close()
    return found, len(found) < wanted.limit


def _note_first(later: dict[str, Later], record: Mapping[str, Any], missing: dict[str, str], moment: Moment) -> int:
    """Moves each item whose change is in the record from `missing` (its samples by subject) to `later`.

    Gives the bytes of what it moved.
    """
    size = 0
    for message in unpack(record["block"]):
        if message.seq <= moment.seq or message.part or message.topic != topics.ANNOTATION.name:
            continue
        if message.subject in missing and message.value is not None:
            change = orjson.loads(message.value)
            later[missing.pop(message.subject)] = {name: change[name] for name in ("path", "version", "before")}
            size += len(message.value)
    return size


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
