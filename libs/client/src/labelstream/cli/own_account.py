"""`labelstream me` and `labelstream password`: one's own account."""

from typing import Annotated

import typer

from labelstream.cli.options import Json, Token, Url
from labelstream.cli.output import emit_json, print_table, say, tell
from labelstream.cli.passwords import PasswordStdin, password
from labelstream.cli.session import client_for


def commands(app: typer.Typer) -> None:
    app.command("me")(me)
    app.command("password")(change_password)


def me(
    *,
    name: Annotated[str | None, typer.Option("--name", help="Change your name.")] = None,
    email: Annotated[
        str | None,
        typer.Option("--email", help="Change your address, by a link that is sent there. Asks for your password."),
    ] = None,
    password_stdin: PasswordStdin = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show your account, or change your name or e-mail address."""
    current = None if email is None else password(from_stdin=password_stdin)
    with client_for(url, token) as client:
        if name is None and email is None:
            account = client.accounts.me()
        else:
            account = client.accounts.update_me(name=name, email=email, current_password=current)
    if as_json:
        emit_json(account)
        return
    print_table(None, ("id", "e-mail", "name", "role"), [(account.id, account.email, account.name, account.role)])
    if account.new_email:
        say(f"{account.new_email} becomes your address once you open the link that was sent there, in a browser.")


def change_password(
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read two lines from stdin: your password, and the new one.")
    ] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Change your password. It signs you out everywhere else.

    If you are signed in by `labelstream login`, you stay so here.
    """
    current = password(from_stdin=password_stdin)
    new = password("New password", from_stdin=password_stdin, twice=True)
    with client_for(url, token) as client:
        account = client.accounts.me()
        client.accounts.change_password(current=current, new=new)
        if token is None:
            client.sign_in(account.email, new)
    if as_json:
        emit_json({"changed": account.email})
    else:
        tell("Your password was changed.")
