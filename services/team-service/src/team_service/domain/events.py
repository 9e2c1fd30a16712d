"""What happened to people and when (`at`), in the past tense. Each becomes one event on a topic (see
`adapters/publishing.py`).
"""

from dataclasses import dataclass
from datetime import datetime

from team_service.domain.accounts import Account
from team_service.domain.members import Member
from team_service.domain.teams import Team


@dataclass(frozen=True, slots=True)
class AccountCreated:
    account: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountUpdated:
    account: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountDisabled:
    account: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberAdded:
    member: Member
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberRoleChanged:
    """Role, name or state changed otherwise than the other events say."""

    member: Member
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    member: Member
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberInvited:
    member: Member
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TeamCreated:
    team: Team
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TeamUpdated:
    team: Team
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TeamDeleted:
    team: Team
    by: str
    at: datetime


def account_changed(before: Account, after: Account, at: datetime) -> AccountUpdated | AccountDisabled | None:
    """The event of a change of an account; None if nothing changed."""
    if after.version == before.version:
        return None
    return AccountDisabled(after, at) if after.disabled and not before.disabled else AccountUpdated(after, at)
