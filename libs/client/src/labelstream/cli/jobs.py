"""`labelstream jobs`."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
import typer

from labelstream.blocking.client import Client
from labelstream.cli.naming import account_in_job
from labelstream.cli.options import DryRun, JobId, Json, Token, Url, Yes
from labelstream.cli.output import bar, confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.synchronized import print_synchronized
from labelstream.cli.touched import show_touched
from labelstream.models import Counts, Job, JobState, JobTeam, Stats
from labelstream.models.teams import AssignmentName, ReviewName, TeamSettings

Assignment = Annotated[
    AssignmentName | None,
    typer.Option("--assignment", help="even: items are dealt to labelers; queue: they take them; none: all have all."),
]
Overlap = Annotated[int | None, typer.Option("--overlap", min=1, max=9, help="How many labelers each item needs.")]
Review = Annotated[ReviewName | None, typer.Option("--review", help="Whether what is labeled must be reviewed.")]


def commands(app: typer.Typer) -> None:
    jobs = typer.Typer(help="Work with labeling jobs.", no_args_is_help=True, rich_markup_mode=None)
    jobs.command("create")(create)
    jobs.command("list")(list_jobs)
    jobs.command("show")(show)
    jobs.command("people")(people)
    jobs.command("update")(update)
    jobs.command("settings")(settings)
    jobs.command("sync")(synchronize)
    jobs.command("complete")(complete)
    jobs.command("reopen")(reopen)
    jobs.command("delete")(delete)
    app.add_typer(jobs, name="jobs")


def create(
    name: Annotated[str, typer.Argument(help="The job's name.")],
    *,
    dataset: Annotated[str, typer.Option("--dataset", help="The id of the dataset to label.")],
    label: Annotated[list[str] | None, typer.Option("--label", help="A label to start with; repeatable.")] = None,
    description: Annotated[str | None, typer.Option("--description", help="What the job is for.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="The id of the team that labels it.")] = None,
    assignment: Assignment = None,
    overlap: Overlap = None,
    review: Review = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until every image of the dataset is in the job.")
    ] = True,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Open a labeling job on a dataset."""
    with client_for(url, token) as client:
        shared = TeamSettings(team_id=team, assignment=assignment, overlap=overlap, review=review)
        job = client.jobs.create(
            name,
            dataset_id=dataset,
            labels=label or (),
            description=description,
            team=None if shared == TeamSettings() else shared,
        )
        if wait:
            job = _prepared(client, job)
    _show(job, as_json=as_json)


def list_jobs(
    *,
    tab: Annotated[
        Literal["created", "participating"] | None, typer.Option("--tab", help="Only your own jobs, or only others'.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Only jobs whose name contains this.")] = None,
    state: Annotated[JobState | None, typer.Option("--state", help="Only jobs in this state.")] = None,
    sort: Annotated[str | None, typer.Option("--sort", help="added, name or progress; `-name` reverses.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List every job you have a role in."""
    with client_for(url, token) as client:
        jobs = client.jobs.list(tab=tab, name=name, state=state, sort=sort)
        if as_json:
            emit_json_lines(jobs)
        else:
            _print(jobs)


def show(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show a job with its labels and counts."""
    with client_for(url, token) as client:
        found, stats = client.jobs.get(job), client.items.stats(job)
    if as_json:
        emit_json({"job": found, "stats": stats})
        return
    _print([_with_counts(found, stats)])
    print_table(
        "\nlabels", ("label", "images", "id"), ((each.name, each.count, each.label_id) for each in stats.labels)
    )


def people(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List who works or has worked in a job: its owner, and annotators who have come."""
    with client_for(url, token) as client:
        found = client.jobs.people(job)
        if as_json:
            emit_json_lines(found)
            return
        rows = ((each.id, each.name, each.role, "" if each.active else "removed") for each in found)
        print_table(None, ("id", "name", "role", ""), rows)


def update(
    job: JobId,
    *,
    name: Annotated[str | None, typer.Option("--name", help="The new name.")] = None,
    description: Annotated[str | None, typer.Option("--description", help="What the job is for.")] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            "--owner", help="Another owner: an annotator's address or id, or an account's id.", metavar="EMAIL_OR_ID"
        ),
    ] = None,
    yes: Yes = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Change the name, the description or the owner of a job.

    A new owner must be allowed to create jobs. The present owner becomes a manager of the job.
    """
    if name is None and description is None and owner is None:
        raise typer.BadParameter("Say what changes: --name, --description or --owner.")
    with client_for(url, token) as client:
        owner_id = None if owner is None else account_in_job(client, job, owner)
        if owner is not None:
            confirmed(f"Give job {job} to {owner}? Its present owner becomes a manager.", yes=yes)
        changed = client.jobs.update(job, name=name, description=description, owner_id=owner_id)
    _show(changed, as_json=as_json)


def settings(
    job: JobId,
    *,
    assignment: Assignment = None,
    overlap: Overlap = None,
    review: Review = None,
    labelers_create_labels: Annotated[
        bool | None,
        typer.Option("--labelers-create-labels/--no-labelers-create-labels", help="While they label."),
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show how a job's team works, or change it: open items are then dealt anew."""
    changed = TeamSettings(
        assignment=assignment, overlap=overlap, review=review, labels_may_be_created=labelers_create_labels
    )
    with client_for(url, token) as client:
        found = client.jobs.get(job) if changed == TeamSettings() else client.jobs.update(job, team=changed)
    if as_json:
        emit_json(found)
        return
    team = found.team or JobTeam()
    row = (team.assignment, team.overlap, team.review, "yes" if team.labels_may_be_created else "no")
    print_table(None, ("assignment", "overlap", "review", "labelers create labels"), [row])


def synchronize(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Read the bucket of a job's dataset, and take over images that are new, changed or gone."""
    with client_for(url, token) as client, bar("synchronizing") as shown:
        operation = client.operations.wait(client.jobs.synchronize(job), on_progress=shown.operation)
    print_synchronized(operation, as_json=as_json)


def complete(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Complete a job. Its labels cannot be changed until it is reopened."""
    with client_for(url, token) as client:
        _show(client.jobs.complete(job), as_json=as_json)


def reopen(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Reopen a completed job."""
    with client_for(url, token) as client:
        _show(client.jobs.reopen(job), as_json=as_json)


def delete(
    job: JobId,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Delete a job with all its labels. The images stay in their dataset."""
    with client_for(url, token) as client:
        touched = client.jobs.touched_by_deletion(job)
        if dry_run:
            show_touched(touched, as_json=as_json)
            return
        confirmed(f"Delete job {job} with the labels of {touched.labeled} images? This cannot be undone.", yes=yes)
        client.jobs.delete(job)
    if as_json:
        emit_json({"deleted": job})
    else:
        tell("The job was deleted.")


def _with_counts(job: Job, stats: Stats) -> Job:
    """The job with label-service's exact counts: the job list follows them by events, a moment later."""
    return msgspec.structs.replace(job, progress=stats)


def _prepared(client: Client, job: Job) -> Job:
    with bar("preparing items") as shown:
        return client.jobs.wait_until_prepared(job.id, on_progress=lambda seen: shown.at(seen.progress.total))


def _show(job: Job, *, as_json: bool) -> None:
    if as_json:
        emit_json(job)
    else:
        _print([job])


def _numbers(counts: Counts) -> tuple[int, ...]:
    return counts.total, counts.labeled, counts.unlabeled, counts.to_confirm, counts.unreadable


def _print(jobs: Iterable[Job]) -> None:
    columns = ("id", "name", "state", "total", "labeled", "unlabeled", "to confirm", "unreadable")
    rows = ((job.id, job.name, job.state, *_numbers(counts)) for job in jobs for counts in (job.progress,))
    print_table(None, columns, rows)
