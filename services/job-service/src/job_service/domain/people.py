"""What job-service knows of people and teams: facts of team-service."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonFact:
    """An account's name as of `version`, so that progress can name people."""

    account_id: str
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Account:
    """As much of an account as decides whether it may own a job."""

    may_create_jobs: bool


@dataclass(frozen=True, slots=True)
class TeamFact:
    """A team as of `version`."""

    team_id: str
    created_by: str
    version: int
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class TeamMemberFact:
    """That an account is, or is no longer, a member of a team, as of `version`."""

    member_id: str
    team_id: str
    account_id: str | None
    version: int
    active: bool


@dataclass(frozen=True, slots=True)
class KnownTeam:
    """Who sees a team besides administrators: whoever made it, and its members."""

    created_by: str
    members: Collection[str]

    def seen_by(self, account_id: str, *, administrator: bool) -> bool:
        return administrator or account_id == self.created_by or account_id in self.members
