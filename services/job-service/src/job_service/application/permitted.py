"""What a job may name: a team that the caller sees, members of such teams, and an owner who may create jobs."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from job_service.application.commands import Person
from job_service.application.ports import Ports
from job_service.domain.annotators import Annotator
from job_service.domain.errors import AccountNotFound, InvalidOwner, MemberNotFound, TeamNotFound
from labelstream_common.access import await_young


async def require_team(team_id: str | None, person: Person, *, ports: Ports) -> None:
    """Raises TeamNotFound, also for a team that exists and is none of the caller's business."""
    if team_id is None:
        return
    team = await await_young(team_id, lambda: ports.teams.find(team_id))
    if team is None or not team.seen_by(person.account_id, administrator=person.administrator):
        raise TeamNotFound(team_id)


async def require_members(named: Sequence[Annotator], person: Person, *, ports: Ports) -> None:
    """Raises MemberNotFound, also for a member of a team that is none of the caller's business.

    Somebody who has just been added to a team is waited for.
    """
    places = {one.member_id: place for place, one in enumerate(named) if one.member_id is not None}

    async def unknown() -> AbstractSet[str]:
        teams = await ports.teams.of_members(list(places))
        seen = {
            member_id
            for member_id, team in teams.items()
            if team.seen_by(person.account_id, administrator=person.administrator)
        }
        return places.keys() - seen

    async def all_known() -> bool | None:
        return None if await unknown() else True

    if not places or not (missing := await unknown()) or await await_young(max(missing), all_known):
        return
    place, member_id = min((places[member_id], member_id) for member_id in missing)
    raise MemberNotFound(member_id, place)


async def require_owner(account_id: str | None, *, ports: Ports) -> None:
    """Raises AccountNotFound or InvalidOwner."""
    if account_id is None:
        return
    account = await await_young(account_id, lambda: ports.accounts.find(account_id))
    if account is None:
        raise AccountNotFound(account_id)
    if not account.may_create_jobs:
        raise InvalidOwner
