"""`labelstream import` and `labelstream imports`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from labelstream.blocking.client import Client
from labelstream.cli.options import DatasetId, Json, Token, Url
from labelstream.cli.output import bar, emit_json, emit_json_lines, print_table, say, tell
from labelstream.cli.session import client_for
from labelstream.cli.uploading import Journal, files_of, upload
from labelstream.models import Import, ImportSource

Mode = Literal["images", "directory_labels", "text_labels", "manifest", "csv", "parquet", "coco", "yolo"]
Status = Literal["unlabeled", "labeled", "to_confirm"]
ImportId = Annotated[str, typer.Argument(help="The id of the import.", metavar="IMPORT")]
_FILES = {"manifest", "csv", "parquet", "coco"}


def commands(app: typer.Typer) -> None:
    app.command("import")(import_data)
    imports = typer.Typer(
        help="List, show and cancel imports, and list what they rejected.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    imports.command("list")(list_imports)
    imports.command("show")(show)
    imports.command("cancel")(cancel)
    imports.command("rejected")(rejected)
    app.add_typer(imports, name="imports")


def import_data(
    folder: Annotated[Path | None, typer.Argument(help="A folder whose files are uploaded.", metavar="[DIR]")] = None,
    *,
    dataset: Annotated[str, typer.Option("--dataset", "-d", help="The id of the dataset.", metavar="DATASET")],
    source: Annotated[
        str | None,
        typer.Option("--from", help="Import from here: a prefix, or a file that names images.", metavar="S3_URL"),
    ] = None,
    mode: Annotated[Mode, typer.Option("--mode", help="Where the labels are.")] = "images",
    status: Annotated[
        Status | None, typer.Option("--labeling-status", help="Whether the labels count, wait, or are left out.")
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option("--include", help="Only images with this label. May be repeated.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", help="No images with this label. May be repeated.")
    ] = None,
    hard_only: Annotated[bool, typer.Option("--hard-only", help="Only hard examples.")] = False,
    into: Annotated[str, typer.Option("--into", help="Upload below this folder of the dataset's prefix.")] = "",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only find out what it would import. A folder is uploaded all the same."),
    ] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Import images and labels into a dataset, from a folder or from a bucket.

    With a folder, its files are uploaded in parallel first; run the same command again to go on after an interruption.
    """
    if (folder is None) == (source is None):
        raise typer.BadParameter("Give either a folder or --from s3://bucket/prefix.")
    place = ImportSource(kind="uploads") if source is None else _place(source, mode)
    with client_for(url, token) as client:
        journal = _uploaded(client, dataset, folder, into) if folder is not None else None
        started = client.imports.start(
            dataset,
            mode,
            place,
            labeling_status=status,
            include_labels=include,
            exclude_labels=exclude,
            hard_only=hard_only or None,
            dry_run=dry_run,
        )
        with bar("importing (images)") as shown:
            record = client.imports.wait(started, on_progress=lambda now: shown.at(now.counts.found))
        if journal is not None and not dry_run:
            journal.forget()
    _show(record, as_json=as_json)


def _uploaded(client: Client, dataset_id: str, folder: Path, into: str) -> Journal:
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is not a folder.")
    source = client.datasets.get(dataset_id).source
    prefix = source.prefix + (into.strip("/") + "/" if into.strip("/") else "")
    journal = Journal(client.url, dataset_id, folder, prefix)
    known = journal.read()
    files = list(files_of(folder, prefix))
    left = [each for each in files if each.mark not in known]
    if len(left) < len(files):
        say(f"{len(files) - len(left)} of {len(files)} files are uploaded already.")
    with bar("uploading (files)", len(left)) as shown:
        upload(client, dataset_id, left, journal, shown)
    return journal


def _place(source: str, mode: str) -> ImportSource:
    bucket, _, rest = source.removeprefix("s3://").partition("/")
    if not source.startswith("s3://") or not bucket:
        raise typer.BadParameter("--from must look like s3://bucket/prefix.")
    if mode in _FILES and rest and not rest.endswith("/"):
        return ImportSource(kind="manifest", bucket=bucket, key=rest)
    return ImportSource(kind="bucket", bucket=bucket, prefix=rest)


def list_imports(dataset: DatasetId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the imports of a dataset, newest first."""
    with client_for(url, token) as client:
        records = client.imports.list(dataset)
        if as_json:
            emit_json_lines(records)
            return
        rows = (
            (
                each.id,
                f"{each.state}{' (dry run)' if each.dry_run else ''}",
                each.settings.mode,
                _source(each.settings.source),
                each.counts.imported,
                each.counts.unchanged,
                each.counts.rejected,
                f"{each.created_at.astimezone():%Y-%m-%d %H:%M}" if each.created_at else "",
            )
            for each in records
        )
        print_table(None, ("id", "state", "mode", "source", "imported", "unchanged", "rejected", "when"), rows)


def show(dataset: DatasetId, record: ImportId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show an import: its state, its counts, and the first files that were rejected."""
    with client_for(url, token) as client:
        _show(client.imports.get(dataset, record), as_json=as_json)


def cancel(dataset: DatasetId, record: ImportId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Cancel an import. What was imported stays."""
    with client_for(url, token) as client:
        _show(client.imports.cancel(dataset, record), as_json=as_json)


def rejected(dataset: DatasetId, record: ImportId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List every file and line that an import rejected, with the reason."""
    with client_for(url, token) as client:
        found = client.imports.rejected(dataset, record)
        if as_json:
            emit_json_lines(found)
        else:
            print_table(None, ("path", "line", "reason"), ((each.path, each.line, each.reason) for each in found))


def _show(record: Import, *, as_json: bool) -> None:
    if as_json:
        emit_json(record)
        return
    counts = record.counts
    what = "would be imported" if record.dry_run else "imported"
    tell(
        f"{record.state}: {counts.found} images found, {counts.imported} {what}, {counts.unchanged} unchanged, "
        f"{counts.rejected} rejected"
    )
    for each in record.rejected[:10]:
        line = "" if each.line is None else f" line {each.line}"
        say(f"  {each.path}{line}: {each.reason}")
    if counts.rejected > min(10, len(record.rejected)):
        say(f"All of them: labelstream imports rejected {record.dataset_id} {record.id}")


def _source(source: ImportSource) -> str:
    if source.kind == "uploads":
        return "uploads"
    return f"s3://{source.bucket}/{source.key or source.prefix or ''}"
