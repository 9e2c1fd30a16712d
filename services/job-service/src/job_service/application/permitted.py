"""What a job may name: a team that the caller sees, and an owner who may create jobs."""

from job_service.application.commands import Person
from job_service.application.ports import Ports
from job_service.domain.errors import AccountNotFound, InvalidOwner, TeamNotFound
from labelstream_common.access import await_young


async def require_team(team_id: str | None, person: Person, *, ports: Ports) -> None:
    """Raises TeamNotFound, also for a team that exists and is none of the caller's business."""
    if team_id is None:
        return
    team = await await_young(team_id, lambda: ports.teams.find(team_id))
    if team is None or not team.seen_by(person.account_id, administrator=person.administrator):
        raise TeamNotFound(team_id)


async def require_owner(account_id: str | None, *, ports: Ports) -> None:
    """Raises AccountNotFound or InvalidOwner."""
    if account_id is None:
        return
    account = await await_young(account_id, lambda: ports.accounts.find(account_id))
    if account is None:
        raise AccountNotFound(account_id)
    if not account.may_create_jobs:
        raise InvalidOwner
