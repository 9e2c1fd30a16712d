"""The application: our own commands, and those of installed packages."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperGroup

from labelstream.cli import datasets, demo, export, jobs, labeling, sign_in, watch
from labelstream.cli.exits import Exit, epilog, exit_for
from labelstream.cli.output import print_error, say
from labelstream.errors import LabelstreamError

ENTRY_POINTS = "labelstream.commands"
"""Packages add commands under this group: `commands(app: typer.Typer) -> None`."""


class Commands(TyperGroup):
    """Turns expected failures into one sentence and a documented exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LabelstreamError as error:
            print_error(error, as_json="--json" in ctx.obj)
            raise typer.Exit(exit_for(error)) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(Exit.INTERRUPTED) from error

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.obj = tuple(args)
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


def application() -> typer.Typer:
    """The whole command line; every call makes a new one."""
    app = typer.Typer(
        name="labelstream",
        help="Label images at scale; every change is an event.",
        epilog=epilog(),
        cls=Commands,
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(_labelstream)
    for part in (sign_in, datasets, jobs, labeling, export, watch, demo):
        part.commands(app)
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        _add(entry, app)
    return app


def _add(entry: EntryPoint, app: typer.Typer) -> None:
    """A package that cannot be loaded costs its own commands, not ours."""
    try:
        entry.load()(app)
    except ImportError as error:
        say(f"the commands of {entry.name} are missing: {error}")


def _labelstream() -> None:
    """Label images at scale; every change is an event."""
