"""`labelstream items`."""

from itertools import islice
from typing import Annotated

import typer

from labelstream.cli.filters import Filters, Hard, LabelMatch, Path, Review, Status, WithLabel
from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import emit_json_lines, print_table
from labelstream.cli.session import client_for
from labelstream.models import Item


def commands(app: typer.Typer) -> None:
    app.command("items")(items)


def items(
    job: JobId,
    *,
    status: Status = None,
    with_label: WithLabel = None,
    label_match: LabelMatch = None,
    path: Path = None,
    hard: Hard = None,
    review: Review = None,
    sort: Annotated[
        str | None, typer.Option("--sort", help="path, added, labeled_at or hardness; `-path` reverses.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most this many; 0 for all.")] = 100,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List the items of a job."""
    where = Filters(status, with_label, label_match, path, hard, review).where()
    with client_for(url, token) as client:
        found = client.items.list(job, where, sort=sort, page_size=min(limit, 1000) or 1000)
        wanted = islice(found, limit or None)
        if as_json:
            emit_json_lines(wanted)
        else:
            print_table(None, ("sample", "path", "status", "labels", "review", "version"), map(_row, wanted))


def _row(item: Item) -> tuple[object, ...]:
    names = ", ".join(each.name for each in item.labels) + (" (hard)" if item.hard else "")
    return item.sample_id, item.path, item.status, names, item.review.state if item.review else "", item.version
