"""`labelstream changes`, `labelstream undo` and `labelstream diff`."""

from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any

import msgspec
import typer

from labelstream.cli.changed import show_changed
from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import bar, emit_json_lines, print_table
from labelstream.cli.session import client_for
from labelstream.feed import Actor, FeedEntry, ItemState
from labelstream.models import ItemDifference, ItemMoment


def commands(app: typer.Typer) -> None:
    app.command("changes")(changes)
    app.command("undo")(undo)
    app.command("diff")(diff)


def changes(
    job: JobId,
    *,
    after: Annotated[int, typer.Option("--after", min=0, help="Only what came after this `seq`.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most this many; 0 for all.")] = 100,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List what happened to a job, in the order of `seq`.

    For labelers whose job deals items out: what happened to their own. `watch` shows changes as they happen.
    """
    with client_for(url, token) as client:
        found = islice(client.changes.list(job, after=after, page_size=min(limit, 1000) or 1000), limit or None)
        if as_json:
            emit_json_lines(each.raw for each in found)
        else:
            print_table(None, ("seq", "path", "what", "cause", "by", "at", "change"), map(_entry_row, found))


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


def _entry_row(entry: FeedEntry) -> tuple[object, ...]:
    if entry.kind == "item":
        item = entry.item()
        what = f"{_labels(item.before)} → {_labels(item.after)}"
        return item.seq, item.path, what, item.cause, _by(item.actor), _second(item.at), item.change_id
    raw: dict[str, Any] = msgspec.json.decode(entry.raw)
    by = _by(msgspec.convert(raw.get("actor"), Actor | None))
    return entry.seq, "", _what(raw), _cause(raw), by, _second(raw.get("at")), raw.get("change_id")


def _cause(raw: Mapping[str, Any]) -> str:
    """`label.created` for an entry of the type `labeling.label.created.v1`."""
    return str(raw.get("type", "")).removeprefix("labeling.").removesuffix(".v1")


def _second(at: str | None) -> str:
    """A time of a feed, in UTC, up to the second."""
    return (at or "")[:19].replace("T", " ")


def _what(raw: Mapping[str, Any]) -> str:
    """The label that an entry is about, or how many items came, went or changed at once."""
    label = raw.get("label") or raw.get("into")
    if label:
        return str(label["name"])
    return ", ".join(f"{len(ids)} {name.removesuffix('_ids')}" for name, ids in raw.items() if name.endswith("_ids"))


def _labels(state: ItemState | None) -> str:
    return "-" if state is None else ", ".join(state.names) or "no label"


def _by(actor: Actor | None) -> str:
    return "" if actor is None else actor.id or actor.kind


def _row(item: ItemDifference) -> tuple[object, ...]:
    return item.sample_id, item.path, _said(item.before), _said(item.after)


def _said(moment: ItemMoment | None) -> str:
    if moment is None:
        return "not in the job"
    return ", ".join(each.name for each in moment.labels) + (" (hard)" if moment.hard else "") or "no label"
