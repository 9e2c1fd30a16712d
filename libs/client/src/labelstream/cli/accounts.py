"""`labelstream accounts`, for administrators."""

from collections.abc import Iterable
from typing import Annotated

import typer

from labelstream.cli.naming import account_with
from labelstream.cli.options import Json, Token, Url, Yes
from labelstream.cli.output import confirmed, emit_json, emit_json_lines, print_table, say, tell
from labelstream.cli.passwords import PasswordStdin, password
from labelstream.cli.session import client_for
from labelstream.models import Account, AccountRole

Who = Annotated[str, typer.Argument(help="The account: an id or an e-mail address.", metavar="WHO")]
_ROLES = "admin: everything; member: makes datasets and jobs; annotator: works in jobs they were added to."


def commands(app: typer.Typer) -> None:
    accounts = typer.Typer(
        help="Make accounts, change their roles, disable and enable them.", no_args_is_help=True, rich_markup_mode=None
    )
    accounts.command("list")(list_accounts)
    accounts.command("create")(create)
    accounts.command("role")(change_role)
    accounts.command("disable")(disable)
    accounts.command("enable")(enable)
    accounts.command("send-reset")(send_reset)
    app.add_typer(accounts, name="accounts")


def list_accounts(
    *,
    role: Annotated[AccountRole | None, typer.Option("--role", help="Only accounts with this role.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List all accounts. Administrators only."""
    with client_for(url, token) as client:
        found = client.accounts.list(role=role)
        if as_json:
            emit_json_lines(found)
        else:
            _print(found)


def create(
    email: Annotated[str, typer.Argument(help="The e-mail address.", metavar="EMAIL")],
    *,
    name: Annotated[str | None, typer.Option("--name", help="Default: the address up to its @.")] = None,
    role: Annotated[AccountRole, typer.Option("--role", help=_ROLES)] = "member",
    password_stdin: PasswordStdin = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="The person sets one, by the link that `send-reset` sends.")
    ] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Make an account. Asks for its password. Administrators only."""
    if no_password and password_stdin:
        raise typer.BadParameter("Either --password-stdin or --no-password, not both.")
    chosen = None if no_password else password("Password of the new account", from_stdin=password_stdin, twice=True)
    with client_for(url, token) as client:
        account = client.accounts.create(email, name=name or email.partition("@")[0], role=role, password=chosen)
    _show(account, as_json=as_json)
    if no_password:
        say(f"Nobody can sign in to it yet. `labelstream accounts send-reset {email}` sends a link to set a password.")


def change_role(
    who: Who,
    role: Annotated[AccountRole, typer.Argument(help=_ROLES, metavar="ROLE")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Change what an account may do. Administrators only."""
    with client_for(url, token) as client:
        _show(client.accounts.update(account_with(client, who), role=role), as_json=as_json)


def disable(who: Who, *, yes: Yes = False, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Disable an account: it is signed out within a second, and nobody can sign in to it. Administrators only."""
    with client_for(url, token) as client:
        account_id = account_with(client, who)
        confirmed(f"Disable the account {who}?", yes=yes)
        _show(client.accounts.update(account_id, disabled=True), as_json=as_json)


def enable(who: Who, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Enable a disabled account. Administrators only."""
    with client_for(url, token) as client:
        _show(client.accounts.update(account_with(client, who), disabled=False), as_json=as_json)


def send_reset(
    email: Annotated[str, typer.Argument(help="The e-mail address.", metavar="EMAIL")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Send a link by which a new password is set in a browser, if the address has an account."""
    with client_for(url, token) as client:
        client.accounts.send_password_reset(email)
    if as_json:
        emit_json({"asked": email})
    else:
        tell(f"If {email} has an account, a link is on its way there.")


def _show(account: Account, *, as_json: bool) -> None:
    if as_json:
        emit_json(account)
    else:
        _print([account])


def _print(accounts: Iterable[Account]) -> None:
    rows = ((each.id, each.email, each.name, each.role, "disabled" if each.disabled else "") for each in accounts)
    print_table(None, ("id", "e-mail", "name", "role", ""), rows)
