"""The present time, as a port: rules and use cases are given a clock, and never ask the machine themselves."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present time: aware, UTC, whole milliseconds (what MongoDB keeps and events carry)."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return whole_milliseconds(datetime.now(UTC))


def whole_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc3339(moment: datetime) -> str:
    """`2026-01-31T12:00:00.000Z`: the one form of a time in replies and events (aware, UTC)."""
    return f"{moment.isoformat(timespec='milliseconds')[:23]}Z"
