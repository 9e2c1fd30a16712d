"""Samples that can be drawn again, and what becomes of an item when an acceptance ends."""

from array import array
from fractions import Fraction
from math import ceil
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from label_service.domain.acceptances import MOST_EXAMPLES, FinishOutcome, SampleSize, Tally, verdict
from label_service.domain.reviewing import Judgement
from label_service.domain.sampling import Population, nth_smallest, place_of, size_of_ratio

SEEDS = st.integers(0, 2**53 - 1)
IDS = st.lists(st.uuids(version=4), unique=True, max_size=60).map(sorted)
ACCEPTED, REJECTED = Judgement("accept", "A"), Judgement("reject", reason="blurred")


def drawn(ids: list[UUID], seed: int, size: int) -> list[UUID]:
    population = Population(seed)
    for one in ids:
        population.add(one.bytes, str(one))
    return [UUID(bytes=raw) for raw in population.sample(size)]


@given(IDS, SEEDS, st.integers(0, 70))
def test_sample_is_the_same_whenever_it_is_drawn_of_the_right_size_and_without_duplicates(
    ids: list[UUID], seed: int, size: int
) -> None:
    sample = drawn(ids, seed, min(size, len(ids)))
    assert len(sample) == len(set(sample)) == min(size, len(ids))
    assert set(sample) <= set(ids)
    assert sample == sorted(sample)
    assert sample == drawn(ids, seed, min(size, len(ids)))
    lowest = sorted(ids, key=lambda one: place_of(seed, str(one)))[: len(sample)]
    assert set(sample) == set(lowest)


@given(IDS, SEEDS)
def test_a_larger_sample_holds_the_smaller_one(ids: list[UUID], seed: int) -> None:
    assert all(set(drawn(ids, seed, size)) <= set(drawn(ids, seed, size + 1)) for size in range(len(ids)))


def test_another_seed_draws_another_sample() -> None:
    ids = [UUID(int=number) for number in range(1_000)]
    assert drawn(ids, 1, 100) != drawn(ids, 2, 100)


@given(st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([0, 1, 2**48, 2**64 - 1]), min_size=1), st.data())
def test_nth_smallest_is_what_sorting_says(places: list[int], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(places)))
    assert nth_smallest(array("Q", places), n) == sorted(places)[n - 1]


def test_items_at_the_same_place_are_taken_in_the_order_of_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [UUID(int=number) for number in range(10)]
    monkeypatch.setattr("label_service.domain.sampling.place_of", lambda _seed, _id: 5)
    assert drawn(ids, 1, 4) == ids[:4]


@pytest.mark.parametrize(
    ("ratio", "population", "size"),
    [(0.1, 30, 3), (0.1, 31, 4), (0.07, 100, 7), (1.0, 7, 7), (1e-9, 1_000_000, 1), (0.3, 10, 3), (0.29, 100, 29)],
)
def test_ratio_is_rounded_up_and_means_what_is_written(ratio: float, population: int, size: int) -> None:
    assert size_of_ratio(ratio, population) == SampleSize(ratio=ratio).of(population) == size


@given(st.floats(0, 1, exclude_min=True), st.integers(1, 10_000_000))
def test_ratio_takes_at_least_one_and_at_most_all(ratio: float, population: int) -> None:
    size = SampleSize(ratio=ratio).of(population)
    assert 1 <= size <= population
    assert size == ceil(Fraction(repr(ratio)) * population)


def test_count_takes_no_more_than_there_is() -> None:
    assert [SampleSize(count=10).of(population) for population in (3, 10, 30)] == [3, 10, 10]


@pytest.mark.parametrize(
    ("outcome", "judged", "becomes"),
    [
        ("accept_all", None, Judgement("accept")),
        ("accept_all", ACCEPTED, ACCEPTED),
        ("accept_all", REJECTED, Judgement("accept")),
        ("reject_all", None, Judgement("reject")),
        ("reject_all", ACCEPTED, Judgement("reject")),
        ("reject_all", REJECTED, REJECTED),
        ("accept_rest", None, Judgement("accept")),
        ("accept_rest", ACCEPTED, ACCEPTED),
        ("accept_rest", REJECTED, REJECTED),
        ("reject_rest", None, Judgement("reject")),
        ("reject_rest", ACCEPTED, ACCEPTED),
        ("reject_rest", REJECTED, REJECTED),
    ],
)
def test_all_overrides_judgements_and_rest_is_what_was_not_judged(
    outcome: FinishOutcome, judged: Judgement | None, becomes: Judgement
) -> None:
    assert verdict(outcome, judged) == becomes


def test_conflicts_are_counted_and_the_first_thousand_kept() -> None:
    tally = Tally()
    for number in range(3):
        tally = tally.plus(2, 1, [{"sample_id": f"{number}-{one}", "version": 1} for one in range(600)])
    assert (tally.accepted, tally.rejected, tally.conflicts, tally.total) == (6, 3, 1_800, 1_809)
    assert len(tally.examples) == MOST_EXAMPLES
