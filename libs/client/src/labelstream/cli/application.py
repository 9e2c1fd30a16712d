"""The application: a table of commands, each loaded when it is asked for, and those of installed packages."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from labelstream.cli.exits import epilog
from labelstream.cli.failures import reported
from labelstream.cli.output import say

ENTRY_POINTS = "labelstream.commands"
"""Packages add commands under this group: `commands(app: typer.Typer) -> None`."""


@dataclass(frozen=True)
class Part:
    """A command or group: the module of this package that registers it, and its line in `labelstream --help`."""

    module: str
    help: str


COMMANDS: Mapping[str, Part] = {
    "login": Part("sign_in", "Sign in, and stay signed in for later commands."),
    "logout": Part("sign_in", "Sign out, and forget the sign-in that was kept."),
    "me": Part("own_account", "Show your account, or change your name or e-mail address."),
    "password": Part("own_account", "Change your password. It signs you out everywhere else."),
    "sessions": Part("sessions", "See where you are signed in, and end that."),
    "keys": Part("keys", "Make, list and delete your API keys."),
    "accounts": Part("accounts", "Make accounts, change their roles, disable and enable them."),
    "teams": Part("teams", "Work with teams: lasting groups of people for jobs."),
    "audit": Part("audit", "See who did what that matters for security or cannot be undone."),
    "mail": Part("mail", "Read the e-mails of an installation that has no mail server."),
    "datasets": Part("datasets", "Work with datasets: the images in a bucket."),
    "sources": Part("sources", "Work with object stores, and decide who may use them."),
    "samples": Part("samples", "List, download, delete and restore the images of a dataset."),
    "versions": Part("versions", "Publish, compare and export versions of a dataset."),
    "import": Part("imports", "Import images and labels into a dataset, from a folder or from a bucket."),
    "imports": Part("imports", "List, show and cancel imports, and list what they rejected."),
    "jobs": Part("jobs", "Work with labeling jobs."),
    "annotators": Part("annotators", "Add people to a job, change their roles, invite and remove them."),
    "labels": Part("labels", "Work with the label set of a job."),
    "items": Part("items", "List the items of a job, take them from its queue, and assign them."),
    "label": Part("labeling", "Label samples by id, or every item that matches the filters."),
    "predict": Part("predictions", "Propose a model's labels. They count once a person confirms them."),
    "confirm": Part("predictions", "Confirm proposed labels of some or all items."),
    "reject": Part("predictions", "Reject proposed labels of some or all items."),
    "review": Part("reviews", "Accept or reject the labels of items."),
    "acceptances": Part("reviews", "Judge a random sample of what is labeled, and decide by it about all of it."),
    "changes": Part("history", "List what happened to a job, in the order of `seq`."),
    "undo": Part("history", "Undo a change."),
    "diff": Part("history", "List the items that differ between two moments."),
    "export": Part("export", "Export a job's items as they were at one moment."),
    "quality": Part("quality", "Show how far people agree, and how fast they label."),
    "known-answers": Part("quality", "Work with the images by which labelers are tested."),
    "progress": Part("quality", "Show what each annotator did."),
    "watch": Part("watch", "Watch a job's changes as they happen."),
    "operations": Part("operations", "See long work that goes on, wait for it, and cancel it."),
    "demo": Part("demo", "Label 1,000 of 1,797 real images and check that every label arrives as an event."),
}


class Commands(TyperGroup):
    """Loads a command's module when the command is run: a start costs what the command needs, and no more."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*COMMANDS, *self._added]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if part := COMMANDS.get(cmd_name):
            return _loaded(part.module)[cmd_name]
        return self._added.get(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        added = [(name, command.get_short_help_str(formatter.width)) for name, command in self._added.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*((name, part.help) for name, part in COMMANDS.items()), *added])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            close = get_close_matches(args[0], self.list_commands(ctx))
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with reported(()):
            return super().make_context(*args, **kwargs)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.obj = tuple(args)
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed

    def invoke(self, ctx: Any) -> Any:
        with reported(ctx.obj):
            return super().invoke(ctx)

    @cached_property
    def _added(self) -> Mapping[str, Any]:
        """The commands of installed packages, by name."""
        # Finding out what is installed takes as long as everything else; our own commands need not wait for it.
        from importlib.metadata import entry_points  # noqa: PLC0415

        app = _typer()
        for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
            try:
                entry.load()(app)
            except ImportError as error:
                say(f"The commands of {entry.name} are missing: {error}.")
        return get_group(app).commands


def application() -> typer.Typer:
    """The whole command line; every call makes a new one."""
    app = typer.Typer(
        name="labelstream",
        help="Label images at scale. Every change is an event.",
        epilog=epilog(),
        cls=Commands,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(_labelstream)
    return app


def _loaded(module: str) -> Mapping[str, Any]:
    app = _typer()
    import_module(f"labelstream.cli.{module}").commands(app)
    return get_group(app).commands


def _typer() -> typer.Typer:
    """Where commands register themselves; without rich, whose import is most of a short command's time."""
    return typer.Typer(rich_markup_mode=None)


def _labelstream() -> None:
    """Label images at scale. Every change is an event."""
