"""What the commands print: tables for people, JSON for programs; results on stdout, everything else on stderr.

With `--json` a single result is one JSON document on one line. A list is JSON Lines: one document a line for each of
its elements, so that a list of any length can be read, filtered and cut while it arrives.

rich is imported where it draws: its import is most of what a short command costs.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from labelstream.cli.terminal import printable_json, speaks_unicode, visible
from labelstream.errors import ApiError, LabelstreamError

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console
    from rich.progress import Progress

    from labelstream.models import Operation

_WIDTH_OF_FILES = 160


def emit_json(value: object) -> None:
    """One JSON document on a line."""
    import msgspec  # noqa: PLC0415

    sys.stdout.write(printable_json(msgspec.json.encode(value).decode()) + "\n")
    sys.stdout.flush()


def emit_json_lines(values: Iterable[object]) -> None:
    """A list, one JSON document a line."""
    for value in values:
        emit_json(value)


def tell(text: str) -> None:
    """One line of a result for a person."""
    sys.stdout.write(visible(text) + "\n")
    sys.stdout.flush()


def counted(count: int, noun: str) -> str:
    """The count with its noun, in the plural unless it is one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def duration(begun: "datetime | None", ended: "datetime | None") -> str:
    """Hours, minutes and seconds; nothing while it goes on."""
    if begun is None or ended is None:
        return ""
    seconds = max(0.0, round((ended - begun).total_seconds(), 1))
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def say(text: str) -> None:
    """A remark for a person; never part of the result."""
    sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()


def out_console() -> "Console":
    from rich.console import Console  # noqa: PLC0415

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            """rich would exit with code 1; here a reader that went away is no failure."""
            raise BrokenPipeError

    return Piped(width=None if sys.stdout.isatty() else _WIDTH_OF_FILES, highlight=False)


def err_console() -> "Console":
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True, highlight=False)


def print_table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=title, title_justify="left", header_style="bold", show_edge=False, pad_edge=False)
    for column in columns:
        whole = column in _WHOLE
        table.add_column(
            column,
            justify="right" if column in _NUMBERS else "left",
            overflow="ignore" if whole else "fold",
            no_wrap=whole,
            min_width=_ID_WIDTH if whole else None,
        )
    for row in rows:
        table.add_row(*(Text("" if cell is None else visible(str(cell))) for cell in row))
    out_console().print(table)
    sys.stdout.flush()


_ID_WIDTH = 36
_WHOLE = frozenset({"id", "sample", "change"})
"""Ids stay in one piece, however narrow the terminal, so that they can be copied."""
_NUMBERS = frozenset(
    (
        *("samples", "total", "labeled", "unlabeled", "to confirm", "images", "version", "changed", "size"),
        *("unreadable", "train", "validation", "missing", "imported", "unchanged", "rejected"),
    )
)


def print_error(error: LabelstreamError, *, as_json: bool, about: str | None = None) -> None:
    """One clear sentence with the problem's code; as JSON a document with its fields. On stderr.

    `about` names what it is about, where a command works on several things.
    """
    detail = str(error) if about is None else f"{about}: {error}"
    if as_json:
        import msgspec  # noqa: PLC0415

        fields = [{"pointer": each.pointer, "detail": each.detail} for each in getattr(error, "errors", ())]
        status = error.status if isinstance(error, ApiError) else None
        problem = {"error": {"code": error.code, "detail": detail, "status": status, "errors": fields}}
        sys.stderr.write(printable_json(msgspec.json.encode(problem).decode()) + "\n")
    else:
        prefix, code = typer.style("error:", fg="red", bold=True), typer.style(f"[{error.code}]", dim=True)
        typer.echo(f"{prefix} {visible(detail)} {code}", err=True)


@contextmanager
def progress_bar() -> Iterator["Progress | None"]:
    """A bar on stderr, or None when that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with new_progress(err_console()) as progress:
        yield progress


def new_progress(console: "Console") -> "Progress":
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn("dots" if speaks_unicode(sys.stderr) else "line"),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


class Bar:
    """One line of progress; without a terminal it says nothing."""

    def __init__(self, progress: "Progress | None", what: str, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=total) if progress is not None else None

    def at(self, done: int, total: int | None = None) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total)

    def advance(self, steps: int) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task, steps)

    def operation(self, operation: "Operation") -> None:
        """Shows an operation's `done` of `total`; give it to `operations.wait` as `on_progress`."""
        self.at(operation.done, operation.total)


@contextmanager
def bar(what: str, total: int | None = None) -> Iterator[Bar]:
    with progress_bar() as progress:
        yield Bar(progress, what, total)


def confirmed(question: str, *, yes: bool) -> None:
    """Ends the command unless `--yes` was given or a person agrees."""
    if not yes:
        typer.confirm(visible(question), abort=True, err=True)
