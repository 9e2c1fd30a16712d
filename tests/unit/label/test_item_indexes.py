"""The indexes of items, and the words that stand in place of more of them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from label_service.adapters.collections import INDEXES, ITEMS
from label_service.domain.answers import answer_facets, facets_of_agreement_below
from label_service.domain.consensus import agreement_of
from label_service.domain.ownership import FIRST_LEASE, all_facets, facets_besides_state, lease_facet

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - have UTC


def test_items_have_four_indexes_and_no_more() -> None:
    """Inside a transaction MongoDB 6.0 parses the collection's catalog entry for every document and every index, and
    the entry lists all indexes. So each costs every bulk commit a tenth of its speed or more (together it grows with
    the square of their number), even one that hardly any item is in and that the change does not touch. What else is
    looked for is a word in `facets`: `docs/decisions/0011-item-ids-and-facets.md`.
    """
    names = ["_id", *(index.name for index in INDEXES if index.collection == ITEMS)]
    assert sorted(names) == ["_id", "facets", "hardness", "labeled_at"]


def test_answers_known_ones_and_leases_are_words() -> None:
    item = {
        "labels": [],
        "hard": False,
        "own": ["ada", "ada:cat", "l:cat"],
        "known": {"labels": ["cat"]},
        "agreement": 1 / 3,
        "assignees": [{"account_id": "ada", "until": AT}, {"account_id": "ben", "until": AT - timedelta(minutes=1)}],
    }
    answers = ["w:ada", "w:ada:cat", "w:l:cat", "known", "g:3"]
    owned = ["a:ada", "a:ben", "o", "t:2026-01-31T11:59:00.000+00:00"]
    assert all_facets(item) == ["s:unlabeled", *owned, *answers]
    assert facets_besides_state({**item, "own": [], "known": None, "agreement": None, "assignees": []}) == []


@given(st.lists(st.sampled_from("abcd"), min_size=2, max_size=40), st.floats(0, 1))
def test_every_agreement_below_a_limit_has_one_of_its_words(answers: list[str], limit: float) -> None:
    share = agreement_of(answers)
    assert share is not None
    words = answer_facets({"agreement": share})
    assert share >= limit or set(words) <= set(facets_of_agreement_below(limit))
    assert ("g:10" in words) == (share == 1), "most items agree fully, and are never looked at in vain"


@given(TIMES, TIMES)
def test_leases_are_in_the_order_of_their_ends(one: datetime, other: datetime) -> None:
    one, other = (each.replace(microsecond=each.microsecond // 1000 * 1000) for each in (one, other))
    elsewhere = other.astimezone(timezone(timedelta(hours=5)))
    assert (lease_facet(one) < lease_facet(elsewhere)) == (one < other)
    assert lease_facet(one) > FIRST_LEASE
