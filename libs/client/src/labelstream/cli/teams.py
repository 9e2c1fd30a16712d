"""`labelstream teams` and their members."""

from collections.abc import Iterable
from typing import Annotated

import typer

from labelstream.cli.mistakes import each_tried
from labelstream.cli.naming import member_of
from labelstream.cli.options import DryRun, Json, MemberRoleOption, RoleArgument, Token, Url, Yes
from labelstream.cli.output import confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.touched import show_removal, show_touched
from labelstream.models import Team, TeamMember

TeamId = Annotated[str, typer.Argument(help="The id of the team.", metavar="TEAM")]
Who = Annotated[str, typer.Argument(help="The member: an id or an e-mail address.", metavar="WHO")]


def commands(app: typer.Typer) -> None:
    teams = typer.Typer(
        help="Work with teams: lasting groups of people for jobs.", no_args_is_help=True, rich_markup_mode=None
    )
    teams.command("list")(list_teams)
    teams.command("create")(create)
    teams.command("show")(show)
    teams.command("update")(update)
    teams.command("delete")(delete)
    members = typer.Typer(help="Work with the members of a team.", no_args_is_help=True, rich_markup_mode=None)
    members.command("list")(list_members)
    members.command("add")(add_members)
    members.command("role")(change_role)
    members.command("remove")(remove_member)
    teams.add_typer(members, name="members")
    app.add_typer(teams, name="teams")


def list_teams(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the teams that you made or belong to; administrators see all."""
    with client_for(url, token) as client:
        found = client.teams.list()
        if as_json:
            emit_json_lines(found)
        else:
            _print(found)


def create(
    name: Annotated[str, typer.Argument(help="The team's name.")],
    *,
    description: Annotated[str | None, typer.Option("--description", help="What the team is.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Make a team, without members."""
    with client_for(url, token) as client:
        _show(client.teams.create(name, description=description), as_json=as_json)


def show(team: TeamId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show a team with its members."""
    with client_for(url, token) as client:
        found, members = client.teams.get(team), list(client.teams.members(team))
    if as_json:
        emit_json({"team": found, "members": members})
        return
    _print([found])
    _print_members(members, "\nmembers")


def update(
    team: TeamId,
    *,
    name: Annotated[str | None, typer.Option("--name", help="The new name.")] = None,
    description: Annotated[str | None, typer.Option("--description", help="What the team is.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Change the name or the description of a team."""
    if name is None and description is None:
        raise typer.BadParameter("Say what changes: --name or --description.")
    with client_for(url, token) as client:
        _show(client.teams.update(team, name=name, description=description), as_json=as_json)


def delete(
    team: TeamId,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Delete a team. Its members remain annotators of their jobs."""
    with client_for(url, token) as client:
        touched = client.teams.touched_by_deletion(team)
        if dry_run:
            show_touched(touched, as_json=as_json)
            return
        confirmed(f"Delete team {team} with {touched.members} members?", yes=yes)
        client.teams.delete(team)
    if as_json:
        emit_json({"deleted": team})
    else:
        tell("The team was deleted.")


def list_members(
    team: TeamId,
    *,
    removed: Annotated[bool, typer.Option("--removed", help="List those who were removed instead.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List the members of a team."""
    with client_for(url, token) as client:
        found = client.teams.members(team, removed=removed)
        if as_json:
            emit_json_lines(found)
        else:
            _print_members(found)


def add_members(
    team: TeamId,
    emails: Annotated[list[str], typer.Argument(help="E-mail addresses.", metavar="EMAIL...")],
    *,
    role: MemberRoleOption = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Add people to a team. Nothing is sent to them; jobs are sent by `labelstream annotators send-email`.

    If somebody is refused, the others are added all the same.
    """
    with client_for(url, token) as client, each_tried(as_json=as_json) as tried:
        for email in emails:
            with tried(email):
                _show_member(client.teams.add_member(team, email, role=role), as_json=as_json)


def change_role(
    team: TeamId, who: Who, role: RoleArgument, *, url: Url = None, token: Token = None, as_json: Json = False
) -> None:
    """Change the role that a member gets in jobs. In present jobs it stays."""
    with client_for(url, token) as client:
        changed = client.teams.update_member(team, member_of(client, team, who).id, role=role)
    _show_member(changed, as_json=as_json)


def remove_member(
    team: TeamId,
    who: Who,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Remove somebody from a team. They remain an annotator of their jobs."""
    with client_for(url, token) as client:
        member = member_of(client, team, who)
        if dry_run:
            touched = client.teams.touched_by_removal(team, member.id)
            show_removal(touched, _called(member), "the team", as_json=as_json)
            return
        confirmed(f"Remove {_called(member)} from team {team}?", yes=yes)
        client.teams.remove_member(team, member.id)
    if as_json:
        emit_json({"removed": member.id})
    else:
        tell(f"{_called(member)} was removed from the team.")


def _show(team: Team, *, as_json: bool) -> None:
    if as_json:
        emit_json(team)
    else:
        _print([team])


def _print(teams: Iterable[Team]) -> None:
    print_table(None, ("id", "name", "description"), ((each.id, each.name, each.description) for each in teams))


def _print_members(members: Iterable[TeamMember], title: str | None = None) -> None:
    rows = ((each.id, each.name, each.email, each.role, each.state) for each in members)
    print_table(title, ("id", "name", "e-mail", "role", "state"), rows)


def _show_member(member: TeamMember, *, as_json: bool) -> None:
    if as_json:
        emit_json(member)
    else:
        tell(f"{_called(member)} is in the team as {member.role} ({member.state}): {member.id}")


def _called(member: TeamMember) -> str:
    return member.email or member.name
