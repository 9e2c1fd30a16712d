"""`labelstream undo` and `labelstream diff`."""

from typing import Annotated

import typer

from labelstream.cli.changed import show_changed
from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import bar, emit_json_lines, print_table
from labelstream.cli.session import client_for
from labelstream.models import ItemDifference, ItemMoment


def commands(app: typer.Typer) -> None:
    app.command("undo")(undo)
    app.command("diff")(diff)


def undo(
    job: JobId,
    change: Annotated[str, typer.Argument(help="The id of the change (`change_id`).", metavar="CHANGE")],
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Undo a change. Items that somebody changed since are left alone and listed."""
    with client_for(url, token) as client, bar("undoing") as shown:
        result = client.annotations.undo(job, change, on_progress=shown.operation)
    show_changed([result], as_json=as_json)


def diff(
    job: JobId,
    since: Annotated[int, typer.Argument(help="The earlier `seq`.", min=0, metavar="FROM")],
    until: Annotated[int, typer.Argument(help="The later `seq`.", min=0, metavar="TO")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List the items that differ between two moments."""
    with client_for(url, token) as client:
        found = client.changes.diff(job, since, until)
        if as_json:
            emit_json_lines(found)
        else:
            print_table(None, ("sample", "path", "before", "after"), map(_row, found))


def _row(item: ItemDifference) -> tuple[object, ...]:
    return item.sample_id, item.path, _said(item.before), _said(item.after)


def _said(moment: ItemMoment | None) -> str:
    if moment is None:
        return "not in the job"
    return ", ".join(each.name for each in moment.labels) + (" (hard)" if moment.hard else "") or "no label"
