"""`labelstream mail`."""

from collections.abc import Iterator
from typing import Annotated

import typer

from labelstream.blocking.client import Client
from labelstream.cli.options import Json, Token, Url
from labelstream.cli.output import emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.models import Letter

To = Annotated[str | None, typer.Option("--to", help="Only e-mails to this address.", metavar="EMAIL")]


def commands(app: typer.Typer) -> None:
    mail = typer.Typer(
        help="Read the e-mails of an installation that has no mail server.", no_args_is_help=True, rich_markup_mode=None
    )
    mail.command("list")(list_letters)
    mail.command("show")(show)
    app.add_typer(mail, name="mail")


def list_letters(to: To = None, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the e-mails of the last 30 days, the newest first. Administrators only."""
    with client_for(url, token) as client:
        letters = _letters(client, to)
        if as_json:
            emit_json_lines(letters)
            return
        rows = ((each.id, f"{each.posted_at:%Y-%m-%d %H:%M:%S}", each.to, each.subject) for each in letters)
        print_table(None, ("id", "at", "to", "subject"), rows)


def show(
    letter: Annotated[
        str, typer.Argument(help="The id of the e-mail; by default the newest.", metavar="[LETTER]")
    ] = "",
    *,
    to: To = None,
    as_html: Annotated[bool, typer.Option("--html", help="Print it as HTML.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show an e-mail. Its link may sign somebody in. Administrators only."""
    with client_for(url, token) as client:
        wanted = letter or next((each.id for each in _letters(client, to)), "")
        if not wanted:
            raise typer.BadParameter("There is no such e-mail yet.")
        found = client.mailbox.get(wanted)
    if as_json:
        emit_json(found)
        return
    if as_html:
        tell(found.html)
        return
    tell(f"To: {found.to}")
    tell(f"Subject: {found.subject}")
    for line in ("", *found.text.splitlines()):
        tell(line)


def _letters(client: Client, to: str | None) -> Iterator[Letter]:
    return (each for each in client.mailbox.list() if to is None or each.to.casefold() == to.casefold())
