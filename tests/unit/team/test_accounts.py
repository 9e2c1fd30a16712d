"""Accounts change by rule."""

from datetime import UTC, datetime

import pytest

from team_service.domain.accounts import Account, AccountId, AccountRole, LastAdministrator, check_administrators
from team_service.domain.emails import Email
from team_service.domain.events import AccountDisabled, AccountUpdated, account_changed

_NOW = datetime(2026, 1, 31, tzinfo=UTC)


def _account(role: AccountRole = AccountRole.ADMIN) -> Account:
    return Account(AccountId("a1"), Email("ada@example.org"), "Ada", role, _NOW, password_hash="argon2…")


def test_a_change_counts_the_version_and_no_change_does_not() -> None:
    account = _account()
    assert account.changed(name="Ada") is account
    assert account.changed(name="Ada L.").version == 2


def test_a_new_password_is_no_event() -> None:
    account = _account()
    assert account_changed(account, account.with_password("other"), _NOW) is None


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
