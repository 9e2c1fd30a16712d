"""The audit in MongoDB. It can be added to and read; what is there ends by its age alone (a TTL index).

An entry that comes again has the same id, and changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import UpdateOne

from labelstream_common.mongo import (
    Database,
    Document,
    Index,
    InvalidCursor,
    Page,
    PageParams,
    Session,
    decode_cursor,
    encode_cursor,
)
from labelstream_contracts import AuditRecorded
from team_service.domain.audit import AuditEntry, AuditFilter, Named

AUDIT: Final = "audit"
_ORDER = "audit"


def audit_indexes(kept_for: timedelta) -> Sequence[Index]:
    newest = (("at", -1), ("_id", -1))
    return (
        Index(AUDIT, newest, "at"),
        Index(AUDIT, (("action", 1), *newest), "action"),
        Index(AUDIT, (("actor.id", 1), *newest), "actor"),
        Index(AUDIT, (("job_id", 1), *newest), "job"),
        Index(AUDIT, (("at", 1),), "expiry", expire_after_seconds=int(kept_for.total_seconds())),
    )


class MongoAudit:
    def __init__(self, database: Database) -> None:
        self._audit = database[AUDIT]

    async def keep(self, session: Session, entries: Sequence[AuditRecorded]) -> None:
        """Adds the entries that are not there yet, in the transaction of `session`."""
        writes = [UpdateOne({"_id": each.audit_id}, {"$setOnInsert": _document(each)}, upsert=True) for each in entries]
        await self._audit.bulk_write(writes, ordered=False, session=session)

    async def page(self, only: AuditFilter, wish: PageParams) -> Page[AuditEntry]:
        """The newest first. Raises InvalidCursor."""
        condition = _condition(only)
        if wish.cursor is not None:
            at, last = _place(wish.cursor)
            condition = {"$and": [condition, {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last}}]}]}
        found = await self._audit.find(condition).sort([("at", -1), ("_id", -1)]).limit(wish.limit + 1).to_list(None)
        entries = [_entry(each) for each in found[: wish.limit]]
        more = len(found) > wish.limit
        return Page(entries, encode_cursor(_ORDER, entries[-1].at, entries[-1].id) if more else None)


def _place(cursor: str) -> tuple[datetime, str]:
    at, last = decode_cursor(cursor, _ORDER, 2)
    if not isinstance(at, datetime) or not isinstance(last, str):
        raise InvalidCursor
    return at, last


def _condition(only: AuditFilter) -> dict[str, Any]:
    exact = {"job_id": only.job_id, "action": only.action, "actor.id": only.actor_id}
    condition: dict[str, Any] = {name: value for name, value in exact.items() if value is not None}
    window = {"$gt": only.after, "$lte": only.before}
    within = {name: value for name, value in window.items() if value is not None}
    return {**condition, "at": within} if within else condition


def _document(entry: AuditRecorded) -> Document:
    return {
        "at": entry.at,
        "action": entry.action,
        "actor": {"kind": entry.actor.kind, "id": entry.actor.id},
        "subject": {"kind": entry.about.kind, "id": entry.about.id},
        "job_id": entry.job_id,
        "address": entry.address,
        "detail": dict(entry.detail),
    }


def _entry(found: Document) -> AuditEntry:
    return AuditEntry(
        id=found["_id"],
        at=found["at"],
        action=found["action"],
        actor=Named(**found["actor"]),
        subject=Named(**found["subject"]),
        job_id=found["job_id"],
        address=found["address"],
        detail=found["detail"],
    )
