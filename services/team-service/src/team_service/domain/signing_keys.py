"""The keys that sign tokens, and when each of them does.

A key never changes. The newest one whose time has come signs; it was published some minutes earlier, so that every
verifier has it; and it stays published until the last token it signed has ended. So rotation needs no locks and no
moment at which a good token is refused.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

TOKEN_LIVES: Final = timedelta(minutes=60)
ROTATE_EVERY: Final = timedelta(days=30)
PUBLISH_AHEAD: Final = timedelta(minutes=10)
CLOCKS_DIFFER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`sequence` counts the keys, 1, 2, 3 …; `private` and `public` are JSON Web Keys (RFC 7517)."""

    id: str
    sequence: int
    signs_from: datetime
    created_at: datetime
    public: Mapping[str, str]
    private: Mapping[str, str] = field(repr=False)


def signer(keys: Iterable[SigningKey], now: datetime) -> SigningKey | None:
    """The key that signs at `now`: the newest whose time has come; else the oldest there is."""
    ordered = _by_age(keys)
    return next((key for key in reversed(ordered) if key.signs_from <= now), ordered[0] if ordered else None)


def published(keys: Iterable[SigningKey], now: datetime) -> Sequence[SigningKey]:
    """The keys whose tokens may still be about, or will be soon; newest first."""
    ordered = _by_age(keys)
    replaced = itertools.pairwise(ordered)
    living = [key for key, following in replaced if now < following.signs_from + TOKEN_LIVES + CLOCKS_DIFFER]
    return [*ordered[-1:], *living[::-1]]


def rotation_due(keys: Iterable[SigningKey], now: datetime, every: timedelta = ROTATE_EVERY) -> bool:
    """Whether the next key should be made: there is none, or the newest is old."""
    ordered = _by_age(keys)
    return not ordered or ordered[-1].created_at + every <= now


def next_signs_from(keys: Iterable[SigningKey], now: datetime) -> datetime:
    """The first key signs at once; a later one when every verifier has had the time to read it."""
    return now + PUBLISH_AHEAD if any(True for _ in keys) else now


def _by_age(keys: Iterable[SigningKey]) -> list[SigningKey]:
    return sorted(keys, key=lambda key: key.sequence)
