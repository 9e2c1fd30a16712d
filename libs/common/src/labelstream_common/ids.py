"""Ids: UUIDv7 in canonical lower-case text, so that ids sort by the time they were made."""

from datetime import UTC, datetime
from uuid import UUID

import uuid_utils


def new_id() -> str:
    """A new UUIDv7. Ids made by one process sort in the order they were made."""
    return str(uuid_utils.uuid7())


def made_at(value: str) -> datetime | None:
    """When a UUIDv7 was made (milliseconds, UTC), or None if `value` is not one in canonical text."""
    try:
        parsed = UUID(value)
    except (ValueError, AttributeError):
        return None
    if parsed.version != 7 or str(parsed) != value:
        return None
    try:
        return datetime.fromtimestamp((parsed.int >> 80) / 1000, UTC)
    except (ValueError, OverflowError):  # 48 bits of milliseconds reach beyond the year 9999
        return None


def age_seconds(value: str, now: datetime) -> float | None:
    """How old a UUIDv7 is at `now`, in seconds; None if `value` is not one."""
    made = made_at(value)
    return None if made is None else (now - made).total_seconds()
