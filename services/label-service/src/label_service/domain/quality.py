"""How well and how fast people label: what is collected item by item at one `seq`, and the figures it gives.

`docs/quality.md` has the formula of each figure.
"""

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from label_service.domain.agreement import Agreement, AnswerTable, Numbers, agreement, pairs
from label_service.domain.answers import CONSENSUS, LONGEST_SECONDS, Answer
from label_service.domain.consensus import majority
from label_service.domain.dawid_skene import dawid_skene
from label_service.domain.items import PERSON, Entry
from label_service.domain.reviews import ACCEPTED, REJECTED, Review

ConsensusKind: TypeAlias = Literal["majority", "dawid_skene"]
LabelIds: TypeAlias = tuple[str, ...]

MOST_CONFUSIONS: Final = 1_000
MOST_PAIRS: Final = 5_000


class Observed(NamedTuple):
    """An item at one `seq`: its labels and review, the answers that count, and the right one where it is known."""

    labels: Sequence[Entry]
    review: Review | None
    answers: Sequence[Answer] = ()
    known: Sequence[str] | None = None


class Pair(NamedTuple):
    """Two people who answered common items."""

    a: str
    b: str
    items: int
    cohen_kappa: float | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often an item whose consensus is one set of labels was answered with another."""

    consensus: LabelIds
    answer: LabelIds
    count: int


@dataclass(slots=True)
class Person:
    """One person's work. `agrees` of `compared` answers are the consensus, `right` of `tested` the known answer."""

    account_id: str
    labeled: int = 0
    accepted: int = 0
    rejected: int = 0
    right: int = 0
    tested: int = 0
    agrees: int = 0
    compared: int = 0
    seconds_median: float | None = None

    @property
    def agrees_with_consensus(self) -> float | None:
        return self.agrees / self.compared if self.compared else None


@dataclass(frozen=True, slots=True)
class Quality:
    agreement: Agreement
    pairs: Sequence[Pair]
    people: Sequence[Person]
    confusions: Sequence[Confusion]


@dataclass(slots=True)
class _Times:
    """When a person labeled by themselves, in milliseconds, and how long their answers took."""

    at: "array[int]" = field(default_factory=lambda: array("q"))
    seconds: "array[float]" = field(default_factory=lambda: array("d"))

    def median(self) -> float | None:
        """Of the seconds an item. Without answers, items take the time since the person's change before."""
        times, items = np.unique(np.asarray(self.at, dtype=np.int64), return_counts=True)
        elapsed = np.diff(times) / 1_000
        near = elapsed <= LONGEST_SECONDS
        alone = np.repeat((elapsed / items[1:])[near], items[1:][near])
        found = np.concatenate([np.asarray(self.seconds, dtype=np.float64), alone])
        return round(float(np.median(found)), 3) if len(found) else None


class Collected:
    """Adds up a job's items. It takes about a hundred bytes for each answer, and some for each label that stands."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._numbers: dict[str, int] = {}
        self._categories: dict[LabelIds, int] = {}
        self._times: dict[str, _Times] = defaultdict(_Times)
        self._items, self._answered_by, self._given = array("q"), array("q"), array("q")
        self._majorities = array("q")

    def add(self, item: Observed) -> None:
        for one in item.answers:
            person = self._person(one["by"])
            if one["seconds"] is not None:
                self._times[one["by"]].seconds.append(one["seconds"])
            if item.known is not None:
                person.tested += 1
                person.right += set(one["labels"]) == set(item.known)
            else:
                person.labeled += 1
        if item.known is None and item.answers:
            self._add_answers(item)
        self._add_labels(item)

    def _person(self, account_id: str) -> Person:
        if account_id not in self._people:
            self._people[account_id] = Person(account_id)
            self._numbers[account_id] = len(self._numbers)
        return self._people[account_id]

    def _category(self, label_ids: Sequence[str] | frozenset[str]) -> int:
        return self._categories.setdefault(tuple(sorted(label_ids)), len(self._categories))

    def _add_answers(self, item: Observed) -> None:
        number = len(self._majorities)
        chosen = majority([one["labels"] for one in item.answers])
        self._majorities.append(self._category(chosen) if chosen else -1)
        for one in item.answers:
            self._items.append(number)
            self._answered_by.append(self._numbers[one["by"]])
            self._given.append(self._category(one["labels"]))
        standing = {one["label_id"] for one in item.labels}
        for one in item.answers:
            if set(one["labels"]) == standing:
                self._judge(one["by"], item.review)

    def _add_labels(self, item: Observed) -> None:
        """The labels that people gave by themselves."""
        last: dict[str, datetime] = {}
        for one in item.labels:
            if one["source"] == PERSON and one["by"] and one["by"] != CONSENSUS and item.known is None:
                last[one["by"]] = max(one["at"], last.get(one["by"], one["at"]))
        for account_id, at in last.items():
            self._person(account_id).labeled += 1
            self._times[account_id].at.append(round(at.timestamp() * 1_000))
            self._judge(account_id, item.review)

    def _judge(self, account_id: str, review: Review | None) -> None:
        """Nobody is credited with what they judged themselves."""
        if review is not None and review.by != account_id:
            self._people[account_id].accepted += review.state == ACCEPTED
            self._people[account_id].rejected += review.state == REJECTED

    def quality(self, consensus: ConsensusKind) -> Quality:
        """All figures. Blocks for seconds where there are hundreds of thousands of answers."""
        table = AnswerTable(*(np.asarray(one, dtype=np.int64) for one in (self._items, self._answered_by, self._given)))
        chosen = self._chosen(table, consensus)
        people = {account_id: Person(**_fields(person)) for account_id, person in self._people.items()}
        self._compare(table, chosen, people)
        for account_id, times in self._times.items():
            people[account_id].seconds_median = times.median()
        return Quality(
            agreement(table),
            self._pairs(table),
            sorted(people.values(), key=lambda person: person.account_id),
            self._confusions(table, chosen),
        )

    def _chosen(self, table: AnswerTable, consensus: ConsensusKind) -> Numbers:
        """The category of each item's consensus; -1 where there is none."""
        if consensus == "majority" or not len(table.items):
            return np.asarray(self._majorities, dtype=np.int64)
        used, given = np.unique(table.given, return_inverse=True)
        found = dawid_skene(table._replace(given=given.astype(np.int64))).consensus()
        return np.asarray([-1 if one is None else used[one] for one in found], dtype=np.int64)

    def _compare(self, table: AnswerTable, chosen: Numbers, people: Mapping[str, Person]) -> None:
        of_answer = chosen[table.items] if len(table.items) else chosen
        compared = np.bincount(table.people[of_answer >= 0], minlength=len(self._numbers))
        agrees = np.bincount(table.people[of_answer == table.given], minlength=len(self._numbers))
        for account_id, number in self._numbers.items():
            people[account_id].compared = int(compared[number])
            people[account_id].agrees = int(agrees[number])

    def _pairs(self, table: AnswerTable) -> list[Pair]:
        names = list(self._numbers)
        found = []
        for one in pairs(table):
            a, b = sorted((names[one.first], names[one.second]))
            found.append(Pair(a, b, one.items, one.cohen_kappa))
        most = sorted(found, key=lambda pair: (-pair.items, pair.a, pair.b))[:MOST_PAIRS]
        return sorted(most)

    def _confusions(self, table: AnswerTable, chosen: Numbers) -> list[Confusion]:
        if not len(table.items):
            return []
        of_answer = chosen[table.items]
        differs = (of_answer >= 0) & (of_answer != table.given)
        sets = list(self._categories)
        steps = np.stack([of_answer[differs], table.given[differs]])
        kinds, counts = np.unique(steps, axis=1, return_counts=True)
        found = [
            Confusion(sets[one], sets[other], int(count))
            for one, other, count in zip(kinds[0], kinds[1], counts, strict=True)
        ]
        return sorted(found, key=lambda each: (-each.count, each.consensus, each.answer))[:MOST_CONFUSIONS]


def _fields(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in Person.__slots__}
