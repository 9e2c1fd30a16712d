"""Several people join at once: each once, and nobody who is there is touched."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.joining import Candidate, Comer, comers
from team_service.domain.members import Member, MemberId, MemberRole, Person, Scope

_NOW = datetime(2026, 1, 31, tzinfo=UTC)
_ADA = Person(Email("ada@example.org"), "Ada", AccountId("a1"))
_BOB = Person(Email("bob@example.org"), "bob")
LABELER, REVIEWER = MemberRole.LABELER, MemberRole.REVIEWER


def _member(person: Person, member_id: str = "m1") -> Member:
    return Member.added(MemberId(member_id), Scope.job("j1"), person, LABELER, _NOW)


def test_who_is_not_there_comes() -> None:
    assert list(comers([Candidate(_ADA, LABELER), Candidate(_BOB, REVIEWER)], [])) == [
        Comer(_ADA, LABELER),
        Comer(_BOB, REVIEWER),
    ]


def test_the_first_mention_of_a_person_counts() -> None:
    other_address = replace(_ADA, email=Email("countess@example.org"))
    named = [Candidate(_ADA, REVIEWER), Candidate(other_address, LABELER), Candidate(_ADA, LABELER)]
    assert list(comers(named, [])) == [Comer(_ADA, REVIEWER)]


def test_who_is_there_stays_as_they_are() -> None:
    earlier_address = replace(_ADA, email=Email("countess@example.org"))
    assert list(comers([Candidate(_ADA, REVIEWER)], [_member(_ADA)])) == []
    assert list(comers([Candidate(_ADA, REVIEWER)], [_member(earlier_address)])) == []
    assert list(comers([Candidate(_BOB, REVIEWER)], [_member(_BOB)])) == []


def test_who_was_removed_comes_back_as_the_same_member() -> None:
    removed = _member(_ADA).removed()
    assert list(comers([Candidate(_ADA, REVIEWER)], [removed])) == [Comer(_ADA, REVIEWER, removed)]


def test_two_members_who_became_one_person_do_not_fight_for_an_address() -> None:
    by_account = _member(replace(_ADA, email=Email("countess@example.org")), "m1").removed()
    by_address = _member(replace(_ADA, account_id=None), "m2").removed()
    (comer,) = comers([Candidate(_ADA, LABELER)], [by_account, by_address])
    assert (comer.earlier, comer.person.email) == (by_account, by_account.email)
    assert list(comers([Candidate(_ADA, LABELER)], [by_account, replace(by_address, state=_member(_BOB).state)])) == []


_PEOPLE = st.builds(
    Person,
    st.sampled_from([Email(f"{name}@example.org") for name in "abcd"]),
    st.just("somebody"),
    st.sampled_from([None, AccountId("1"), AccountId("2")]),
)


@given(st.lists(_PEOPLE))
def test_nobody_comes_twice(people: list[Person]) -> None:
    found = [comer.person for comer in comers([Candidate(person, LABELER) for person in people], [])]
    assert len({person.email for person in found}) == len(found)
    accounts = [person.account_id for person in found if person.account_id is not None]
    assert len(set(accounts)) == len(accounts)
    assert list(comers([Candidate(person, LABELER) for person in people], [_member(each) for each in found])) == []
