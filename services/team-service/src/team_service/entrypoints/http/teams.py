"""Teams."""

from typing import Annotated

from fastapi import Query, Request, Response

from labelstream_common.access import AccountRight
from labelstream_common.http import (
    Body,
    Caller,
    Moment,
    Omittable,
    PageView,
    PreconditionFailed,
    Router,
    View,
    etag_of,
    page_reply,
    policies,
)
from team_service.application.teams import (
    ChangeTeam,
    CreateTeam,
    change_team,
    create_team,
    delete_team,
    list_teams,
    require_managed,
    require_seen,
)
from team_service.domain.members import Scope
from team_service.domain.names import InvalidName
from team_service.domain.teams import Team, TeamId, TeamNotFound, TeamRightMissing
from team_service.entrypoints.http.member_views import TouchedView, touched
from team_service.entrypoints.http.parameters import IfMatch, ThePorts, TheViewer, Wish, ports_of, viewer

router = Router(tags=["teams"])


async def _seen(request: Request, caller: Caller) -> None:
    await require_seen(TeamId(request.path_params["team_id"]), viewer(caller), ports=ports_of(request))


async def _managed(request: Request, caller: Caller) -> None:
    await require_managed(TeamId(request.path_params["team_id"]), viewer(caller), ports=ports_of(request))


SEES_TEAM = policies.custom("team:see", _seen, errors=(TeamNotFound,))
MANAGES_TEAM = policies.custom("team:manage", _managed, errors=(TeamNotFound, TeamRightMissing))


class NewTeam(Body):
    name: str
    description: str = ""


class TeamChange(Body):
    name: Omittable[str] = None
    description: Omittable[str] = None


class TeamView(View):
    id: str
    name: str
    description: str
    created_by: str
    created_at: Moment


def _view(team: Team) -> TeamView:
    return TeamView.model_validate(team)


@router.get("/teams", policy=policies.signed_in())
async def get_teams(ports: ThePorts, viewer: TheViewer, wish: Wish) -> PageView[TeamView]:
    """The teams that the caller made or belongs to; all of them for administrators."""
    return page_reply(await list_teams(wish, viewer, ports=ports), _view)


@router.post(
    "/teams",
    policy=policies.account_may(AccountRight.MANAGE_TEAMS),
    status_code=201,
    present=_view,
    errors=(InvalidName,),
)
async def add_team(body: NewTeam, response: Response, ports: ThePorts, viewer: TheViewer) -> TeamView:
    """Make a team, without members."""
    team = await create_team(CreateTeam(body.name, body.description, viewer), ports=ports)
    response.headers["ETag"] = etag_of(team.version)
    return _view(team)


@router.get("/teams/{team_id}", policy=SEES_TEAM)
async def get_team(team_id: str, response: Response, ports: ThePorts) -> TeamView:
    """One team."""
    team = await ports.teams.get(TeamId(team_id))
    response.headers["ETag"] = etag_of(team.version)
    return _view(team)


@router.patch("/teams/{team_id}", policy=MANAGES_TEAM, present=_view, errors=(InvalidName, PreconditionFailed))
async def patch_team(
    *,
    team_id: str,
    body: TeamChange,
    viewer: TheViewer,
    response: Response,
    ports: ThePorts,
    check_version: IfMatch,
) -> TeamView:
    """Change a team's name or description."""
    command = ChangeTeam(TeamId(team_id), viewer, body.name, body.description)
    team = await change_team(command, ports=ports, check_version=check_version)
    response.headers["ETag"] = etag_of(team.version)
    return _view(team)


@router.delete(
    "/teams/{team_id}",
    policy=MANAGES_TEAM,
    status_code=204,
    replies={200: TouchedView},
    errors=(PreconditionFailed,),
)
async def remove_team(
    team_id: str,
    ports: ThePorts,
    viewer: TheViewer,
    check_version: IfMatch,
    dry_run: Annotated[bool, Query(description="only count its members")] = False,
) -> Response:
    """Delete a team. Its members remain annotators of their jobs."""
    if dry_run:
        return touched(len(await ports.members.of_scope(Scope.team(team_id))))
    await delete_team(TeamId(team_id), viewer, ports=ports, check_version=check_version)
    return Response(status_code=204)
