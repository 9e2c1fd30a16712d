"""What a consumer has fetched, cut into transactions: pieces of events, with the offsets up to which each has read.

What nobody wants costs no transaction of its own: its offsets are stored along with the next piece.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labelstream_common.messaging.offsets import Partition, Span
from labelstream_common.messaging.received import Follower, Received

_MOST_PASSED = 10_000
_PASSED_SECONDS = 5.0

Spans = Mapping[Partition, Span]


@dataclass(frozen=True)
class Piece:
    """What one transaction applies. `spans`: what it reads, whether it was wanted or not."""

    events: Sequence[Received]
    spans: Spans


def pieces_of(fetched: Spans, events: Sequence[Received], follower: Follower) -> list[Piece]:
    """The wanted events of what was fetched, each piece as heavy as one transaction of the follower may be.

    A heavier event is a piece of its own. Without wanted events there is no piece.
    """
    groups: list[list[Received]] = []
    room = 0
    for event in events:
        weight = follower.weigh(event)
        if not groups or weight > room:
            groups.append([])
            room = follower.most
        groups[-1].append(event)
        room -= weight
    return _cut(fetched, groups)


def parts_around(piece: Piece, event: Received | None) -> list[Piece]:
    """The piece in parts of the same order, so that `event` is one of its own; None makes every event one."""
    events = list(piece.events)
    if event is None:
        return _cut(piece.spans, [[one] for one in events])
    at = events.index(event)
    return _cut(piece.spans, [group for group in (events[:at], [event], events[at + 1 :]) if group])


def _cut(fetched: Spans, groups: Sequence[Sequence[Received]]) -> list[Piece]:
    """A piece for each group. The last one reads all that is left of what was fetched."""
    left = dict(fetched)
    pieces = [Piece(group, _taken(left, group)) for group in groups]
    if pieces:
        pieces[-1] = Piece(pieces[-1].events, joined(pieces[-1].spans, left))
    return pieces


def _taken(left: dict[Partition, Span], events: Sequence[Received]) -> dict[Partition, Span]:
    """Takes off `left` what is read once these events are applied."""
    taken: dict[Partition, Span] = {}
    for event in events:
        at = Partition(event.topic, event.partition)
        first = taken[at].first if at in taken else left[at].first
        taken[at] = Span(first, event.offset + 1)
    for at, span in taken.items():
        left[at] = Span(span.end, left[at].end)
    return taken


def joined(earlier: Spans, later: Spans) -> dict[Partition, Span]:
    """Both, where the later ones go on from the earlier ones."""
    found = dict(earlier)
    for at, span in later.items():
        found[at] = Span(found[at].first if at in found else span.first, span.end)
    return found


class Passed:
    """What was read past and whose offsets are not stored yet. Losing it means to read it past once more."""

    def __init__(self) -> None:
        self.spans: dict[Partition, Span] = {}
        self._count = 0
        self._since = 0.0

    def note(self, spans: Spans) -> None:
        if not self.spans:
            self._since = time.monotonic()
        self.spans = joined(self.spans, spans)
        self._count += sum(span.end - span.first for span in spans.values())

    def forget(self) -> None:
        self.spans = {}
        self._count = 0

    @property
    def is_due(self) -> bool:
        """Whether it is so much, or so long ago, that it should be stored without waiting for more."""
        return bool(self.spans) and (self._count >= _MOST_PASSED or time.monotonic() - self._since >= _PASSED_SECONDS)
