"""`labelstream login` and `labelstream logout`."""

import sys
from typing import Annotated, Literal

import typer

from labelstream.blocking.client import Client
from labelstream.cli.options import Json, Kafka, Url
from labelstream.cli.output import emit_json, say, tell
from labelstream.cli.session import Session, given_broker, session
from labelstream.errors import LabelstreamError
from labelstream.profiles import Profiles, Server

Outcome = Literal["ended", "open", "none"]
"""What became of a session at sign-out."""


def commands(app: typer.Typer) -> None:
    app.command("login")(login)
    app.command("logout")(logout)


def login(
    *,
    url: Url = None,
    email: Annotated[
        str | None, typer.Option("--email", envvar="LABELSTREAM_EMAIL", help="The e-mail address of your account.")
    ] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    api_key: Annotated[
        bool, typer.Option("--api-key", help="Ask for an API key instead of e-mail and password.")
    ] = False,
    kafka: Kafka = None,
    as_json: Json = False,
) -> None:
    """Sign in, and stay signed in for later commands."""
    profiles = Profiles()
    target = session(url, None, profiles).url
    secret = _secret(
        "API key" if api_key else "Password", from_stdin=password_stdin, ask_email=not api_key and not email
    )
    if api_key:
        server = Server(api_key=secret[1], broker=None if kafka is None else given_broker(kafka))
        with Client(target, api_key=secret[1]) as client:
            account = client.accounts.me()
    else:
        who = email or secret[0]
        with Client(target) as client:
            tokens = client.sign_in(who, secret[1])
            account = client.accounts.me()
        server = Server(email=who, tokens=tokens, broker=None if kafka is None else given_broker(kafka))
    profiles.remember(target, server)
    if as_json:
        emit_json({"url": target, "account": account})
    else:
        tell(f"Signed in to {target} as {account.email} ({account.role}).")


def logout(url: Url = None, as_json: Json = False) -> None:
    """Sign out, and forget the sign-in that was kept.

    An API key remains valid; `labelstream keys delete` ends it. A server that does not answer is forgotten all the
    same. With --json, `session` is ended, open (it may still be valid) or none (there was none).
    """
    profiles = Profiles()
    known = session(url, None, profiles)
    kept = profiles.server(known.url)
    outcome: Outcome = "none" if kept.tokens is None else _ended(known)
    profiles.forget(known.url)
    if as_json:
        emit_json({"url": known.url, "session": outcome})
    elif kept.tokens is None and kept.api_key is None:
        tell(f"Nobody was signed in to {known.url}.")
    elif outcome == "open":
        tell(f"The sign-in to {known.url} is forgotten here.")
    else:
        tell(f"Signed out of {known.url}.")


def _ended(known: Session) -> Outcome:
    """Ends the session where it was begun, or says why it is still open there."""
    try:
        with known.client() as client:
            client.sign_out()
    except LabelstreamError as error:
        say(f"The session could not be ended there, and may still be valid. {error}")
        return "open"
    return "ended"


def _secret(what: str, *, from_stdin: bool, ask_email: bool) -> tuple[str, str]:
    email = str(typer.prompt("E-mail", err=True)) if ask_email and not from_stdin else ""
    if from_stdin:
        return email, sys.stdin.readline().rstrip("\n")
    return email, str(typer.prompt(what, hide_input=True, err=True))
