"""How often somebody may guess: attempts are counted by account, address and device, in windows of a few minutes.

An attempt is counted before the secret is looked at, so that many at once are no way around a limit; one that
succeeds is taken back.
"""

import ipaddress
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
    """At most `count` attempts under `key` within `window`, counted from the first one."""

    key: str
    count: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Attempts:
    """What was counted under a key, this attempt included, and when that count ends."""

    count: int
    until: datetime


def sign_in_limits(email: str, origin: str, device: str | None = None) -> Sequence[Limit]:
    """Tight for one origin guessing at one account, and an upper bound for an account under attack from everywhere.

    A `device` on which the account was signed in before has a limit of its own and no other: whatever strangers do,
    they cannot lock its owner out there.
    """
    if device is not None:
        return (Limit(_key("sign-in-on", email, device), 10, timedelta(minutes=5)),)
    return (
        Limit(_key("sign-in", email, _network(origin)), 10, timedelta(minutes=5)),
        Limit(_key("sign-in", email), 100, timedelta(minutes=15)),
        Limit(_key("sign-in-from", _network(origin)), 200, timedelta(minutes=5)),
    )


def secret_limits(purpose: str, origin: str) -> Sequence[Limit]:
    """For secrets of 256 bits, which nobody guesses: it only keeps the noise down."""
    return (Limit(_key(purpose, _network(origin)), 100, timedelta(minutes=5)),)


def mail_limits(email: str, origin: str) -> Sequence[Limit]:
    """How often somebody may be written to without being asked, and how often one origin may ask for it."""
    return (
        Limit(_key("mail", email), 5, timedelta(hours=1)),
        Limit(_key("mail-from", _network(origin)), 50, timedelta(hours=1)),
    )


def email_change_limits(account_id: str) -> Sequence[Limit]:
    """Whoever changes their address learns whether another one is taken, so nobody asks for many."""
    return (Limit(_key("email-change", account_id), 5, timedelta(hours=1)),)


def invitation_limits(email: str) -> Sequence[Limit]:
    """Managers write to people on purpose, but nobody is to be flooded."""
    return (Limit(_key("invitation", email), 20, timedelta(hours=1)),)


def check_attempts(limit: Limit, attempts: Attempts, now: datetime) -> None:
    """Raises TooManyAttempts."""
    if attempts.count > limit.count:
        raise TooManyAttempts(max(1.0, (attempts.until - now).total_seconds()))


def _network(origin: str) -> str:
    """Whom an address belongs to: with IPv6 everybody has a whole /64 of them to come from."""
    try:
        address = ipaddress.ip_address(origin)
    except ValueError:
        return origin  # not from the network (a test, a socket): it counts by itself
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else origin


def _key(purpose: str, *parts: str) -> str:
    # A digest: what was typed into a sign-in form may be a password in the wrong field.
    return f"{purpose}:{digest(chr(0).join(parts))}"
