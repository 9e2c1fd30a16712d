"""`labelstream datasets`."""

from typing import Annotated

import typer

from labelstream.cli import duplicates
from labelstream.cli.options import DatasetId, DryRun, Json, Token, Url, Yes
from labelstream.cli.output import bar, confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.touched import show_touched
from labelstream.models import Dataset, Operation


def commands(app: typer.Typer) -> None:
    datasets = typer.Typer(
        help="Work with datasets: the images in a bucket.", no_args_is_help=True, rich_markup_mode=None
    )
    datasets.command("create")(create)
    datasets.command("sync")(synchronize)
    datasets.command("list")(list_datasets)
    datasets.command("delete")(delete)
    datasets.command("synchronizations")(synchronizations)
    duplicates.commands(datasets)
    app.add_typer(datasets, name="datasets")


def create(
    name: Annotated[str, typer.Argument(help="The dataset's name.")],
    *,
    bucket: Annotated[str, typer.Option("--bucket", help="The bucket that holds the images.")],
    prefix: Annotated[str, typer.Option("--prefix", help="Take only objects whose keys begin with this.")] = "",
    source: Annotated[
        str | None, typer.Option("--source", help="The id of the object store. Default: the platform's own.")
    ] = None,
    description: Annotated[str | None, typer.Option("--description", help="What the dataset is.")] = None,
    labeling_description: Annotated[
        str | None, typer.Option("--labeling-description", help="Instructions for annotators.")
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Create a dataset from the images in a bucket."""
    with client_for(url, token) as client:
        dataset = client.datasets.create(
            name,
            bucket=bucket,
            prefix=prefix,
            source_id=source,
            description=description,
            labeling_description=labeling_description,
        )
    _show(dataset, as_json=as_json)


def synchronize(dataset: DatasetId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Read the bucket, and take over images that are new, changed or gone."""
    with client_for(url, token) as client, bar("synchronizing") as shown:
        operation = client.operations.wait(client.datasets.synchronize(dataset), on_progress=shown.operation)
    print_synchronized(operation, as_json=as_json)


def list_datasets(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List every dataset you can see."""
    with client_for(url, token) as client:
        datasets = client.datasets.list()
        if as_json:
            emit_json_lines(datasets)
            return
        rows = ((each.id, each.name, _source(each), each.sample_count, _when(each)) for each in datasets)
        print_table(None, ("id", "name", "source", "samples", "synchronized"), rows)


def delete(
    dataset: DatasetId,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Delete a dataset that no labeling job uses. The objects in the bucket stay."""
    with client_for(url, token) as client:
        touched = client.datasets.touched_by_deletion(dataset)
        if dry_run:
            show_touched(touched, as_json=as_json)
            return
        confirmed(f"Delete dataset {dataset} with {touched.samples} samples?", yes=yes)
        with bar("deleting") as shown:
            operation = client.operations.wait(client.datasets.delete(dataset), on_progress=shown.operation)
    if as_json:
        emit_json(operation)
    else:
        tell("The dataset was deleted.")


def synchronizations(dataset: DatasetId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the synchronizations of a dataset, newest first."""
    with client_for(url, token) as client:
        records = client.datasets.synchronizations(dataset)
        if as_json:
            emit_json_lines(records)
            return
        rows = (
            (each.id, each.state, f"{each.started_at:%Y-%m-%d %H:%M}" if each.started_at else "", _counts(each.counts))
            for each in records
        )
        print_table(None, ("id", "state", "started", "what"), rows)


def _counts(counts: dict[str, int] | None) -> str:
    return ", ".join(f"{count} {name}" for name, count in (counts or {}).items() if count)


def print_synchronized(operation: Operation, *, as_json: bool) -> None:
    if as_json:
        emit_json(operation)
        return
    counts = operation.result or {}
    tell(", ".join(f"{counts.get(each, 0)} {each}" for each in ("added", "updated", "removed", "renamed", "unchanged")))


def _show(dataset: Dataset, *, as_json: bool) -> None:
    if as_json:
        emit_json(dataset)
    else:
        print_table(None, ("id", "name", "source"), [(dataset.id, dataset.name, _source(dataset))])


def _source(dataset: Dataset) -> str:
    return f"s3://{dataset.source.bucket}/{dataset.source.prefix}"


def _when(dataset: Dataset) -> str:
    moment = dataset.last_synced_at
    return "never" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
