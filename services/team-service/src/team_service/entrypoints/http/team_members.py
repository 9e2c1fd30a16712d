"""The members of a team."""

from typing import Annotated

from fastapi import Query, Request, Response

from labelstream_common.http import (
    Body,
    Caller,
    Omittable,
    PageView,
    PreconditionFailed,
    Router,
    etag_of,
    page_reply,
    policies,
)
from team_service.application.membership import note_that_they_came
from team_service.application.team_members import (
    AddMember,
    ChangeMember,
    add_member,
    change_member,
    list_members,
    member_of,
    remove_member,
)
from team_service.application.teams import manages, require_managed, require_seen
from team_service.domain.emails import InvalidEmail
from team_service.domain.members import AlreadyMember, MemberId, MemberNotFound, MemberRole, Scope, TooManyMembers
from team_service.domain.names import InvalidName
from team_service.domain.teams import TeamId, TeamNotFound, TeamRightMissing
from team_service.entrypoints.http.member_views import (
    MemberView,
    RoleName,
    TouchedView,
    member_view,
    member_view_without_email,
    touched,
)
from team_service.entrypoints.http.parameters import IfMatch, ThePorts, TheViewer, Wish, ports_of, viewer
from team_service.entrypoints.http.teams import MANAGES_TEAM, SEES_TEAM

router = Router(tags=["teams"])


async def _managed(request: Request, caller: Caller) -> None:
    team_id, ports = TeamId(request.path_params["team_id"]), ports_of(request)
    await require_seen(team_id, viewer(caller), ports=ports)
    await member_of(team_id, MemberId(request.path_params["member_id"]), ports)
    await require_managed(team_id, viewer(caller), ports=ports)


_MANAGES_MEMBER = policies.custom("team:manage", _managed, errors=(TeamNotFound, MemberNotFound, TeamRightMissing))


class NewMember(Body):
    email: str
    name: str | None = None
    role: RoleName = "labeler"


class MemberChange(Body):
    name: Omittable[str] = None
    role: Omittable[RoleName] = None


@router.get("/teams/{team_id}/members", policy=SEES_TEAM)
async def get_members(
    team_id: str,
    ports: ThePorts,
    viewer: TheViewer,
    wish: Wish,
    removed: Annotated[bool, Query(description="the removed ones instead")] = False,
) -> PageView[MemberView]:
    """The team's members. Members who do not manage it see no e-mail addresses, and only people with an account."""
    await note_that_they_came(Scope.team(team_id), viewer.account_id, ports=ports)
    managed = await manages(TeamId(team_id), viewer, ports=ports)
    page = await list_members(TeamId(team_id), wish, ports=ports, removed=removed, with_account=not managed)
    return page_reply(page, member_view if managed else member_view_without_email)


@router.post(
    "/teams/{team_id}/members",
    policy=MANAGES_TEAM,
    status_code=201,
    present=member_view,
    errors=(InvalidEmail, InvalidName, AlreadyMember, TooManyMembers),
)
async def post_member(
    team_id: str, body: NewMember, response: Response, ports: ThePorts, viewer: TheViewer
) -> MemberView:
    """Add somebody. Nothing is sent. People with an account are active at once."""
    command = AddMember(TeamId(team_id), body.email, MemberRole(body.role), viewer, body.name)
    member = await add_member(command, ports=ports)
    response.headers["ETag"] = etag_of(member.version)
    return member_view(member)


@router.patch(
    "/teams/{team_id}/members/{member_id}",
    policy=_MANAGES_MEMBER,
    present=member_view,
    errors=(MemberNotFound, InvalidName, PreconditionFailed),
)
async def patch_member(
    *,
    team_id: str,
    member_id: str,
    body: MemberChange,
    response: Response,
    ports: ThePorts,
    viewer: TheViewer,
    check_version: IfMatch,
) -> MemberView:
    """Change a member's role or name."""
    role = None if body.role is None else MemberRole(body.role)
    command = ChangeMember(TeamId(team_id), MemberId(member_id), viewer, role, body.name)
    member = await change_member(command, ports=ports, check_version=check_version)
    response.headers["ETag"] = etag_of(member.version)
    return member_view(member)


@router.delete(
    "/teams/{team_id}/members/{member_id}",
    policy=_MANAGES_MEMBER,
    status_code=204,
    replies={200: TouchedView},
    errors=(MemberNotFound, PreconditionFailed),
)
async def delete_member(
    *,
    team_id: str,
    member_id: str,
    ports: ThePorts,
    viewer: TheViewer,
    check_version: IfMatch,
    dry_run: Annotated[bool, Query(description="only check whether it could be done")] = False,
) -> Response:
    """Remove a member from the team. They remain annotators of their jobs."""
    if dry_run:
        await member_of(TeamId(team_id), MemberId(member_id), ports)
        return touched(1)
    await remove_member(TeamId(team_id), MemberId(member_id), viewer, ports=ports, check_version=check_version)
    return Response(status_code=204)
