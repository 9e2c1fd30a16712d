"""`labelstream samples`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path as File
from typing import Annotated

import typer

from labelstream.blocking.client import Client
from labelstream.cli.options import DatasetId, DryRun, Json, SampleId, Samples, Token, Url, Yes, sample_ids
from labelstream.cli.output import bar, confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.touched import say_who_shares_files, show_touched
from labelstream.models import Operation

Path = Annotated[str | None, typer.Option("--path", help="Samples whose path contains this; `train/*` means a prefix.")]


def commands(app: typer.Typer) -> None:
    samples = typer.Typer(
        help="List, download, delete and restore the images of a dataset.", no_args_is_help=True, rich_markup_mode=None
    )
    samples.command("list")(list_samples)
    samples.command("show")(show)
    samples.command("download")(download)
    samples.command("delete")(delete)
    samples.command("restore")(restore)
    app.add_typer(samples, name="samples")


def list_samples(
    dataset: DatasetId,
    *,
    path: Path = None,
    deleted: Annotated[
        bool, typer.Option("--deleted", help="List what was deleted, and until when it can be restored.")
    ] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List the samples of a dataset."""
    with client_for(url, token) as client:
        found = client.datasets.samples(dataset, path=path, deleted=deleted)
        if as_json:
            emit_json_lines(found)
        elif deleted:
            rows = ((each.id, each.path, _moment(each.restorable_until)) for each in found)
            print_table(None, ("sample", "path", "restorable until"), rows)
        else:
            print_table(None, ("sample", "path", "size"), ((each.id, each.path, each.size) for each in found))


def show(dataset: DatasetId, sample: SampleId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show one sample, and what inspection found of its file."""
    with client_for(url, token) as client:
        found = client.datasets.sample(dataset, sample)
    if as_json:
        emit_json(found)
        return
    measures = f"{found.width} × {found.height}" if found.width else ""
    row = (found.id, found.path, found.size, found.media_type, measures, found.state, found.reason)
    print_table(None, ("sample", "path", "size", "type", "pixels", "state", "reason"), [row])


def download(
    dataset: DatasetId,
    sample: SampleId,
    *,
    output: Annotated[File, typer.Option("--output", "-o", help="The file to write.", metavar="FILE")],
    thumbnail: Annotated[
        int | None,
        typer.Option("--thumbnail", min=1, help="A thumbnail of so many pixels instead.", metavar="PIXELS"),
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Download an image, or a thumbnail of it. The file appears only once it is complete."""
    partial = output.with_name(output.name + ".partial")
    with client_for(url, token) as client:
        chunks: Iterable[bytes] = client.datasets.content(dataset, sample)
        if thumbnail is not None:
            chunks = [client.datasets.thumbnail(dataset, sample, size=thumbnail)]
        try:
            with partial.open("wb") as file:
                size = sum(file.write(chunk) for chunk in chunks)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
    if as_json:
        emit_json({"file": str(output), "size": size})
    else:
        tell(f"{size} bytes in {output}")


def delete(
    dataset: DatasetId,
    samples: Samples = None,
    *,
    path: Path = None,
    delete_source: Annotated[bool, typer.Option("--delete-source", help="Delete the objects in the bucket, too.")] = (
        False
    ),
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Delete samples from a dataset and its jobs, by id or by path."""
    ids = _chosen(samples, path)
    with client_for(url, token) as client:
        touched = client.datasets.touched_by_deleting_samples(dataset, ids, path=path, delete_source=delete_source)
        if dry_run:
            show_touched(touched, as_json=as_json)
            return
        also = " and their objects in the bucket" if delete_source else ""
        if delete_source:
            say_who_shares_files(touched)
        confirmed(f"Delete {touched.samples} samples{also}, with their labels in {touched.jobs} jobs?", yes=yes)
        started = client.datasets.delete_samples(dataset, ids, path=path, delete_source=delete_source)
        _ended(client, started, "deleting", as_json=as_json)


def restore(
    dataset: DatasetId,
    samples: Samples = None,
    *,
    path: Path = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Restore deleted samples whose objects are still in the bucket."""
    ids = _chosen(samples, path)
    with client_for(url, token) as client:
        _ended(client, client.datasets.restore_samples(dataset, ids, path=path), "restoring", as_json=as_json)


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


def _chosen(samples: Sequence[str] | None, path: str | None) -> list[str] | None:
    if bool(samples) == (path is not None):
        raise typer.BadParameter("Give either ids of samples or --path.")
    return list(sample_ids(samples)) if samples else None


def _ended(client: Client, started: Operation, what: str, *, as_json: bool) -> None:
    with bar(what) as shown:
        operation = client.operations.wait(started, on_progress=shown.operation)
    if as_json:
        emit_json(operation)
    else:
        tell(f"{operation.done} samples: done.")
