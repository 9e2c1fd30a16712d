"""`labelstream operations`: long work that goes on after its request was answered."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Annotated

import typer

from labelstream.cli.options import Json, Token, Url
from labelstream.cli.output import bar, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.models import Operation, OperationState

OperationId = Annotated[str, typer.Argument(help="The id of the operation.", metavar="OPERATION")]


def commands(app: typer.Typer) -> None:
    operations = typer.Typer(
        help="See long work that goes on, wait for it, and cancel it.", no_args_is_help=True, rich_markup_mode=None
    )
    operations.command("list")(list_operations)
    operations.command("show")(show)
    operations.command("wait")(wait)
    operations.command("cancel")(cancel)
    app.add_typer(operations, name="operations")


def list_operations(
    *,
    state: Annotated[OperationState | None, typer.Option("--state", help="Only operations in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most this many; 0 for all.")] = 100,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List your operations, newest first; administrators see everybody's."""
    with client_for(url, token) as client:
        found = islice(client.operations.list(state=state), limit or None)
        if as_json:
            emit_json_lines(found)
        else:
            _print(found)


def show(operation: OperationId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show an operation with its progress and its result."""
    with client_for(url, token) as client:
        _show(client.operations.get(operation), as_json=as_json)


def wait(operation: OperationId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Wait until an operation has ended; exit code 1 if it failed or was cancelled."""
    with client_for(url, token) as client, bar("waiting") as shown:
        ended = client.operations.wait(operation, on_progress=shown.operation)
    _show(ended, as_json=as_json)


def cancel(operation: OperationId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Cancel an operation. What was already done remains."""
    with client_for(url, token) as client:
        _show(client.operations.cancel(operation), as_json=as_json)


def _show(operation: Operation, *, as_json: bool) -> None:
    if as_json:
        emit_json(operation)
        return
    _print([operation])
    for name, value in (operation.result or {}).items():
        tell(f"{name}: {value}")
    error = operation.error
    if error:
        tell(str(error.get("detail") if isinstance(error, dict) else error))


def _print(operations: Iterable[Operation]) -> None:
    rows = ((each.id, each.kind, each.state, _done(each), _when(each.created_at)) for each in operations)
    print_table(None, ("id", "kind", "state", "done", "started"), rows)


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _done(operation: Operation) -> str:
    return str(operation.done) if operation.total is None else f"{operation.done} of {operation.total}"
