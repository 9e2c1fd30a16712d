"""`labelstream review` and `labelstream acceptances`."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

import typer

from labelstream.cli.changed import show_changed
from labelstream.cli.filters import Filters, LabelMatch, Path, Review, Status, WithLabel
from labelstream.cli.labeling import AT_ONCE
from labelstream.cli.options import JobId, Json, Samples, Token, Url, sample_ids
from labelstream.cli.output import bar, confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.selection import check_selection
from labelstream.cli.session import client_for
from labelstream.models import Decision, Grade, ItemFilter, Operation
from labelstream.models.acceptances import Acceptance, FinishOutcome, Judged, SampledItem

AcceptanceId = Annotated[str, typer.Argument(help="The id of the acceptance.", metavar="ACCEPTANCE")]
Accept = Annotated[bool, typer.Option("--accept", help="Accept the images.")]
Reject = Annotated[bool, typer.Option("--reject", help="Reject the images.")]
GradeOption = Annotated[Grade | None, typer.Option("--grade", help="How good what is accepted is, A to D.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why the images are rejected.")]


def commands(app: typer.Typer) -> None:
    app.command("review")(review)
    acceptances = typer.Typer(
        help="Judge a random sample of what is labeled, and decide by it about all of it.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    acceptances.command("open")(open_acceptance)
    acceptances.command("list")(list_acceptances)
    acceptances.command("show")(show)
    acceptances.command("judge")(judge)
    acceptances.command("finish")(finish)
    app.add_typer(acceptances, name="acceptances")


def review(
    job: JobId,
    samples: Samples = None,
    *,
    accept: Accept = False,
    reject: Reject = False,
    grade: GradeOption = None,
    reason: Reason = None,
    status: Status = None,
    with_label: WithLabel = None,
    label_match: LabelMatch = None,
    path: Path = None,
    reviewed: Review = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Accept or reject the labels of items.

    They are samples by id, or every item that matches the filters.
    """
    decision = _decision(accept=accept, reject=reject)
    where = Filters(status, with_label, label_match, path, None, reviewed).where()
    check_selection(samples, where)
    with client_for(url, token) as client:
        if samples:
            ids = list(sample_ids(samples))
            pieces = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
            results = [
                client.annotations.review(job, piece, decision=decision, grade=grade, reason=reason) for piece in pieces
            ]
        else:
            with bar("reviewing") as shown:
                results = [
                    client.annotations.review(
                        job, where=where, decision=decision, grade=grade, reason=reason, on_progress=shown.operation
                    )
                ]
    show_changed(results, as_json=as_json)


def _decision(*, accept: bool, reject: bool) -> Decision:
    if accept == reject:
        raise typer.BadParameter("Say what you decide: --accept or --reject.")
    return "accept" if accept else "reject"


def open_acceptance(
    job: JobId,
    *,
    ratio: Annotated[
        float | None, typer.Option("--ratio", min=0, max=1, help="The share of what is labeled; rounded up.")
    ] = None,
    count: Annotated[int | None, typer.Option("--count", min=1, help="How many images, in place of --ratio.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Draws the same sample again.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Draw a random sample of what is labeled now."""
    if (ratio is None) == (count is None):
        raise typer.BadParameter("Give either --ratio or --count.")
    with client_for(url, token) as client:
        acceptance = client.acceptances.open(job, sample_ratio=ratio, sample_count=count, seed=seed)
    _show_one(acceptance, as_json=as_json)


def list_acceptances(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the acceptances of a job, newest first."""
    with client_for(url, token) as client:
        found = client.acceptances.list(job)
        if as_json:
            emit_json_lines(found)
        else:
            print_table(None, ("acceptance", "state", "labeled", "sample", "judged", "opened"), map(_row, found))


def show(
    job: JobId,
    acceptance: AcceptanceId,
    *,
    items: Annotated[bool, typer.Option("--items", help="List the images of the sample.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="With --items: at most this many; 0 for all.")] = 100,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show an acceptance, or the images of its sample."""
    with client_for(url, token) as client:
        if not items:
            _show_one(client.acceptances.get(job, acceptance), as_json=as_json)
            return
        wanted = islice(client.acceptances.items(job, acceptance), limit or None)
        if as_json:
            emit_json_lines(wanted)
        else:
            print_table(None, ("sample", "path", "labels", "judged", "changed since"), map(_sampled_row, wanted))


def judge(
    job: JobId,
    acceptance: AcceptanceId,
    samples: Samples = None,
    *,
    accept: Accept = False,
    reject: Reject = False,
    grade: GradeOption = None,
    reason: Reason = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Judge images of the sample. They change when the acceptance is finished."""
    decision = _decision(accept=accept, reject=reject)
    check_selection(samples, ItemFilter())
    ids = list(sample_ids(samples or ()))
    with client_for(url, token) as client:
        results = [
            client.acceptances.judge(
                job, acceptance, ids[start : start + AT_ONCE], decision=decision, grade=grade, reason=reason
            )
            for start in range(0, len(ids), AT_ONCE)
        ]
    _show_judged(results, as_json=as_json)


def finish(
    job: JobId,
    acceptance: AcceptanceId,
    outcome: Annotated[FinishOutcome, typer.Argument(help="What becomes of what was labeled.", metavar="OUTCOME")],
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Also judge what has changed since.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Finish: accept_all, reject_all, accept_rest or reject_rest; *rest* is what was not judged."""
    with client_for(url, token) as client:
        found = client.acceptances.get(job, acceptance)
        confirmed(f"{outcome.replace('_', ' ').capitalize()} of {found.counts.labeled} labeled images?", yes=yes)
        with bar("finishing") as shown:
            begun = client.acceptances.finish(job, acceptance, outcome=outcome, overwrite=overwrite)
            operation = client.operations.wait(begun, on_progress=shown.operation)
    _show_finished(operation, as_json=as_json)


def _show_finished(operation: Operation, *, as_json: bool) -> None:
    if as_json:
        emit_json(operation)
        return
    result = operation.result or {}
    tell(
        f"{result.get('accepted', 0)} accepted, {result.get('rejected', 0)} rejected (change {result.get('change_id')})"
    )
    if result.get("conflict_count"):
        tell(f"{result['conflict_count']} changed since the sample was drawn and were left alone.")


def _show_judged(results: Sequence[Judged], *, as_json: bool) -> None:
    if as_json:
        emit_json_lines(results)
        return
    counts = results[-1].counts
    tell(f"{sum(each.changed for each in results)} judged, {sum(each.unchanged for each in results)} unchanged")
    missing = sum(len(each.missing) for each in results)
    if missing:
        tell(f"{missing} are not in the sample.")
    tell(f"The sample: {counts.accepted} accepted, {counts.rejected} rejected, {counts.unjudged} to be judged.")


def _show_one(acceptance: Acceptance, *, as_json: bool) -> None:
    if as_json:
        emit_json(acceptance)
        return
    counts = acceptance.counts
    tell(f"Acceptance {acceptance.id} is {acceptance.state} (seed {acceptance.seed}, seq {acceptance.seq}).")
    tell(
        f"{counts.sample} of {counts.labeled} labeled images are in the sample: "
        f"{counts.accepted} accepted, {counts.rejected} rejected, {counts.unjudged} to be judged."
    )
    result = acceptance.result
    if result is not None:
        tell(
            f"{acceptance.outcome}: {result.accepted} accepted, {result.rejected} rejected, "
            f"{result.conflict_count} conflicts"
        )


def _row(each: Acceptance) -> tuple[object, ...]:
    counts = each.counts
    opened = f"{each.created_at.astimezone():%Y-%m-%d %H:%M}" if each.created_at else ""
    return each.id, each.state, counts.labeled, counts.sample, counts.sample - counts.unjudged, opened


def _sampled_row(item: SampledItem) -> tuple[object, ...]:
    names = ", ".join(each.name for each in item.labels)
    judged = f"{item.judgement.decision} {item.judgement.grade or ''}".strip() if item.judgement else ""
    return item.sample_id, item.path, names, judged, "yes" if item.conflict else ""
