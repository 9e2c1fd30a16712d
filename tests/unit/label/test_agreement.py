"""Agreement: as published, as scikit-learn has it, and the same whoever is called what."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from random import Random

import pytest
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from tests.unit.label.published_answers import (
    FLEISS_1971,
    KRIPPENDORFF_BINARY,
    KRIPPENDORFF_MISSING,
    KRIPPENDORFF_TWO,
    SAS_TABLE,
)

from label_service.domain.agreement import Agreement, AnswerTable, agreement, pairs
from label_service.domain.consensus import agreement_of, majority

Rows = list[tuple[int, int, int]]


def by_observer(observers: Sequence[str]) -> AnswerTable:
    """A row of signs for each observer; a dot is no answer."""
    rows = [
        (item, who, ord(sign)) for who, signs in enumerate(observers) for item, sign in enumerate(signs) if sign != "."
    ]
    return AnswerTable.of(rows)


@st.composite
def answers(draw: st.DrawFn) -> Rows:
    """Up to 12 items, each with the answers of some of 5 people, in some of 4 categories."""
    rows: Rows = []
    for item in range(draw(st.integers(1, 12))):
        people = draw(st.sets(st.integers(0, 4), min_size=1))
        rows += [(item, person, draw(st.integers(0, 3))) for person in sorted(people)]
    return rows


def test_fleiss_kappa_of_fleiss_1971() -> None:
    rows: Rows = []
    for item, counts in enumerate(FLEISS_1971.split()):
        given = [category for category, count in enumerate(counts) for _ in range(int(count))]
        rows += [(item, person, category) for person, category in enumerate(given)]
    found = agreement(AnswerTable.of(rows))
    assert found.items == 30
    assert found.percent == pytest.approx(0.5556, abs=1e-4)
    assert found.fleiss_kappa == pytest.approx(0.4302445, abs=1e-7)


@pytest.mark.parametrize(
    ("observers", "alpha"), [(KRIPPENDORFF_BINARY, 0.095), (KRIPPENDORFF_TWO, 0.692), (KRIPPENDORFF_MISSING, 0.743)]
)
def test_krippendorff_alpha_of_krippendorff_2011(observers: Sequence[str], alpha: float) -> None:
    found = agreement(by_observer(observers)).krippendorff_alpha
    assert found == pytest.approx(alpha, abs=5e-4)


def test_cohen_kappa_of_a_table_printed_by_sas() -> None:
    cells = [(one, other) for one, row in enumerate(SAS_TABLE) for other, count in enumerate(row) for _ in range(count)]
    rows = [(item, person, given) for item, both in enumerate(cells) for person, given in enumerate(both)]
    (pair,) = pairs(AnswerTable.of(rows))
    assert (pair.first, pair.second, pair.items) == (0, 1, 19)
    assert pair.cohen_kappa == pytest.approx(0.4842, abs=5e-5)


def test_where_all_answers_are_alike_no_kappa_is_defined() -> None:
    table = AnswerTable.of([(item, person, 0) for item in range(5) for person in range(3)])
    assert agreement(table) == Agreement(5, 1.0, None, None)
    assert {pair.cohen_kappa for pair in pairs(table)} == {None}


def test_nothing_answered_twice_is_no_agreement() -> None:
    table = AnswerTable.of([(0, 0, 1), (1, 1, 1)])
    assert agreement(table) == Agreement(0, None, None, None)
    assert pairs(table) == []
    assert agreement(AnswerTable.of([])) == Agreement(0, None, None, None)
    assert pairs(AnswerTable.of([])) == []


@settings(max_examples=50, deadline=None)
@holds_for(answers())
def test_cohen_kappa_is_scikit_learns(rows: Rows) -> None:
    by_item: dict[int, dict[int, int]] = {}
    for item, person, category in rows:
        by_item.setdefault(item, {})[person] = category
    for pair in pairs(AnswerTable.of(rows)):
        both = [of for of in by_item.values() if pair.first in of and pair.second in of]
        assert pair.items == len(both)
        one, other = [of[pair.first] for of in both], [of[pair.second] for of in both]
        if len({*one, *other}) == 1:
            assert pair.cohen_kappa is None
        else:
            assert pair.cohen_kappa == pytest.approx(cohen_kappa_score(one, other))


@settings(max_examples=50, deadline=None)
@holds_for(answers())
def test_figures_are_those_of_a_count_by_hand(rows: Rows) -> None:
    by_item: dict[int, list[int]] = {}
    for item, _, category in rows:
        by_item.setdefault(item, []).append(category)
    several = [of for of in by_item.values() if len(of) > 1]
    found = agreement(AnswerTable.of(rows))
    assert found.items == len(several)
    if not several:
        return
    shares = [sum(a == b for a, b in combinations(of, 2)) / (len(of) * (len(of) - 1) / 2) for of in several]
    assert [agreement_of(of) for of in several] == shares
    assert found.percent == pytest.approx(sum(shares) / len(shares))
    # Krippendorff: one less what is observed to differ over what is expected to, from pairs of values.
    values = [value for of in several for value in of]
    differing = sum(sum(a != b for a, b in combinations(of, 2)) * 2 / (len(of) - 1) for of in several) / len(values)
    expected = sum(a != b for a, b in combinations(values, 2)) * 2 / (len(values) * (len(values) - 1))
    if expected:
        assert found.krippendorff_alpha == pytest.approx(1 - differing / expected)
        chance = sum(count**2 for count in Counter(values).values()) / len(values) ** 2
        assert found.fleiss_kappa == pytest.approx((sum(shares) / len(shares) - chance) / (1 - chance))
    else:
        assert found.krippendorff_alpha is None
        assert found.fleiss_kappa is None


@settings(max_examples=50, deadline=None)
@holds_for(answers(), st.randoms(use_true_random=False))
def test_permuting_items_people_and_categories_changes_nothing(rows: Rows, random: Random) -> None:
    item_at, person_at, category_at = (random.sample(range(size), size) for size in (12, 5, 4))
    moved = [(item_at[item], person_at[person], category_at[category]) for item, person, category in rows]
    random.shuffle(moved)
    before, after = AnswerTable.of(rows), AnswerTable.of(moved)
    assert agreement(before) == agreement(after)

    def essence(table: AnswerTable, names: Sequence[int]) -> set[tuple[frozenset[int], int, float | None]]:
        return {(frozenset((names[one.first], names[one.second])), one.items, one.cohen_kappa) for one in pairs(table)}

    assert essence(before, person_at) == essence(after, range(5))


def test_majority_judges_labels_one_by_one() -> None:
    assert majority([{"cat"}, {"cat", "hat"}, {"dog", "hat"}]) == {"cat", "hat"}
    assert majority([{"cat"}, {"dog"}]) == frozenset()
    assert majority([{"cat"}, {"cat"}, {"dog"}, {"dog"}]) == frozenset()
    assert majority([["cat", "cat"], ["dog"]]) == frozenset()


@holds_for(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=9), st.randoms())
def test_majority_does_not_depend_on_who_answered_first(given: list[set[str]], random: Random) -> None:
    shuffled = random.sample(given, len(given))
    assert majority(shuffled) == majority(given)
    renamed = {label: f"{label}'" for label in "abcd"}
    assert majority([{renamed[label] for label in one} for one in given]) == {renamed[one] for one in majority(given)}
