"""Consensus by Dawid and Skene: what each item most probably is, when people err in different ways.

Source: Dawid and Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, Applied
Statistics 28 (1979) 20–28. It begins at each item's shares of answers (equation 3.1); the M-step estimates how frequent
the classes are and how often each person gives which answer to which class (2.3, 2.4), the E-step what each item is
(2.5). Nothing is smoothed.

The classes that an item may have are all that anybody gave to any item, or, where that would take too much memory,
those that somebody gave to this item. Estimates are kept to twelve digits, so that classes that the data does not tell
apart stay tied, whatever the order of people and classes: a tie is no consensus.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from label_service.domain.agreement import AnswerTable, Numbers

Shares: TypeAlias = npt.NDArray[np.float64]

MOST_CROSSED = 3_000_000
"""Answers times classes up to which an item may be of any class; about 300 MB and 10 s."""
MOST_ROUNDS = 100
TOLERANCE = 1e-6
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Estimates:
    """What came of it. `candidates` are pairs of item and class, sorted, each with its probability."""

    items: Numbers
    classes: Numbers
    probabilities: Shares
    prior: Shares
    rounds: int
    converged: bool

    def consensus(self) -> list[int | None]:
        """The most probable class of each item; None where several are equally probable."""
        starts = np.flatnonzero(np.diff(self.items, prepend=-1))
        best = np.maximum.reduceat(self.probabilities, starts)
        is_best = self.probabilities >= best[self.items] - TOLERANCE
        several = np.bincount(self.items, weights=is_best) > 1
        chosen = self.classes[np.flatnonzero(is_best)[np.searchsorted(self.items[is_best], np.arange(len(starts)))]]
        return [None if tied else int(one) for one, tied in zip(chosen, several, strict=True)]


class _Answers:
    """The answers beside each class that their item may have: one row for each answer and candidate."""

    def __init__(self, table: AnswerTable, *, most_crossed: int) -> None:
        items, people, given = table
        self.item_count, self.class_count = int(items.max()) + 1, int(given.max()) + 1
        classes = self.class_count
        own = items * classes + given
        dense = len(items) * classes <= most_crossed
        candidates = np.arange(self.item_count * classes) if dense else np.unique(own)
        self.candidate_item, self.candidate_class = candidates // classes, candidates % classes
        of_item = np.bincount(self.candidate_item, minlength=self.item_count)
        self.starts = np.cumsum(of_item) - of_item
        self.votes = np.bincount(np.searchsorted(candidates, own), minlength=len(candidates)).astype(np.float64)
        rows = of_item[items]
        answer = np.repeat(np.arange(len(items), dtype=np.int32), rows)
        place = np.arange(len(answer)) - np.repeat(np.cumsum(rows) - rows, rows)
        self.candidate = (self.starts[items][answer] + place).astype(np.int32)
        key = (people[answer] * classes + self.candidate_class[self.candidate]) * classes + given[answer]
        cells, self.cell = np.unique(key, return_inverse=True)
        _, self.row_of_cell = np.unique(cells // classes, return_inverse=True)

    def shares(self, weights: Shares) -> Shares:
        """The weights of candidates, so that those of an item add up to one."""
        return weights / np.add.reduceat(weights, self.starts)[self.candidate_item]

    def maximized(self, shares: Shares) -> tuple[Shares, Shares]:
        """How frequent the classes are; and of each person and class, how frequent each answer is."""
        prior = np.bincount(self.candidate_class, weights=shares, minlength=self.class_count) / self.item_count
        cells = np.bincount(self.cell, weights=shares[self.candidate])
        return prior, cells / _or_one(np.asarray(np.bincount(self.row_of_cell, weights=cells), dtype=np.float64))[
            self.row_of_cell
        ]

    def expected(self, prior: Shares, rates: Shares) -> Shares:
        """How probable each candidate is. One that had a share before has one now: there is no item without any."""
        with np.errstate(divide="ignore"):
            scores = np.log(prior)[self.candidate_class]
            scores += np.bincount(self.candidate, weights=np.log(rates)[self.cell], minlength=len(scores))
        best = np.maximum.reduceat(scores, self.starts)[self.candidate_item]
        return np.round(self.shares(np.exp(scores - best)), _DIGITS)


def dawid_skene(table: AnswerTable, *, most_crossed: int = MOST_CROSSED) -> Estimates:
    """Estimates from at least one answer. A person may answer an item several times.

    Blocks for seconds where there are hundreds of thousands of answers.
    """
    answers = _Answers(table, most_crossed=most_crossed)
    shares = answers.shares(answers.votes)
    rounds, moved = 0, np.inf
    while rounds < MOST_ROUNDS and moved > TOLERANCE:
        rounds += 1
        before, shares = shares, answers.expected(*answers.maximized(shares))
        moved = float(np.abs(shares - before).max())
    prior, _ = answers.maximized(shares)
    return Estimates(
        answers.candidate_item, answers.candidate_class, shares, prior, rounds, converged=bool(moved <= TOLERANCE)
    )


def _or_one(weights: Shares) -> Shares:
    return np.where(weights > 0, weights, 1.0)
