"""How often somebody may guess: failures are counted per address and origin, in windows of a few minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from labelstream_common.errors import TooManyRequests
from team_service.domain.secrets import digest


class TooManyAttempts(TooManyRequests):
    code = "too-many-attempts"

    def __init__(self, retry_after: float) -> None:
        super().__init__("Too many failed attempts. Wait before trying again.", retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` failures under `key` within `window`, counted from the first one."""

    key: str
    count: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Failures:
    """What was counted under a key, and when that count ends."""

    count: int
    until: datetime


def sign_in_limits(email: str, origin: str) -> Sequence[Limit]:
    """Tight for one origin guessing at one account; wide where strangers could lock somebody out."""
    return (
        Limit(_key("sign-in", email, origin), 10, timedelta(minutes=5)),
        Limit(_key("sign-in", email), 100, timedelta(minutes=15)),
        Limit(_key("sign-in-from", origin), 200, timedelta(minutes=5)),
    )


def secret_limits(purpose: str, origin: str) -> Sequence[Limit]:
    """For secrets of 256 bits, which nobody guesses: it only keeps the noise down."""
    return (Limit(_key(purpose, origin), 100, timedelta(minutes=5)),)


def mail_limits(email: str, origin: str) -> Sequence[Limit]:
    """How often somebody may be written to without being asked, and how often one origin may ask for it."""
    return (
        Limit(_key("mail", email), 5, timedelta(hours=1)),
        Limit(_key("mail-from", origin), 50, timedelta(hours=1)),
    )


def invitation_limits(email: str) -> Sequence[Limit]:
    """Managers write to people on purpose, but nobody is to be flooded."""
    return (Limit(_key("invitation", email), 20, timedelta(hours=1)),)


def check_attempts(limit: Limit, failures: Failures | None, now: datetime) -> None:
    """Raises TooManyAttempts."""
    if failures is not None and failures.until > now and failures.count >= limit.count:
        raise TooManyAttempts(max(1.0, (failures.until - now).total_seconds()))


def _key(purpose: str, *parts: str) -> str:
    # A digest: what was typed into a sign-in form may be a password in the wrong field.
    return f"{purpose}:{digest(chr(0).join(parts))}"
