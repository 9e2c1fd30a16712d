"""How far people who answered the same items agree.

A category is whatever makes two answers equal: the set of labels. Every figure comes from whole numbers and is rounded
once, at the end: neither the order of items nor that of people or categories can change it.

| figure | source |
|---|---|
| percent | the mean, over items, of the share of pairs of answers that are equal |
| Cohen's kappa | Cohen, A Coefficient of Agreement for Nominal Scales, Educ. Psychol. Meas. 20 (1960) 37–46 |
| Fleiss' kappa | Fleiss, Measuring Nominal Scale Agreement Among Many Raters, Psychol. Bull. 76 (1971) 378–382 |
| Krippendorff's alpha | Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), nominal data |

A figure is None where it is not defined: nothing was answered twice, or all answers are of one category.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.int64]


class AnswerTable(NamedTuple):
    """Answers, one a row: of each the item, the person and the category, each numbered from 0 without a gap."""

    items: Numbers
    people: Numbers
    given: Numbers

    @classmethod
    def of(cls, rows: list[tuple[int, int, int]]) -> "AnswerTable":
        columns = np.asarray(rows, dtype=np.int64).reshape(-1, 3).T
        return cls(columns[0], columns[1], columns[2])


class PairAgreement(NamedTuple):
    """Two people, the number of items that both answered, and Cohen's kappa over these."""

    first: int
    second: int
    items: int
    cohen_kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over the items that at least two people answered. `percent` is between 0 and 1."""

    items: int
    percent: float | None
    fleiss_kappa: float | None
    krippendorff_alpha: float | None


def agreement(table: AnswerTable) -> Agreement:
    """Fleiss' kappa is (P̄ - P̄_e) / (1 - P̄_e), also where some items have more answers than others. Krippendorff's
    alpha is ((n - 1) Σ o_cc - Σ n_c (n_c - 1)) / (n (n - 1) - Σ n_c (n_c - 1))."""
    several = _answered_by_several(table)
    if not len(several.items):
        return Agreement(0, None, None, None)
    answers = np.bincount(several.items)
    width = int(several.given.max()) + 1
    cells, counts = np.unique(several.items * width + several.given, return_counts=True)
    equal = np.bincount(cells // width, weights=counts * (counts - 1) // 2).astype(np.int64)
    items = int(np.count_nonzero(answers))
    observed = sum((Fraction(int(a), int(b)) * times for a, b, times in _shares(equal, answers)), Fraction(0)) / items
    categories = [int(count) for count in np.bincount(several.given)]
    total = sum(categories)
    by_chance = Fraction(sum(count**2 for count in categories), total**2)
    kappa = None if by_chance == 1 else float((observed - by_chance) / (1 - by_chance))
    return Agreement(items, float(observed), kappa, _alpha(equal, answers, categories))


def pairs(table: AnswerTable) -> list[PairAgreement]:
    """Each two people who answered a common item. Cohen's kappa is (p_o - p_e) / (1 - p_e)."""
    people, width = int(table.people.max(initial=0)) + 1, int(table.given.max(initial=0)) + 1
    chunks = list(_together(table))
    if not chunks:
        return []
    one, other, its, others = (np.concatenate(column) for column in zip(*chunks, strict=True))
    keys, place, items = np.unique(one * people + other, return_inverse=True, return_counts=True)
    equal = np.bincount(place, weights=its == others).astype(np.int64)
    first, first_counts = np.unique(place * width + its, return_counts=True)
    second, second_counts = np.unique(place * width + others, return_counts=True)
    both, in_first, in_second = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    products = first_counts[in_first] * second_counts[in_second]
    by_chance = np.zeros(len(keys), dtype=np.int64)
    np.add.at(by_chance, both // width, products)
    return [
        PairAgreement(int(key // people), int(key % people), int(n), _kappa(int(n), int(alike), int(chance)))
        for key, n, alike, chance in zip(keys, items, equal, by_chance, strict=True)
    ]


def _answered_by_several(table: AnswerTable) -> AnswerTable:
    several = np.bincount(table.items)[table.items] > 1 if len(table.items) else np.zeros(0, dtype=bool)
    return AnswerTable(table.items[several], table.people[several], table.given[several])


def _shares(equal: Numbers, answers: Numbers) -> Iterator[tuple[int, int, int]]:
    """How many pairs are equal, of how many, and how many items that is so of."""
    there = answers > 1
    kinds, times = np.unique(np.stack([equal[there], answers[there]]), axis=1, return_counts=True)
    for alike, count, often in zip(kinds[0], kinds[1], times, strict=True):
        yield int(alike), int(count) * (int(count) - 1) // 2, int(often)


def _alpha(equal: Numbers, answers: Numbers, categories: list[int]) -> float | None:
    total = sum(categories)
    diagonal = sum(
        (Fraction(2 * int(equal[answers == count].sum()), int(count) - 1) for count in np.unique(answers[answers > 1])),
        Fraction(0),
    )
    by_chance = sum(count * (count - 1) for count in categories)
    denominator = total * (total - 1) - by_chance
    return float(((total - 1) * diagonal - by_chance) / denominator) if denominator else None


def _together(table: AnswerTable) -> Iterator[tuple[Numbers, Numbers, Numbers, Numbers]]:
    """For every two answers to an item: the two people, in their order, and what each gave."""
    order = np.lexsort((table.people, table.items))
    items, people, given = table.items[order], table.people[order], table.given[order]
    for apart in range(1, len(items)):
        same = np.flatnonzero(items[:-apart] == items[apart:])
        if not len(same):
            return
        yield people[same], people[same + apart], given[same], given[same + apart]


def _kappa(items: int, equal: int, by_chance: int) -> float | None:
    denominator = items**2 - by_chance
    return (items * equal - by_chance) / denominator if denominator else None
