"""Members of teams and annotators of jobs go through their states by rule."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from team_service.domain.accounts import Account, AccountId, AccountRole
from team_service.domain.emails import Email
from team_service.domain.members import AlreadyMember, Member, MemberId, MemberRole, MemberState, Person, Scope

_NOW = datetime(2026, 1, 31, tzinfo=UTC)
_ACCOUNT = Account(AccountId("a1"), Email("ada@example.org"), "Ada Lovelace", AccountRole.ANNOTATOR, _NOW)
_STRANGER = Person(_ACCOUNT.email, "ada")


def _added(person: Person = _STRANGER) -> Member:
    return Member.added(MemberId("m1"), Scope.job("j1"), person, MemberRole.LABELER, _NOW)


def test_a_stranger_is_not_invited_and_has_no_account() -> None:
    member = _added()
    assert (member.state, member.account_id, member.version) == (MemberState.NOT_INVITED, None, 1)


def test_somebody_with_an_account_is_active_at_once() -> None:
    member = _added(Person.of(_ACCOUNT))
    assert (member.state, member.account_id) == (MemberState.ACTIVE, _ACCOUNT.id)


def test_an_invitation_and_its_acceptance_are_versions() -> None:
    invited = _added().invited()
    assert (invited.state, invited.version) == (MemberState.INVITED, 2)
    assert invited.invited() is invited
    active = invited.activated(_ACCOUNT, came=True)
    assert (active.state, active.account_id, active.name, active.version) == (
        MemberState.ACTIVE,
        _ACCOUNT.id,
        "Ada Lovelace",
        3,
    )
    assert active.invited() is active


def test_an_account_shows_in_nothing_until_its_person_comes() -> None:
    """Whoever adds an address sees the same after each step, whether it has an account or not."""
    stranger, known = _added(Person(_ACCOUNT.email, "Eve")), _added(Person.of(_ACCOUNT, called="Eve"))
    assert known.account_id == _ACCOUNT.id
    steps: tuple[Callable[[Member], Member], ...] = (
        lambda member: member,
        lambda member: member.changed(role=MemberRole.REVIEWER),
        lambda member: member.invited(),
        lambda member: member.invited(),
        lambda member: member.changed(name="Evelyn"),
        lambda member: member.removed(),
    )
    for step in steps:
        stranger, known = step(stranger), step(known)
        assert replace(known.as_typed, email=stranger.email, called=None) == stranger.as_typed
    back = known.added_again(Person.of(_ACCOUNT, called="E"), MemberRole.LABELER, _NOW)
    assert (back.as_typed.name, back.as_typed.state) == ("E", MemberState.NOT_INVITED)
    assert (back.came().as_typed.name, back.came().as_typed.state) == (_ACCOUNT.name, MemberState.ACTIVE)


def test_who_was_removed_comes_back_as_the_same_member_with_a_later_version() -> None:
    removed = _added().removed()
    back = removed.added_again(Person.of(_ACCOUNT), MemberRole.REVIEWER, _NOW)
    assert (back.id, back.version, back.role, back.state) == (
        removed.id,
        removed.version + 1,
        MemberRole.REVIEWER,
        MemberState.ACTIVE,
    )


def test_who_is_there_is_not_added_again() -> None:
    with pytest.raises(AlreadyMember):
        _added().added_again(_STRANGER, MemberRole.LABELER, _NOW)


def test_who_was_removed_is_not_activated_by_an_old_invitation() -> None:
    removed = _added().removed()
    assert removed.activated(_ACCOUNT, came=True) is removed


def test_the_same_role_is_no_change() -> None:
    member = _added()
    assert member.changed(role=MemberRole.LABELER) is member
    assert member.changed(role=MemberRole.MANAGER).version == 2
