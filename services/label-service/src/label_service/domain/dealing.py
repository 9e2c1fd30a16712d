"""Dealing items out: who gets which, at random, evenly within one, with as few moves as that takes.

Everything here is a function of (items, people, how much each has, seed), so it can be repeated and proven. Items come
in pieces: how much each person has goes from one piece into the next, and each item goes to those who have least.

When people come or go, one round looks at every open item, in the order of ids. Who has more than their quota gives
away as many as that is, chosen at random among all they have: each is given away with the chance *surplus / items still
ahead* (Source: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
"""

import heapq
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from labelstream_contracts.team_settings import Assignment

NOTHING: Mapping[str, int] = MappingProxyType({})
# Queues of earlier rules are dealt anew: known answers showed before they were taken, or reached nobody.
PRESENT_RULES = 1


class OpenItem(NamedTuple):
    """An open item as dealing sees it: who has it for good (answered, assigned by a manager), who may give it away."""

    sample_id: str
    kept: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """One walk through the open items. `quota` is how many each shall have, `ahead` how many of theirs are to come.

    `after` is the last item that was looked at. The first round takes back and deals out, a further one only evens out.
    A `narrow` one looks only at what a review rejected and at what tests labelers: where people come to a queue or
    leave it, nothing else moves.
    """

    number: int = 1
    after: str | None = None
    quota: Mapping[str, int] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Dealing:
    """How a job's items are dealt at present: to whom, by which settings; `round` is under way since those changed.

    `people` are the job's labelers, also where they take items from a queue; nobody where everybody has all items.
    `keepers` work in the job without being labelers: what a manager assigned to them stays theirs.
    `rules` says by which rules of this module a round began; see `PRESENT_RULES`.
    """

    people: tuple[str, ...] = ()
    keepers: tuple[str, ...] = ()
    assignment: Assignment = "none"
    overlap: int = 1
    round: Round | None = None
    rules: int = 0


class Dealt(NamedTuple):
    """Who gets an item instead of those who had it loose, how much each person has now, and what is still ahead."""

    loose: dict[str, tuple[str, ...]]
    loads: dict[str, int]
    ahead: dict[str, int]


def quotas(people: Sequence[str], loads: Mapping[str, int], slots: int, seed: str) -> dict[str, int]:
    """`slots` shared out evenly; those who have most get what is left over, so that least moves."""
    if not people:
        return {}
    least, over = divmod(slots, len(people))
    dice = random.Random(seed)  # noqa: S311 - it deals, it keeps no secret
    order = sorted(people, key=lambda person: (-loads.get(person, 0), dice.random()))
    return {person: least + (place < over) for place, person in enumerate(order)}


def deal(
    items: Iterable[OpenItem],
    people: Sequence[str],
    loads: Mapping[str, int],
    *,
    overlap: int,
    seed: str,
    round_: Round | None = None,
) -> Dealt:
    """Deals a piece out. Without a round nobody gives anything away but what is too much on an item."""
    table = _Table(people, loads, seed, round_)
    loose: dict[str, tuple[str, ...]] = {}
    for item in items:
        after = table.deal(item, overlap)
        if after != item.loose:
            loose[item.sample_id] = after
    return Dealt(loose, table.loads, table.ahead)


class _Table:
    """How many items each person has while a piece is dealt out."""

    def __init__(self, people: Sequence[str], loads: Mapping[str, int], seed: str, round_: Round | None) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - it deals, it keeps no secret
        self._round = round_
        self.loads = {person: loads.get(person, 0) for person in people}
        self.ahead = dict(round_.ahead) if round_ else {}
        self._quota = round_.quota if round_ else NOTHING
        self._heap = [(self._excess(person), self._dice.random(), person) for person in people]
        heapq.heapify(self._heap)

    def _excess(self, person: str) -> int:
        """How much more somebody has than they shall have; without quotas, how much they have."""
        return self.loads[person] - self._quota.get(person, 0)

    def deal(self, item: OpenItem, overlap: int) -> tuple[str, ...]:
        """The assignees after this who may give the item away."""
        wanted = max(0, overlap - len(item.kept))
        here = [person for person in item.loose if person in self.loads]
        for person in here:
            if self.ahead.get(person):
                self.ahead[person] -= 1
        while len(here) > wanted:
            self._take(here, max(here, key=lambda person: (self.loads[person], self._dice.random())))
        for person in list(here):
            if self._gives_away(person, {*here, *item.kept}):
                self._take(here, person)
        while len(here) < wanted:
            taker = self._least({*here, *item.kept})
            if taker is None:
                break
            here.append(taker)
            self._set(taker, self.loads[taker] + 1)
        unchanged = set(here) == set(item.loose)
        return item.loose if unchanged else tuple(here)

    def _gives_away(self, person: str, there: Collection[str]) -> bool:
        """Whether this item is one of those that a person who has too many gives away, and somebody has too few."""
        if self._round is None:
            return False
        surplus = self._excess(person)
        if surplus <= 0:
            return False
        left = self.ahead.get(person, 0) + 1
        if self._round.number == 1 and self._dice.random() * left >= surplus:
            return False
        taker = self._least(there)
        return taker is not None and self._excess(taker) < 0

    def _take(self, here: list[str], person: str) -> None:
        here.remove(person)
        self._set(person, self.loads[person] - 1)

    def _set(self, person: str, load: int) -> None:
        self.loads[person] = load
        heapq.heappush(self._heap, (self._excess(person), self._dice.random(), person))

    def _least(self, besides: Collection[str]) -> str | None:
        """The person with the fewest items, or furthest below their quota, except these; chance decides between
        equals."""
        aside: list[tuple[int, float, str]] = []
        found: str | None = None
        while self._heap:
            entry = heapq.heappop(self._heap)
            excess, _, person = entry
            if excess != self._excess(person):
                continue  # what it was once
            aside.append(entry)
            if person not in besides:
                found = person
                break
        for entry in aside:
            heapq.heappush(self._heap, entry)
        return found


def is_even(people: Sequence[str], loads: Mapping[str, int]) -> bool:
    """Whether nobody has more than one item more than another."""
    held = [loads.get(person, 0) for person in people]
    return not held or max(held) - min(held) <= 1


def next_round(last: Round, people: Sequence[str], loads: Mapping[str, int], seed: str) -> Round:
    """A further round, after one that people have labeled during."""
    slots = sum(loads.get(person, 0) for person in people)
    return replace(
        last, number=last.number + 1, after=None, quota=quotas(people, loads, slots, seed), ahead=dict(loads)
    )
