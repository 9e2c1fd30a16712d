"""The members of a team."""

from dataclasses import dataclass

from labelstream_common.mongo import Page, PageParams, retried
from team_service.application import membership
from team_service.application.accounts import CheckVersion
from team_service.application.ports import Ports, Work
from team_service.domain.emails import normalised
from team_service.domain.members import Member, MemberId, MemberNotFound, MemberRole, MemberState, Scope
from team_service.domain.names import person_name
from team_service.domain.teams import TeamId
from team_service.domain.viewers import Viewer


@dataclass(frozen=True, slots=True)
class AddMember:
    team_id: TeamId
    email: str
    role: MemberRole
    by: Viewer
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeMember:
    team_id: TeamId
    member_id: MemberId
    by: Viewer
    role: MemberRole | None = None
    name: str | None = None


@retried
async def add_member(command: AddMember, *, ports: Ports) -> Member:
    """Raises InvalidEmail, InvalidName, TeamNotFound, AlreadyMember or TooManyMembers."""
    email = normalised(command.email)
    name = None if command.name is None else person_name(command.name)
    async with ports.unit_of_work() as work:
        await ports.teams.get(command.team_id, work)
        person = await membership.person_with(email, name, ports, work)
        scope = Scope.team(command.team_id)
        member = await membership.put(scope, person, command.role, command.by.account_id, ports=ports, work=work)
        work.returns(member)
    return member


@retried
async def change_member(command: ChangeMember, *, ports: Ports, check_version: CheckVersion | None = None) -> Member:
    """Raises MemberNotFound, InvalidName or Stale."""
    name = None if command.name is None else person_name(command.name)
    async with ports.unit_of_work() as work:
        before = await member_of(command.team_id, command.member_id, ports, work)
        if check_version is not None:
            check_version(before.version)
        after = before.changed(role=command.role, name=name)
        await membership.keep_change(before, after, command.by.account_id, ports, work)
        work.returns(after)
    return after


@retried
async def remove_member(
    team_id: TeamId, member_id: MemberId, by: Viewer, *, ports: Ports, check_version: CheckVersion | None = None
) -> None:
    """Raises MemberNotFound or Stale."""
    async with ports.unit_of_work() as work:
        member = await member_of(team_id, member_id, ports, work)
        if check_version is not None:
            check_version(member.version)
        await membership.take_out(member, by.account_id, ports, work)


async def member_of(team_id: TeamId, member_id: MemberId, ports: Ports, work: Work | None = None) -> Member:
    """Somebody of this team who was not removed."""
    member = await ports.members.find(member_id, work)
    if member is None or member.scope != Scope.team(team_id) or member.state is MemberState.REMOVED:
        raise MemberNotFound
    return member


async def list_members(
    team_id: TeamId, wish: PageParams, *, ports: Ports, removed: bool = False, with_account: bool = False
) -> Page[Member]:
    return await ports.members.page(Scope.team(team_id), wish, removed=removed, with_account=with_account)
