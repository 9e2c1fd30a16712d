"""`labelstream label` and `labelstream items`."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated, Literal

import msgspec
import typer

from labelstream.blocking.client import Client
from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import emit_json, operation_bar, out, print_table, progress_bar
from labelstream.cli.session import client_for
from labelstream.models import ChangeResult, Item, ItemFilter

StatusName = Literal["all", "unlabeled", "labeled", "to_confirm"]
_AT_ONCE = 10_000

Status = Annotated[StatusName | None, typer.Option("--status", help="Only items of this status.")]
WithLabel = Annotated[list[str] | None, typer.Option("--with-label", help="Only items with this label; repeatable.")]
Path = Annotated[str | None, typer.Option("--path", help="Only paths with this text; `train/*` for a prefix.")]
Hard = Annotated[bool | None, typer.Option("--hard/--not-hard", help="Only (non-)hard examples.")]


def commands(app: typer.Typer) -> None:
    app.command("label")(label)
    app.command("items")(items)


def label(
    job: JobId,
    samples: Annotated[list[str] | None, typer.Argument(help="Ids of samples; `-` reads them from stdin.")] = None,
    *,
    add: Annotated[list[str] | None, typer.Option("--add", help="A label to put on; repeatable.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="A label to take off; repeatable.")] = None,
    replace: Annotated[list[str] | None, typer.Option("--set", help="Make these the only labels; repeatable.")] = None,
    mark_hard: Annotated[bool | None, typer.Option("--mark-hard/--unmark-hard", help="Hard example or not.")] = None,
    status: Status = None,
    with_label: WithLabel = None,
    path: Path = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Label samples by id, or every item that matches the filters."""
    where = ItemFilter(status=status, label=with_label, path=path)
    if not samples and where == ItemFilter():
        raise typer.BadParameter("name samples, or give a filter (--status, --with-label, --path)")
    if samples and where != ItemFilter():
        raise typer.BadParameter("name samples or give a filter, not both")
    if not (add or remove or replace) and mark_hard is None:
        raise typer.BadParameter("say what to do: --add, --remove, --set, --mark-hard or --unmark-hard")
    with client_for(url, token) as client:
        if samples:
            ids = list(_ids(samples))
            results = _by_ids(client, job, ids, add=add, remove=remove, set=replace, hard=mark_hard)
        else:
            results = [_by_filter(client, job, where, add=add, remove=remove, set=replace, hard=mark_hard)]
    _print_results(results, as_json=as_json)


def items(
    job: JobId,
    *,
    status: Status = None,
    with_label: WithLabel = None,
    path: Path = None,
    hard: Hard = None,
    sort: Annotated[str | None, typer.Option("--sort", help="path, added, labeled_at; `-` reverses.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0 for all.")] = 100,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Items of a job. As JSON, one document a line."""
    where = ItemFilter(status=status, label=with_label, path=path, hard=hard)
    with client_for(url, token) as client:
        found = client.items.list(job, where, sort=sort, page_size=min(limit, 1000) or 1000)
        wanted = islice(found, limit or None)
        if as_json:
            for item in wanted:
                emit_json(item)
        else:
            print_table(None, ("sample", "path", "status", "labels", "version"), map(_row, wanted))


def _row(item: Item) -> tuple[object, ...]:
    names = ", ".join(each.name for each in item.labels) + (" (hard)" if item.hard else "")
    return item.sample_id, item.path, item.status, names, item.version


def _ids(samples: Sequence[str]) -> Iterator[str]:
    for sample in samples:
        if sample == "-":
            yield from (line.strip() for line in typer.get_text_stream("stdin") if line.strip())
        else:
            yield sample


def _by_ids(
    client: Client,
    job: str,
    ids: Sequence[str],
    *,
    add: Sequence[str] | None,
    remove: Sequence[str] | None,
    set: Sequence[str] | None,  # noqa: A002  # the contract's word
    hard: bool | None,
) -> list[ChangeResult]:
    results = []
    with progress_bar() as progress:
        task = progress.add_task("labeling", total=len(ids))
        for start in range(0, len(ids), _AT_ONCE):
            chunk = ids[start : start + _AT_ONCE]
            results.append(client.annotations.apply(job, chunk, add=add, remove=remove, set=set, hard=hard))
            progress.advance(task, len(chunk))
    return results


def _by_filter(
    client: Client,
    job: str,
    where: ItemFilter,
    *,
    add: Sequence[str] | None,
    remove: Sequence[str] | None,
    set: Sequence[str] | None,  # noqa: A002  # the contract's word
    hard: bool | None,
) -> ChangeResult:
    with operation_bar("labeling") as bar:
        return client.annotations.apply(job, where=where, add=add, remove=remove, set=set, hard=hard, on_progress=bar)


def _print_results(results: Sequence[ChangeResult], *, as_json: bool) -> None:
    whole = msgspec.structs.replace(
        results[-1],
        changed=sum(each.changed for each in results),
        unchanged=sum(each.unchanged for each in results),
        created_labels=[each for result in results for each in result.created_labels],
        conflicts=[each for result in results for each in result.conflicts],
        missing=[each for result in results for each in result.missing],
    )
    if as_json:
        emit_json(whole)
        return
    counts = whole.counts
    out.print(f"{whole.changed} changed, {whole.unchanged} unchanged", highlight=False)
    if whole.missing:
        out.print(f"{len(whole.missing)} are no items of this job: {', '.join(whole.missing[:5])}", highlight=False)
    out.print(f"the job: {counts.labeled} of {counts.total} labeled, {counts.to_confirm} to confirm", highlight=False)
