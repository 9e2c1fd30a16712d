"""`labelstream label`."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from labelstream.blocking.client import Client
from labelstream.cli.changed import show_changed
from labelstream.cli.filters import Filters, LabelMatch, Path, Status, WithLabel
from labelstream.cli.options import JobId, Json, Samples, Token, Url, sample_ids
from labelstream.cli.output import bar
from labelstream.cli.selection import check_selection
from labelstream.cli.session import client_for
from labelstream.models import ChangeResult, ItemFilter

AT_ONCE = 10_000


class Edit(NamedTuple):
    """What is to become of the labels."""

    add: Sequence[str] | None
    remove: Sequence[str] | None
    set: Sequence[str] | None
    hard: bool | None


def commands(app: typer.Typer) -> None:
    app.command("label")(label)


def label(
    job: JobId,
    samples: Samples = None,
    *,
    add: Annotated[list[str] | None, typer.Option("--add", help="A label to put on; repeatable.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="A label to take off; repeatable.")] = None,
    replace: Annotated[list[str] | None, typer.Option("--set", help="Make these the only labels; repeatable.")] = None,
    mark_hard: Annotated[
        bool | None, typer.Option("--mark-hard/--unmark-hard", help="Mark as hard example, or unmark.")
    ] = None,
    status: Status = None,
    with_label: WithLabel = None,
    label_match: LabelMatch = None,
    path: Path = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Label samples by id, or every item that matches the filters."""
    where = Filters(status, with_label, label_match, path, None).where()
    check_selection(samples, where)
    if not (add or remove or replace) and mark_hard is None:
        raise typer.BadParameter("Say what to do: --add, --remove, --set, --mark-hard or --unmark-hard.")
    edit = Edit(add, remove, replace, mark_hard)
    with client_for(url, token) as client:
        if samples:
            results = _by_ids(client, job, list(sample_ids(samples)), edit)
        else:
            results = [_by_filter(client, job, where, edit)]
    show_changed(results, as_json=as_json)


def _by_ids(client: Client, job: str, ids: Sequence[str], edit: Edit) -> list[ChangeResult]:
    results = []
    with bar("labeling", len(ids)) as shown:
        for start in range(0, len(ids), AT_ONCE):
            chunk = ids[start : start + AT_ONCE]
            results.append(client.annotations.apply(job, chunk, **edit._asdict()))
            shown.advance(len(chunk))
    return results


def _by_filter(client: Client, job: str, where: ItemFilter, edit: Edit) -> ChangeResult:
    with bar("labeling") as shown:
        return client.annotations.apply(job, where=where, **edit._asdict(), on_progress=shown.operation)
