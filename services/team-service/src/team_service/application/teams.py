"""Teams: who may see and change them, and changing them."""

from dataclasses import dataclass

from labelstream_common.ids import new_id
from labelstream_common.mongo import Page, PageParams, retried
from labelstream_contracts import AuditAction
from team_service.application import membership
from team_service.application.accounts import CheckVersion
from team_service.application.audit import noted
from team_service.application.ports import Ports
from team_service.domain.events import TeamCreated, TeamDeleted, TeamUpdated
from team_service.domain.members import MemberRole, Scope
from team_service.domain.names import description, team_name
from team_service.domain.teams import Team, TeamId, TeamNotFound, TeamRightMissing
from team_service.domain.viewers import Viewer


@dataclass(frozen=True, slots=True)
class CreateTeam:
    name: str
    description: str
    by: Viewer


@dataclass(frozen=True, slots=True)
class ChangeTeam:
    team_id: TeamId
    by: Viewer
    name: str | None = None
    description: str | None = None


async def may_see(team_id: str, viewer: Viewer, ports: Ports) -> bool:
    """Administrators, who made it, and its members see a team."""
    try:
        team = await ports.teams.get(TeamId(team_id))
    except TeamNotFound:
        return False  # nobody sees a team that is gone
    if viewer.administers or team.created_by == viewer.account_id:
        return True
    return await ports.members.with_account(Scope.team(team_id), viewer.account_id) is not None


async def require_seen(team_id: TeamId, viewer: Viewer, *, ports: Ports) -> None:
    """Raises TeamNotFound, also for a team that exists and is none of the viewer's business."""
    if not await may_see(team_id, viewer, ports):
        raise TeamNotFound


async def require_managed(team_id: TeamId, viewer: Viewer, *, ports: Ports) -> None:
    """Raises TeamNotFound, or TeamRightMissing for a member who does not manage the team."""
    await require_seen(team_id, viewer, ports=ports)
    if not await manages(team_id, viewer, ports=ports):
        raise TeamRightMissing


async def manages(team_id: TeamId, viewer: Viewer, *, ports: Ports) -> bool:
    """Whether somebody who sees the team may change it. Raises TeamNotFound."""
    team = await ports.teams.get(team_id)
    if viewer.administers or team.created_by == viewer.account_id:
        return True
    member = await ports.members.with_account(Scope.team(team_id), viewer.account_id)
    return member is not None and member.role is MemberRole.MANAGER


@retried
async def create_team(command: CreateTeam, *, ports: Ports) -> Team:
    """Raises InvalidName."""
    team = Team(
        TeamId(new_id()),
        team_name(command.name),
        description(command.description),
        command.by.account_id,
        ports.clock.now(),
    )
    async with ports.unit_of_work() as work:
        await ports.teams.add(team, work)
        work.record(TeamCreated(team, command.by.account_id, team.created_at))
        work.record(noted(AuditAction.TEAM_CREATED, "team", team.id))
        work.returns(team)
    return team


@retried
async def change_team(command: ChangeTeam, *, ports: Ports, check_version: CheckVersion | None = None) -> Team:
    """Raises TeamNotFound, InvalidName or Stale."""
    name = None if command.name is None else team_name(command.name)
    text = None if command.description is None else description(command.description)
    async with ports.unit_of_work() as work:
        before = await ports.teams.get(command.team_id, work)
        if check_version is not None:
            check_version(before.version)
        after = before.changed(name=name, description=text)
        if after.version != before.version:
            await ports.teams.save(after, work)
            work.record(TeamUpdated(after, command.by.account_id, ports.clock.now()))
            changed = [name for name in ("name", "description") if getattr(after, name) != getattr(before, name)]
            work.record(noted(AuditAction.TEAM_CHANGED, "team", after.id, changed=changed))
        work.returns(after)
    return after


@retried
async def delete_team(team_id: TeamId, by: Viewer, *, ports: Ports, check_version: CheckVersion | None = None) -> None:
    """Its members leave it; where they annotate jobs they stay. Raises TeamNotFound or Stale."""
    async with ports.unit_of_work() as work:
        team = await ports.teams.get(team_id, work)
        if check_version is not None:
            check_version(team.version)
        for member in await ports.members.of_scope(Scope.team(team_id), work):
            await membership.take_out(member, by.account_id, ports, work)
        await ports.teams.remove(team_id, work)
        work.record(TeamDeleted(team.ended(), by.account_id, ports.clock.now()))
        work.record(noted(AuditAction.DELETED, "team", team_id))


async def list_teams(wish: PageParams, viewer: Viewer, *, ports: Ports) -> Page[Team]:
    return await ports.teams.page(wish, seen_by=None if viewer.administers else viewer.account_id)
