"""Tickets for the bytes of one sample, for people who may see only some samples of a dataset.

label-service knows whose items are whose, sync-service has the bytes, and neither asks the other while it serves. So
the URLs that label-service gives to a labeler carry a ticket: an HMAC-SHA-256, under a key that both have, over the
account, the dataset, the sample, the etag of its bytes, and the hour at which it ends. It is good for 12 to 24 hours
and the same for 12, so that browsers can keep what they have. It opens nothing for another account, and nothing for
who has no role in a job on the dataset any more.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import NamedTuple

_HOURS = 12
_MAC_BYTES = 18
_LONGEST = 64


class Seen(NamedTuple):
    """Which bytes somebody may see."""

    account_id: str
    dataset_id: str
    sample_id: str
    etag: str | None


class ContentTickets:
    """Makes tickets and judges them, with a key of at least 16 bytes."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def ticket(self, seen: Seen, now: datetime) -> str:
        ends = (_hour(now) // _HOURS + 2) * _HOURS
        return f"{ends}.{self._mac(ends, seen)}"

    def holds(self, ticket: str, seen: Seen, now: datetime) -> bool:
        """Whether it is a ticket for just this, and has not ended."""
        ends, _, mac = ticket.partition(".")
        if len(ticket) > _LONGEST or not (ends.isascii() and ends.isdigit()) or int(ends) <= _hour(now):
            return False
        return hmac.compare_digest(mac.encode(), self._mac(int(ends), seen).encode())

    def _mac(self, ends: int, seen: Seen) -> str:
        parts = [part.encode() for part in (str(ends), *(one or "" for one in seen))]
        text = b"".join(b"%d:%b," % (len(part), part) for part in parts)
        return urlsafe_b64encode(hmac.new(self._key, text, hashlib.sha256).digest()[:_MAC_BYTES]).decode()


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // 3600
