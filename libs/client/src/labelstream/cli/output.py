"""What the commands print: tables for people, JSON for programs; results on stdout, everything else on stderr."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from labelstream.errors import ApiError, LabelstreamError
from labelstream.models import Operation

out = Console(width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True)


def emit_json(value: object) -> None:
    """One JSON document on a line."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A remark for a person; never part of the result."""
    err.print(text, highlight=False)


def print_table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
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
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    out.print(table)


_ID_WIDTH = 36
_WHOLE = frozenset({"id", "sample"})
"""Ids stay in one piece, however narrow the terminal, so that they can be copied."""
_NUMBERS = frozenset({"samples", "total", "labeled", "unlabeled", "to confirm", "images", "version", "changed"})


def print_error(error: LabelstreamError, *, as_json: bool) -> None:
    """One clear sentence with the problem's code; as JSON a document with its fields. On stderr."""
    if as_json:
        fields = [{"pointer": each.pointer, "detail": each.detail} for each in getattr(error, "errors", ())]
        status = error.status if isinstance(error, ApiError) else None
        problem = {"error": {"code": error.code, "detail": str(error), "status": status, "errors": fields}}
        sys.stderr.write(msgspec.json.encode(problem).decode() + "\n")
    else:
        err.print(f"[bold red]error:[/] {escape(str(error))} [dim]\\[{escape(error.code)}][/]", highlight=False)


def progress_bar() -> Progress:
    """A bar on stderr; silent when that is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


class OperationBar:
    """Shows an operation's `done` of `total`; give it to `operations.wait` as `on_progress`."""

    def __init__(self, progress: Progress, what: str) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=None)

    def __call__(self, operation: Operation) -> None:
        self._progress.update(self._task, completed=operation.done, total=operation.total)


@contextmanager
def operation_bar(what: str) -> Iterator[OperationBar]:
    with progress_bar() as progress:
        yield OperationBar(progress, what)
