"""`labelstream jobs`."""

from typing import Annotated

import msgspec
import typer

from labelstream.blocking.client import Client
from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import emit_json, print_table, progress_bar
from labelstream.cli.session import client_for
from labelstream.models import Job, Stats


def commands(app: typer.Typer) -> None:
    jobs = typer.Typer(help="Labeling jobs.", no_args_is_help=True)
    jobs.command("create")(create)
    jobs.command("list")(list_jobs)
    jobs.command("show")(show)
    app.add_typer(jobs, name="jobs")


def create(
    name: Annotated[str, typer.Argument(help="Its name.")],
    *,
    dataset: Annotated[str, typer.Option("--dataset", help="The id of the dataset to label.")],
    label: Annotated[list[str] | None, typer.Option("--label", help="A label; repeat for more.")] = None,
    description: Annotated[str | None, typer.Option("--description")] = None,
    wait: Annotated[bool, typer.Option(help="Wait until every image of the dataset is in the job.")] = True,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Start labeling a dataset."""
    with client_for(url, token) as client:
        job = client.jobs.create(name, dataset_id=dataset, labels=label or (), description=description)
        if wait:
            job = _prepared(client, job)
    _print([job], as_json=as_json, single=True)


def list_jobs(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Every job you have a role in."""
    with client_for(url, token) as client:
        jobs = list(client.jobs.list())
    _print(jobs, as_json=as_json, single=False)


def show(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """One job with its labels and counts."""
    with client_for(url, token) as client:
        found, stats = client.jobs.get(job), client.items.stats(job)
    if as_json:
        emit_json({"job": found, "stats": stats})
        return
    _print([_with_counts(found, stats)], as_json=False, single=True)
    print_table(
        "\nlabels", ("label", "images", "id"), ((each.name, each.count, each.label_id) for each in stats.labels)
    )


def _with_counts(job: Job, stats: Stats) -> Job:
    """The job with label-service's exact counts: the job list follows them by events, a moment later."""
    return msgspec.structs.replace(job, progress=stats)


def _prepared(client: Client, job: Job) -> Job:
    with progress_bar() as progress:
        task = progress.add_task("preparing items", total=None)
        return client.jobs.wait_until_prepared(
            job.id, on_progress=lambda seen: progress.update(task, completed=seen.progress.total)
        )


def _print(jobs: list[Job], *, as_json: bool, single: bool) -> None:
    if as_json:
        emit_json(jobs[0] if single else jobs)
        return
    columns = ("id", "name", "state", "total", "labeled", "unlabeled", "to confirm")
    rows = (
        (job.id, job.name, job.state, counts.total, counts.labeled, counts.unlabeled, counts.to_confirm)
        for job in jobs
        for counts in (job.progress,)
    )
    print_table(None, columns, rows)
