"""`labelstream keys`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from labelstream.cli.options import Json, Token, Url, Yes
from labelstream.cli.output import confirmed, emit_json, emit_json_lines, print_table, say, tell
from labelstream.cli.passwords import PasswordStdin, password
from labelstream.cli.session import client_for
from labelstream.models import ApiKey


def commands(app: typer.Typer) -> None:
    keys = typer.Typer(help="Make, list and delete your API keys.", no_args_is_help=True, rich_markup_mode=None)
    keys.command("list")(list_keys)
    keys.command("create")(create)
    keys.command("delete")(delete)
    app.add_typer(keys, name="keys")


def list_keys(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List your API keys, without their secrets."""
    with client_for(url, token) as client:
        keys = client.accounts.api_keys()
        if as_json:
            emit_json_lines(keys)
            return
        print_table(None, ("id", "name", "scopes", "jobs", "expires"), (_row(each) for each in keys))


def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    *,
    scopes: Annotated[
        list[str] | None,
        typer.Option("--scope", help="read, label or manage; repeat it for more. Default: everything you may."),
    ] = None,
    jobs: Annotated[
        list[str] | None, typer.Option("--job", help="Only for this job; repeat it for more.", metavar="JOB")
    ] = None,
    expires_at: Annotated[
        str | None, typer.Option("--expires", help="When it ends, like 2026-12-31T00:00:00Z.", metavar="TIME")
    ] = None,
    password_stdin: PasswordStdin = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Make an API key. Its secret is printed this once. Asks for your password again."""
    current = password(from_stdin=password_stdin)
    with client_for(url, token) as client:
        key = client.accounts.create_api_key(
            name,
            current_password=current,
            scopes=_given(scopes),
            job_ids=_given(jobs),
            expires_at=expires_at,
        )
    if as_json:
        emit_json(key)
        return
    say("Keep the secret: it is not shown again.")
    tell(key.secret or "")


def delete(
    key: Annotated[str, typer.Argument(help="The id of the key.", metavar="KEY")],
    *,
    yes: Yes = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Delete an API key. Its access tokens end within a second."""
    with client_for(url, token) as client:
        confirmed(f"Delete API key {key}?", yes=yes)
        client.accounts.delete_api_key(key)
    if as_json:
        emit_json({"deleted": key})
    else:
        tell("The key was deleted.")


def _row(key: ApiKey) -> tuple[object, ...]:
    jobs = "all" if key.job_ids is None else ", ".join(key.job_ids)
    expires = "never" if key.expires_at is None else f"{key.expires_at:%Y-%m-%d %H:%M}"
    return key.id, key.name, ", ".join(key.scopes), jobs, expires


def _given(values: Sequence[str] | None) -> Sequence[str] | None:
    return values or None
