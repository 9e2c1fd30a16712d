"""`labelstream watch`: a live table of a job's changes, read from Kafka."""

import asyncio
import re
from collections import deque
from time import monotonic
from typing import Annotated

import msgspec
import typer
from rich.live import Live
from rich.table import Table
from rich.text import Text

from labelstream.cli.options import JobId, Json, Kafka, Url
from labelstream.cli.output import emit_json, out_console
from labelstream.cli.session import broker
from labelstream.cli.terminal import silence_libraries, visible
from labelstream.feed import Change, ItemChanged, LabelCreated, LabelImagesDiscarded, LabelMerged, LabelRenamed
from labelstream.subscriber import Start, Subscription, subscribe

_ROWS = 15
_WORDS = re.compile("[A-Z][a-z]*")


def commands(app: typer.Typer) -> None:
    app.command("watch")(watch)


def watch(
    job: JobId,
    *,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start with what has already happened.")
    ] = False,
    count: Annotated[int | None, typer.Option("--count", min=1, help="Stop after this many changes.")] = None,
    kafka: Kafka = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Watch a job's changes as they happen. Ctrl-C stops it."""
    silence_libraries()
    start = Start.BEGINNING if from_beginning else Start.NOW
    found = broker(kafka, url)
    show = _printed if as_json else _shown

    async def follow() -> None:
        await show(subscribe(**found.arguments(), job=job, start=start), count)

    try:
        asyncio.run(follow())
    except KeyboardInterrupt:
        raise typer.Exit from None


async def _printed(subscription: Subscription, count: int | None) -> None:
    seen = 0
    async with subscription:
        async for change in subscription:
            emit_json({"change": type(change).__name__, **_fields(change)})
            seen += 1
            if seen == count:
                return


async def _shown(subscription: Subscription, count: int | None) -> None:
    recent: deque[Change] = deque(maxlen=_ROWS)
    seen, began = 0, monotonic()
    async with subscription:
        with Live(_table(recent, 0, 0), console=out_console(), refresh_per_second=8) as live:
            async for changes in subscription.batches():
                recent.extend(changes)
                seen += len(changes)
                live.update(_table(recent, seen, monotonic() - began))
                if count is not None and seen >= count:
                    return


def _table(recent: deque[Change], seen: int, seconds: float) -> Table:
    table = Table(title=f"{seen} changes in {seconds:.0f} s", title_justify="left", header_style="bold", expand=True)
    for column in ("seq", "image", "change", "cause", "by", "at"):
        table.add_column(column, no_wrap=True, overflow="ellipsis")
    for change in recent:
        table.add_row(*(Text(visible(cell)) for cell in row_of(change)))
    return table


def row_of(change: Change) -> tuple[str, ...]:
    """What a person wants to know of a change: seq, image, what, why, who, when."""
    by = (change.actor.id or change.actor.kind) if change.actor else ""
    if isinstance(change, ItemChanged):
        return str(change.seq), change.path, _transition(change), change.cause, by, change.at or ""
    words = _WORDS.findall(type(change).__name__.removeprefix("Label"))
    what = " ".join(words).lower()
    return str(change.seq), "", _label_sentence(change, what), f"label {what}", by, change.at or ""


def _transition(change: ItemChanged) -> str:
    before = ", ".join(change.before.names) if change.before else ""
    after = ", ".join(change.after.names) if change.after else "gone"
    return f"{before or '–'} → {after or '–'}"


def _label_sentence(change: Change, what: str) -> str:
    match change:
        case LabelRenamed():
            return f"{change.before.name} → {change.label.name}"
        case LabelMerged():
            return f"{', '.join(each.name for each in change.merged)} → {change.into.name}"
        case LabelCreated():
            return f"+ {change.label.name}"
        case LabelImagesDiscarded():
            return f"{len(change.sample_ids)} with no label but {change.label.name}"
        case ItemChanged():
            return ""
    return f"{what} {change.label.name}"


def _fields(change: Change) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(change)
    return fields
