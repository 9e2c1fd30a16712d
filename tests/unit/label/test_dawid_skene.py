"""Consensus by Dawid and Skene: as published, and the same whoever is called what."""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from math import prod
from random import Random

import pytest
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.label.published_answers import DAWID_SKENE_1979
from tests.unit.label.test_agreement import Rows, answers

from label_service.domain.agreement import AnswerTable
from label_service.domain.dawid_skene import dawid_skene

# The paper's observer 1 assessed every patient three times.
OBSERVERS = (0, 0, 0, 1, 2, 3, 4)


def patients() -> AnswerTable:
    return AnswerTable.of(
        [
            (patient, observer, int(sign) - 1)
            for patient, signs in enumerate(DAWID_SKENE_1979.split())
            for observer, sign in zip(OBSERVERS, signs, strict=True)
        ]
    )


def plainly(signs: Sequence[str], rounds: int = 200) -> tuple[list[float], list[list[float]]]:
    """The same estimates by the paper's equations as they stand, one loop for each index: prior and probabilities."""
    classes, given = range(4), [[(who, int(one) - 1) for who, one in zip(OBSERVERS, row, strict=True)] for row in signs]
    shares = [[sum(one == of for _, one in row) / len(row) for of in classes] for row in given]
    for _ in range(rounds):
        prior = [sum(share[of] for share in shares) / len(shares) for of in classes]
        counts: Counter[tuple[int, int, int]] = Counter()
        for row, share in zip(given, shares, strict=True):
            for (who, one), of in product(row, classes):
                counts[who, of, one] += share[of]  # type: ignore[assignment]  # it counts shares
        totals = {(who, of): sum(counts[who, of, one] for one in classes) for who in range(5) for of in classes}
        likely = [
            [prior[of] * prod(counts[who, of, one] / totals[who, of] for who, one in row) for of in classes]
            for row in given
        ]
        shares = [[one / sum(row) for one in row] for row in likely]
    return prior, shares


def test_the_patients_of_dawid_and_skene_1979() -> None:
    """How frequent the classes are is in table 2 of the paper; the rest is as its equations give it."""
    found = dawid_skene(patients())
    assert found.converged
    assert [round(float(share), 2) for share in found.prior] == [0.40, 0.42, 0.11, 0.07]
    prior, shares = plainly(DAWID_SKENE_1979.split())
    assert list(found.prior) == pytest.approx(prior, abs=1e-5)
    assert list(found.probabilities) == pytest.approx([one for row in shares for one in row], abs=1e-5)
    assert found.consensus() == [row.index(max(row)) for row in shares]


def test_one_who_errs_always_alike_is_understood() -> None:
    """Whoever calls every cat a dog, and every dog a cat, is read the other way round."""
    random, rows = Random(7), Rows()  # noqa: S311 - the same answers each time
    truth = [random.randrange(2) for _ in range(200)]
    for item, real in enumerate(truth):
        rows += [(item, 0, real), (item, 1, real if random.random() < 0.8 else 1 - real), (item, 2, 1 - real)]
    assert dawid_skene(AnswerTable.of(rows)).consensus() == truth


def test_what_the_answers_do_not_tell_apart_is_a_tie() -> None:
    table = AnswerTable.of([(0, 0, 0), (0, 1, 1), (1, 0, 0), (1, 1, 1)])
    assert dawid_skene(table).consensus() == [None, None]


def test_with_little_memory_an_item_is_of_a_class_that_it_was_given() -> None:
    found = dawid_skene(patients(), most_crossed=1)
    assert found.converged
    given = [{int(sign) - 1 for sign in signs} for signs in DAWID_SKENE_1979.split()]
    assert all(one in signs for one, signs in zip(found.consensus(), given, strict=True))
    assert found.consensus() == dawid_skene(patients()).consensus()


def without_gaps(rows: Rows) -> Rows:
    used = sorted({category for _, _, category in rows})
    return [(item, person, used.index(category)) for item, person, category in rows]


@settings(max_examples=50, deadline=None)
@holds_for(answers(), st.randoms(use_true_random=False))
def test_permuting_people_and_categories_changes_nothing(rows: Rows, random: Random) -> None:
    rows = without_gaps(rows)
    size = 1 + max(category for _, _, category in rows)
    person_at, category_at = random.sample(range(5), 5), random.sample(range(size), size)
    moved = [(item, person_at[person], category_at[category]) for item, person, category in rows]
    random.shuffle(moved)
    before, after = dawid_skene(AnswerTable.of(rows)), dawid_skene(AnswerTable.of(moved))
    renamed = [None if one is None else category_at[one] for one in before.consensus()]
    assert after.consensus() == renamed
    assert [float(after.prior[category_at[one]]) for one in range(size)] == pytest.approx(list(before.prior), abs=1e-6)
