"""Passwords come from a prompt or from stdin: an argument could be seen by everybody on the machine."""

import sys
from typing import Annotated

import typer

PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")]


def password(what: str = "Password", *, from_stdin: bool, twice: bool = False) -> str:
    """The next line of stdin, or what a person types, `twice` if it is new."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(what, hide_input=True, confirmation_prompt=twice, err=True))
