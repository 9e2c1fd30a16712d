"""The commands that this package adds to `labelstream`: up, status, down, reset, logs."""

import typer

from labelstream_local.cli.down import down, reset
from labelstream_local.cli.logs import logs
from labelstream_local.cli.status import status
from labelstream_local.cli.up import up


def commands(app: typer.Typer) -> None:
    for command in (up, status, down, reset, logs):
        app.command()(command)
