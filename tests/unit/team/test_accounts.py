"""Accounts change by rule."""

from datetime import UTC, datetime, timedelta

import pytest

from team_service.domain.accounts import (
    MOST_ENDED,
    Account,
    AccountId,
    AccountRole,
    LastAdministrator,
    check_administrators,
)
from team_service.domain.emails import Email
from team_service.domain.events import AccountDisabled, AccountUpdated, account_changed

_NOW = datetime(2026, 1, 31, tzinfo=UTC)


def _account(role: AccountRole = AccountRole.ADMIN) -> Account:
    return Account(AccountId("a1"), Email("ada@example.org"), "Ada", role, _NOW, password_hash="argon2…")


def test_a_change_counts_the_version_and_no_change_does_not() -> None:
    account = _account()
    assert account.changed(name="Ada") is account
    assert account.changed(name="Ada L.").version == 2


def test_a_new_password_ends_every_token_and_is_told_to_all() -> None:
    account = _account()
    after = account.with_password("other")
    assert (after.epoch, after.version) == (1, 2)
    assert account_changed(account, after, _NOW) == AccountUpdated(after, _NOW)


def test_disabling_ends_tokens_for_good() -> None:
    disabled = _account().changed(disabled=True)
    assert (disabled.epoch, disabled.changed(disabled=False).epoch) == (1, 1)


def test_an_ended_credential_is_remembered_until_its_last_token_has_expired() -> None:
    first = _account().with_credential_ended("session-1", _NOW)
    second = first.with_credential_ended("session-2", _NOW + timedelta(minutes=64))
    assert [each.id for each in second.ended] == ["session-1", "session-2"]
    third = second.with_credential_ended("session-3", _NOW + timedelta(minutes=66))
    assert [each.id for each in third.ended] == ["session-2", "session-3"]
    assert (third.epoch, third.version) == (0, 4)


def test_very_many_ended_credentials_become_one_new_epoch() -> None:
    account = _account()
    for number in range(MOST_ENDED):
        account = account.with_credential_ended(f"key-{number}", _NOW)
    assert (len(account.ended), account.epoch) == (MOST_ENDED, 0)
    after = account.with_credential_ended("one-more", _NOW)
    assert (after.ended, after.epoch) == ((), 1)


def test_disabling_and_enabling_are_told() -> None:
    disabled = _account().changed(disabled=True)
    assert account_changed(_account(), disabled, _NOW) == AccountDisabled(disabled, _NOW)
    enabled = disabled.changed(disabled=False)
    assert account_changed(disabled, enabled, _NOW) == AccountUpdated(enabled, _NOW)


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": AccountRole.MEMBER}])
def test_the_last_administrator_stays(change: dict[str, object]) -> None:
    before = _account()
    after = before.changed(**change)  # type: ignore[arg-type]  # the parametrized keywords are those of the method
    with pytest.raises(LastAdministrator):
        check_administrators(before, after, others=0)
    check_administrators(before, after, others=1)


def test_somebody_else_may_be_disabled_when_there_is_one_administrator() -> None:
    member = _account(AccountRole.MEMBER)
    check_administrators(member, member.changed(disabled=True), others=0)


def test_a_password_hash_is_never_shown() -> None:
    assert "argon2" not in repr(_account())
