"""`labelstream datasets`."""

import sys
from pathlib import Path as File
from typing import Annotated

import typer

from labelstream.cli import duplicates
from labelstream.cli.naming import names_of_accounts
from labelstream.cli.options import DatasetId, DryRun, Json, Token, Url, Yes
from labelstream.cli.output import bar, confirmed, duration, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.synchronized import print_synchronized
from labelstream.cli.touched import show_touched
from labelstream.models import Dataset

LabelingDescription = Annotated[
    str | None, typer.Option("--labeling-description", help="Instructions for annotators, as Markdown.")
]
LabelingDescriptionFile = Annotated[
    File | None,
    typer.Option("--labeling-description-file", help="A file with the instructions; `-` is stdin.", metavar="FILE"),
]


def commands(app: typer.Typer) -> None:
    datasets = typer.Typer(
        help="Work with datasets: the images in a bucket.", no_args_is_help=True, rich_markup_mode=None
    )
    datasets.command("create")(create)
    datasets.command("example")(example)
    datasets.command("sync")(synchronize)
    datasets.command("list")(list_datasets)
    datasets.command("show")(show)
    datasets.command("update")(update)
    datasets.command("delete")(delete)
    datasets.command("synchronizations")(synchronizations)
    datasets.command("left-out")(left_out)
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
    labeling_description: LabelingDescription = None,
    labeling_description_file: LabelingDescriptionFile = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Create a dataset from the images in a bucket."""
    instructions = _instructions(labeling_description, labeling_description_file)
    with client_for(url, token) as client:
        dataset = client.datasets.create(
            name,
            bucket=bucket,
            prefix=prefix,
            source_id=source,
            description=description,
            labeling_description=instructions,
        )
    _show(dataset, as_json=as_json)


def example(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Make a dataset of example images, handwritten digits, in the platform's own store."""
    with client_for(url, token) as client:
        with bar("storing images") as shown:
            made = client.operations.wait(client.datasets.create_example(), on_progress=shown.operation)
        dataset_id = str((made.result or {})["dataset_id"])
        with bar("synchronizing") as shown:
            client.operations.wait(client.datasets.synchronize(dataset_id), on_progress=shown.operation)
        dataset = client.datasets.get(dataset_id)
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


def show(dataset: DatasetId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show a dataset with its settings and its labeling description."""
    with client_for(url, token) as client:
        _show_whole(client.datasets.get(dataset), as_json=as_json)


def update(
    dataset: DatasetId,
    *,
    name: Annotated[str | None, typer.Option("--name", help="The new name.")] = None,
    description: Annotated[str | None, typer.Option("--description", help="What the dataset is.")] = None,
    labeling_description: LabelingDescription = None,
    labeling_description_file: LabelingDescriptionFile = None,
    auto_sync: Annotated[
        bool | None, typer.Option("--auto-sync/--no-auto-sync", help="Whether it follows its bucket by itself.")
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Change the texts of a dataset, or whether it follows its bucket. Its source cannot be changed."""
    instructions = _instructions(labeling_description, labeling_description_file)
    if name is None and description is None and instructions is None and auto_sync is None:
        raise typer.BadParameter("Say what changes: --name, --description, --labeling-description or --auto-sync.")
    with client_for(url, token) as client:
        changed = client.datasets.update(
            dataset, name=name, description=description, labeling_description=instructions, auto_sync=auto_sync
        )
    _show_whole(changed, as_json=as_json)


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
        name_of = names_of_accounts(client)
        rows = (
            (
                each.id,
                each.state,
                "the platform" if each.started_by.kind == "system" else name_of(each.started_by.id),
                f"{each.started_at.astimezone():%Y-%m-%d %H:%M}" if each.started_at else "",
                duration(each.started_at, each.finished_at),
                _counts(each.counts),
            )
            for each in records
        )
        print_table(None, ("id", "state", "who", "started", "took", "what"), rows)


def left_out(
    dataset: DatasetId,
    synchronization: Annotated[str, typer.Argument(help="The id of the synchronization.", metavar="SYNCHRONIZATION")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List every object that a synchronization left out, with the reason."""
    with client_for(url, token) as client:
        found = client.datasets.left_out(dataset, synchronization)
        if as_json:
            emit_json_lines(found)
        else:
            print_table(None, ("path", "reason"), ((each.path, each.reason) for each in found))


def _instructions(text: str | None, file: File | None) -> str | None:
    if file is None:
        return text
    if text is not None:
        raise typer.BadParameter("Either --labeling-description or --labeling-description-file, not both.")
    return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode()


def _counts(counts: dict[str, int] | None) -> str:
    return ", ".join(f"{count} {name}" for name, count in (counts or {}).items() if count)


def _show(dataset: Dataset, *, as_json: bool) -> None:
    if as_json:
        emit_json(dataset)
    else:
        print_table(None, ("id", "name", "source"), [(dataset.id, dataset.name, _source(dataset))])


def _show_whole(dataset: Dataset, *, as_json: bool) -> None:
    if as_json:
        emit_json(dataset)
        return
    columns = ("id", "name", "source", "samples", "synchronized", "by itself")
    by_itself = "yes" if dataset.auto_sync else "no"
    row = (dataset.id, dataset.name, _source(dataset), dataset.sample_count, _when(dataset), by_itself)
    print_table(None, columns, [row])
    for title, text in (("Description", dataset.description), ("Labeling description", dataset.labeling_description)):
        if text:
            for line in ("", f"{title}:", *text.splitlines()):
                tell(line)


def _source(dataset: Dataset) -> str:
    return f"s3://{dataset.source.bucket}/{dataset.source.prefix}"


def _when(dataset: Dataset) -> str:
    moment = dataset.last_synced_at
    return "never" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
