"""The change log: every record of a job in the order of `seq`, as entries of the feed."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from label_service.adapters.collections import IDLE_CHANGES
from label_service.application.change_feed import Entry
from label_service.application.events import ITEMS_ENTRY
from label_service.application.weights import MOST_BYTES_OF_PAGE
from labelstream_common.messaging.messages import Message, unpack
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import Database
from labelstream_contracts import topics

_KINDS = {topics.ANNOTATION.name: b"item", topics.LABEL.name: b"label", "": ITEMS_ENTRY.encode()}
_RECORDS_AT_ONCE = 50
_ITEMS_HEAD = b'{"kind":"%b"' % ITEMS_ENTRY.encode()


class ChangeLog:
    """See `label_service.application.change_feed.ChangeFeed`."""

    def __init__(self, database: Database) -> None:
        self._changes = database[CHANGES]
        self._idle = database[IDLE_CHANGES]

    async def after(self, job_id: str, seq: int, limit: int, most_bytes: int = MOST_BYTES_OF_PAGE) -> list[Entry]:
        found: list[Entry] = []
        size = 0
        async for record in self._records(job_id, seq, seq + limit):
            for one in entries(record, after=seq, until=seq + limit):
                size += len(one.json)
                if found and size > most_bytes:
                    return found
                found.append(one)
        return found

    async def of_item(self, job_id: str, sample_id: str, commits: Sequence[int], limit: int) -> list[Entry]:
        subject = f"{job_id}:{sample_id}"
        rows = self._changes.find({"stream": job_id, "seq": {"$in": list(commits)}}).sort("seq", -1)
        found: list[Entry] = []
        async for record in rows.batch_size(_RECORDS_AT_ONCE):
            found += reversed(list(entries(record, subject=subject)))
            if len(found) >= limit:
                break
        await rows.close()
        return found[:limit]

    async def of_change(self, job_id: str, change_id: str, after: int = 0) -> AsyncIterator[Entry]:
        mark = b'"change_id":"%b"' % change_id.encode()
        query = {"change_ids": change_id, "stream": job_id, "last": {"$gt": after}}
        async for record in self._changes.find(query).sort("seq", 1).batch_size(_RECORDS_AT_ONCE):
            for one in entries(record, after=after):
                if mark in one.json:
                    yield one

    async def who_changed_nothing(self, job_id: str, change_id: str) -> str | None:
        found = await self._idle.find_one({"_id": change_id, "job_id": job_id}, {"by": 1})
        return found["by"] if found else None

    async def between(self, job_id: str, after: int, until: int) -> AsyncIterator[Entry]:
        async for record in self._records(job_id, after, until):
            for one in entries(record, after=after, until=until):
                if ":" in one.subject or one.json.startswith(_ITEMS_HEAD):
                    yield one

    async def latest(self, job_id: str) -> int:
        """The last `seq` of a job; 0 if nothing has happened."""
        row = await self._changes.find_one({"stream": job_id}, {"last": 1}, sort=[("seq", -1)])
        return int(row["last"]) if row else 0

    async def _records(self, job_id: str, after: int, until: int) -> AsyncIterator[Mapping[str, Any]]:
        """The records that hold what is beyond `after`, up to `until`."""
        holding = await self._changes.find_one(
            {"stream": job_id, "seq": {"$lte": after + 1}}, {"seq": 1}, sort=[("seq", -1)]
        )
        first = holding["seq"] if holding else after + 1
        query = {"stream": job_id, "seq": {"$gte": first, "$lte": until}}
        rows = self._changes.find(query).sort("seq", 1).batch_size(_RECORDS_AT_ONCE)
        async for record in rows:
            yield record


def entries(
    record: Mapping[str, Any], *, after: int = 0, until: int | None = None, subject: str | None = None
) -> Iterator[Entry]:
    """The feed's entries in a record (in a span of numbers, or about one subject), as payloads with their `kind`."""
    for message in unpack(record["block"]):
        if message.seq <= after or (until is not None and message.seq > until):
            continue
        if subject is not None and message.subject != subject:
            continue
        kind = _KINDS.get(message.topic)
        if kind is not None and not message.part:
            yield Entry(message.seq, message.subject, _with_kind(kind, message))


def _with_kind(kind: bytes, message: Message) -> bytes:
    value = message.value or b"{}"
    head = (
        b'{"kind":"%b",' % kind
        if kind == b"item" or not message.type
        else b'{"kind":"%b","type":"%b",'
        % (
            kind,
            message.type.encode(),
        )
    )
    return head + value[1:]
