"""`labelstream datasets`."""

from typing import Annotated

import typer

from labelstream.cli.options import DatasetId, Json, Token, Url
from labelstream.cli.output import emit_json, operation_bar, out, print_table
from labelstream.cli.session import client_for
from labelstream.models import Dataset, Operation


def commands(app: typer.Typer) -> None:
    datasets = typer.Typer(help="Images in a bucket.", no_args_is_help=True)
    datasets.command("create")(create)
    datasets.command("sync")(synchronize)
    datasets.command("list")(list_datasets)
    app.add_typer(datasets, name="datasets")


def create(
    name: Annotated[str, typer.Argument(help="Its name.")],
    *,
    bucket: Annotated[str, typer.Option("--bucket", help="The bucket that holds the images.")],
    prefix: Annotated[str, typer.Option("--prefix", help="Only keys that begin with this.")] = "",
    description: Annotated[str | None, typer.Option("--description")] = None,
    labeling_description: Annotated[
        str | None, typer.Option("--labeling-description", help="What annotators are told.")
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Make a dataset of a bucket's images."""
    with client_for(url, token) as client:
        dataset = client.datasets.create(
            name,
            bucket=bucket,
            prefix=prefix,
            description=description,
            labeling_description=labeling_description,
        )
    _show(dataset, as_json=as_json)


def synchronize(dataset: DatasetId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Read the bucket and take over what is new, changed or gone."""
    with client_for(url, token) as client, operation_bar("synchronizing") as bar:
        operation = client.operations.wait(client.datasets.synchronize(dataset), on_progress=bar)
    print_synchronized(operation, as_json=as_json)


def list_datasets(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Every dataset you may see."""
    with client_for(url, token) as client:
        datasets = list(client.datasets.list())
    if as_json:
        emit_json(datasets)
        return
    rows = ((each.id, each.name, _source(each), each.sample_count, _when(each)) for each in datasets)
    print_table(None, ("id", "name", "source", "samples", "synchronized"), rows)


def print_synchronized(operation: Operation, *, as_json: bool) -> None:
    if as_json:
        emit_json(operation)
        return
    counts = operation.result or {}
    out.print(", ".join(f"{counts.get(each, 0)} {each}" for each in ("added", "updated", "removed", "unchanged")))


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
