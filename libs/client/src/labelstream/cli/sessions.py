"""`labelstream sessions`."""

from typing import Annotated

import typer

from labelstream.cli.options import Json, Token, Url, Yes
from labelstream.cli.output import confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for


def commands(app: typer.Typer) -> None:
    sessions = typer.Typer(
        help="See where you are signed in, and end that.", no_args_is_help=True, rich_markup_mode=None
    )
    sessions.command("list")(list_sessions)
    sessions.command("end")(end)
    app.add_typer(sessions, name="sessions")


def list_sessions(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List where you are signed in."""
    with client_for(url, token) as client:
        sessions = client.accounts.sessions()
        if as_json:
            emit_json_lines(sessions)
            return
        rows = (
            (
                each.id,
                f"{each.last_used_at:%Y-%m-%d %H:%M}",
                each.address,
                each.user_agent,
                "this one" if each.current else "",
            )
            for each in sessions
        )
        print_table(None, ("id", "last used", "address", "program", ""), rows)


def end(
    session: Annotated[str | None, typer.Argument(help="The id of the session.", metavar="SESSION")] = None,
    *,
    everywhere: Annotated[bool, typer.Option("--all", help="Sign out everywhere, here too.")] = False,
    yes: Yes = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """End a session: its tokens are invalid within a second."""
    if (session is None) != everywhere:
        raise typer.BadParameter("Give the id of a session, or --all.")
    with client_for(url, token) as client:
        if session is None:
            confirmed("Sign out everywhere?", yes=yes)
            client.accounts.end_all_sessions()
        else:
            client.accounts.end_session(session)
    if as_json:
        emit_json({"ended": session or "all"})
    else:
        tell("The session has ended." if session else "You are signed out everywhere.")
