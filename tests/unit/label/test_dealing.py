"""Dealing out: even within one, nothing twice, everything dealt, few moves; whoever comes and goes, in pieces of any
size."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from label_service.domain.dealing import OpenItem, Round, deal, is_even, next_round, quotas

Hands = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class How:
    """How many are dealt an item, in pieces of which size, and by which seed."""

    overlap: int = 1
    piece: int = 50
    seed: str = "s"


people_of = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=10, unique=True).map(tuple)
ways = st.builds(How, st.integers(1, 4), st.integers(1, 40), st.text(max_size=4))


def loads_of(hands: Hands) -> Counter[str]:
    return Counter(person for held in hands.values() for person in held)


def names(count: int, begin: int = 0) -> list[str]:
    return [f"{place:05}" for place in range(begin, begin + count)]


def arriving(hands: Hands, ids: Sequence[str], people: Sequence[str], how: How) -> Hands:
    """New items as they come, piece by piece."""
    after = dict(hands)
    for start in range(0, len(ids), how.piece):
        some = ids[start : start + how.piece]
        seed = f"{how.seed}{start}"
        dealt = deal(map(OpenItem, some), people, loads_of(after), overlap=how.overlap, seed=seed)
        after |= {one: dealt.loose.get(one, ()) for one in some}
    return after


def redealt(hands: Hands, people: Sequence[str], how: How) -> Hands:
    """The rounds that follow when people come and go."""
    after = dict(hands)
    loads = {person: loads_of(after)[person] for person in people}
    slots = len(hands) * min(how.overlap, len(people))
    round_ = Round(quota=quotas(people, loads, slots, how.seed), ahead=loads)
    ids = sorted(after)
    while True:
        for start in range(0, len(ids), how.piece):
            items = [OpenItem(one, loose=after[one]) for one in ids[start : start + how.piece]]
            seed = f"{how.seed}{start}"
            dealt = deal(items, people, loads, overlap=how.overlap, seed=seed, round_=round_)
            after |= dealt.loose
            loads, round_ = dealt.loads, replace(round_, ahead=dealt.ahead)
        if is_even(people, loads) or round_.number == 3:
            return after
        round_ = next_round(round_, people, loads, how.seed)


def check(hands: Hands, people: Sequence[str], overlap: int) -> None:
    for held in hands.values():
        assert len(set(held)) == len(held), "nothing twice"
        assert len(held) == min(overlap, len(people)), "everything dealt"
        assert set(held) <= set(people)
    assert is_even(people, loads_of(hands)), loads_of(hands)


@given(people_of, st.integers(0, 200), ways)
def test_new_items_are_dealt_evenly_within_one(people: tuple[str, ...], count: int, how: How) -> None:
    hands = arriving({}, names(count), people, how)
    check(hands, people, how.overlap)
    assert arriving({}, names(count), people, how) == hands, "the same seed deals the same"
    more = arriving(hands, names(17, count), people, how)
    check(more, people, how.overlap)
    assert {one: more[one] for one in hands} == hands, "who has an item keeps it as others come"


@settings(max_examples=60)
@given(people_of, people_of, st.integers(0, 150), ways)
def test_people_come_and_go_with_as_few_moves_as_that_takes(
    before: tuple[str, ...], after: tuple[str, ...], count: int, how: How
) -> None:
    hands = arriving({}, names(count), before, how)
    again = redealt(hands, after, how)
    check(again, after, how.overlap)
    kept = sum(len(set(hands[one]) & set(again[one])) for one in hands)
    if how.overlap == 1:
        held = loads_of(hands)
        quota = quotas(after, held, count, how.seed)
        assert kept == sum(min(held[person], quota[person]) for person in after), "only what must move has moved"


@given(people_of, st.integers(0, 60), ways)
def test_nothing_moves_where_nobody_came_or_went(people: tuple[str, ...], count: int, how: How) -> None:
    hands = arriving({}, names(count), people, how)
    assert redealt(hands, people, replace(how, seed="other")) == hands


@given(people_of, st.integers(1, 60), st.integers(2, 4), st.data())
def test_who_has_answered_keeps_the_item_and_is_not_asked_twice(
    people: tuple[str, ...], count: int, overlap: int, data: st.DataObject
) -> None:
    kept = {one: data.draw(st.sampled_from([*people, "gone"])) for one in names(count)}
    items = [OpenItem(one, kept=(person,)) for one, person in kept.items()]
    dealt = deal(items, people, {}, overlap=overlap, seed="s")
    for one, person in kept.items():
        others = set(dealt.loose.get(one, ()))
        assert person not in others
        assert len(others) == min(overlap - 1, len(set(people) - {person}))


def test_who_joins_gets_a_share_from_all_over_the_job() -> None:
    hands = arriving({}, names(900), ("ada", "bob"), How(piece=100))
    again = redealt(hands, ("ada", "bob", "eve"), How(piece=100))
    of_eve = [int(one) for one, held in again.items() if held == ("eve",)]
    assert len(of_eve) == 300
    assert 60 <= sum(place < 300 for place in of_eve) <= 140, "neither the first nor the last of them"
    assert loads_of(again) == {"ada": 300, "bob": 300, "eve": 300}


def test_chance_decides_who_gets_which() -> None:
    hands = arriving({}, names(300), ("ada", "bob", "eve"), How())
    turns = Counter(tuple(hands[one][0] for one in names(3, begin)) for begin in range(0, 300, 3))
    assert len(turns) == 6, "each three items go to three people, in every order"
    assert arriving({}, names(300), ("ada", "bob", "eve"), How(seed="t")) != hands


def test_many_people_take_no_longer() -> None:
    crowd = tuple(f"p{place:04}" for place in range(1_000))
    hands = arriving({}, names(3_000), crowd, How(overlap=2, piece=1_000))
    check(hands, crowd, 2)
