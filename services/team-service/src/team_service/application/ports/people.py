"""Who works where: members of teams and jobs."""

from collections.abc import Sequence
from typing import Protocol

from labelstream_common.mongo import Page, PageParams
from team_service.application.ports.transactions import Work
from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.jobs import Job
from team_service.domain.members import Member, MemberId, Person, Scope
from team_service.domain.teams import Team, TeamId


class Members(Protocol):
    async def find(self, member_id: MemberId, work: Work | None = None) -> Member | None: ...

    async def by_person(self, scope: Scope, email: Email, account_id: AccountId | None, work: Work) -> Member | None:
        """The member of `scope` with this address or this account, removed ones too."""

    async def by_people(self, scope: Scope, people: Sequence[Person], work: Work) -> Sequence[Member]:
        """The members of `scope` with the address or the account of any of these, removed ones too."""

    async def several(self, member_ids: Sequence[MemberId], work: Work) -> Sequence[Member]:
        """Those of these members that there are, removed ones too."""

    async def with_email(self, email: Email, work: Work) -> Sequence[Member]:
        """Members anywhere who have no account yet and were not removed."""

    async def of_scope(self, scope: Scope, work: Work | None = None) -> Sequence[Member]:
        """Everybody who was not removed."""

    async def count(self, scope: Scope, work: Work) -> int:
        """How many were not removed."""

    async def add(self, member: Member, work: Work) -> None: ...

    async def save(self, member: Member, work: Work) -> None: ...

    async def put(self, members: Sequence[Member], work: Work) -> None:
        """Adds or saves each."""

    async def page(self, scope: Scope, wish: PageParams, *, removed: bool, with_account: bool = False) -> Page[Member]:
        """The present ones, or the removed ones; `with_account` leaves out people who have no account yet."""

    async def people(self, scope: Scope, wish: PageParams, *, besides: AccountId | None, room: int) -> Page[Member]:
        """Everybody with an account who is or was there, `besides` one; at most `room` instead of the wish's limit."""

    async def with_account_ever(self, scope: Scope, account_id: AccountId, work: Work) -> Member | None:
        """The member whose account this is, also one who was removed."""

    async def with_account(self, scope: Scope, account_id: AccountId) -> Member | None:
        """The active member whose account this is."""


class Teams(Protocol):
    async def get(self, team_id: TeamId, work: Work | None = None) -> Team:
        """Raises TeamNotFound."""

    async def add(self, team: Team, work: Work) -> None: ...

    async def save(self, team: Team, work: Work) -> None: ...

    async def untold(self) -> Team | None:
        """A team that no event has told of; None if there is none."""

    async def remove(self, team_id: TeamId, work: Work) -> None: ...

    async def page(self, wish: PageParams, *, seen_by: AccountId | None) -> Page[Team]:
        """Teams that the account made or belongs to; all of them for None."""


class Jobs(Protocol):
    async def find(self, job_id: str, work: Work | None = None) -> Job | None: ...

    async def follow(self, job: Job, work: Work) -> bool:
        """Takes a newer version of a job; whether it was newer."""
