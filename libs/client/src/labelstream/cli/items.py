"""`labelstream items`: lists them, and moves them between people."""

from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any

import msgspec
import typer
from typer.core import TyperGroup

from labelstream.blocking.client import Client
from labelstream.cli.changed import show_changed
from labelstream.cli.filters import AgreementBelow, Filters, Hard, LabelMatch, Path, Review, Status, WithLabel
from labelstream.cli.naming import account_in_job
from labelstream.cli.options import JobId, Json, SampleId, Samples, Token, Url, sample_ids
from labelstream.cli.output import bar, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.selection import check_selection
from labelstream.cli.session import client_for
from labelstream.models import Item, ItemFilter
from labelstream.models.quality import Answer

LIST = "list"

Assigned = Annotated[
    str | None,
    typer.Option("--assignee", help="Only items of this annotator (address or id); `me`: yours, `none`: nobody's."),
]


class ListsByDefault(TyperGroup):
    """`labelstream items JOB` lists, as `labelstream items list JOB` does."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [LIST, *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


def commands(app: typer.Typer) -> None:
    group = typer.Typer(
        help="List the items of a job, take them from its queue, and assign them.",
        cls=ListsByDefault,
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(LIST)(items)
    group.command("show")(show)
    group.command("answers")(answers)
    group.command("next")(take_next)
    group.command("release")(release)
    group.command("assign")(assign)
    app.add_typer(group, name="items")


def items(
    job: JobId,
    *,
    status: Status = None,
    with_label: WithLabel = None,
    label_match: LabelMatch = None,
    path: Path = None,
    hard: Hard = None,
    review: Review = None,
    assignee: Assigned = None,
    agreement_below: AgreementBelow = None,
    sort: Annotated[
        str | None, typer.Option("--sort", help="path, added, labeled_at or hardness; `-path` reverses.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most this many; 0 for all.")] = 100,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List the items of a job."""
    where = Filters(status, with_label, label_match, path, hard, review, assignee, agreement_below).where()
    with client_for(url, token) as client:
        found = client.items.list(job, _resolved(client, job, where), sort=sort, page_size=min(limit, 1000) or 1000)
        wanted = islice(found, limit or None)
        if as_json:
            emit_json_lines(wanted)
        else:
            print_table(None, _COLUMNS, map(_row, wanted))


def show(job: JobId, sample: SampleId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show one item."""
    with client_for(url, token) as client:
        found = client.items.get(job, sample)
    if as_json:
        emit_json(found)
        return
    print_table(None, _COLUMNS, [_row(found)])
    if found.review and found.review.reason:
        tell(f"The review says: {found.review.reason}")


def answers(job: JobId, sample: SampleId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List what each labeler answered, where several label each item. Reviewers see labels after the last answer."""
    with client_for(url, token) as client:
        found = client.quality.answers(job, sample)
        if as_json:
            emit_json_lines(found)
            return
        names = {each.id: each.name for each in client.jobs.people(job)}
        print_table(None, ("annotator", "labels", "at", "seconds"), (_answer(each, names) for each in found))


def take_next(
    job: JobId,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most this many.")] = 10,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Take items from the job's queue for half an hour. What you still have comes first, and is renewed."""
    with client_for(url, token) as client:
        taken = client.items.next(job, limit)
    if as_json:
        emit_json(taken)
        return
    print_table(None, _COLUMNS, map(_row, taken.items))
    until = f", yours until {taken.lease_expires_at:%H:%M} UTC" if taken.lease_expires_at else ""
    tell(f"{len(taken.items)} items{until}; {taken.remaining} more can be taken.")


def release(
    job: JobId,
    samples: Samples = None,
    *,
    skip: Annotated[bool, typer.Option("--skip", help="Do not offer them to you again.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Give items back to the job's queue."""
    ids = list(sample_ids(samples or ()))
    if not ids:
        raise typer.BadParameter("Give ids of samples.")
    with client_for(url, token) as client:
        released = client.items.release(job, ids, skip=skip)
    if as_json:
        emit_json(released)
    else:
        tell(f"{released.released} items went back; {len(released.missing)} were not yours to give.")


def assign(
    job: JobId,
    samples: Samples = None,
    *,
    to: Annotated[
        str,
        typer.Option("--to", help="An annotator's address or id, or `none`: dealt out again."),
    ],
    status: Status = None,
    with_label: WithLabel = None,
    label_match: LabelMatch = None,
    path: Path = None,
    assignee: Assigned = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Give items to somebody who works in the job: samples by id, or every item that matches the filters."""
    where = Filters(status, with_label, label_match, path, None, None, assignee).where()
    check_selection(samples, where)
    with client_for(url, token) as client, bar("assigning") as shown:
        account = None if to == "none" else account_in_job(client, job, to)
        if samples:
            result = client.items.assign(job, list(sample_ids(samples)), to=account)
        else:
            result = client.items.assign(
                job, where=_resolved(client, job, where), to=account, on_progress=shown.operation
            )
    show_changed([result], as_json=as_json)


def _resolved(client: Client, job: str, where: ItemFilter) -> ItemFilter:
    """The filter with an account in place of an address or an annotator's id."""
    if where.assignee is None:
        return where
    return msgspec.structs.replace(where, assignee=account_in_job(client, job, where.assignee))


def _answer(answer: Answer, names: Mapping[str, str]) -> tuple[object, ...]:
    labels = "hidden" if answer.labels is None else ", ".join(each.name for each in answer.labels)
    seconds = "" if answer.seconds is None else f"{answer.seconds:.1f}"
    return names.get(answer.by) or answer.by, labels, f"{answer.at.astimezone():%Y-%m-%d %H:%M}", seconds


_COLUMNS = ("sample", "path", "status", "labels", "review", "version", "assignee")


def _row(item: Item) -> tuple[object, ...]:
    names = ", ".join(each.name for each in item.labels) + (" (hard)" if item.hard else "")
    whose = ", ".join(each.account_id for each in item.assignees)
    review = item.review.state if item.review else ""
    return item.sample_id, item.path, item.status, names, review, item.version, whose
