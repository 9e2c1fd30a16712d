"""`labelstream import` and `labelstream imports`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer
from msgspec import to_builtins

from labelstream.blocking.client import Client
from labelstream.cli.folders import Folder, LocalFile, NotSent, read_folder, say_not_sent
from labelstream.cli.naming import names_of_accounts
from labelstream.cli.options import DatasetId, Json, Token, Url
from labelstream.cli.output import bar, duration, emit_json, emit_json_lines, print_table, say, tell
from labelstream.cli.session import client_for
from labelstream.cli.uploading import Journal, upload
from labelstream.models import Import, ImportSettings, ImportSource

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
    place: Annotated[
        str | None,
        typer.Option("--from", help="Import from here: a prefix, or a file that names images.", metavar="S3_URL"),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="The id of the object store that --from lies in. Default: the dataset's own."),
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
        typer.Option("--dry-run", help="Only find out what it would import; of a folder, what it would upload."),
    ] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Import images and labels into a dataset, from a folder or from a bucket.

    With a folder, its files are uploaded in parallel first; run the same command again to go on after an interruption.
    Hidden files are passed over. An image may have 25 MB unless the platform has another limit, a .txt file 1 MB,
    another file of labels 4 GB; what is not uploaded is listed. Uploaded images lie in the dataset's bucket: its
    synchronization also adds those that the import leaves out.

    With --dry-run nothing of a folder is uploaded. The import checks what is in its files.
    """
    if (folder is None) == (place is None):
        raise typer.BadParameter("Give either a folder or --from s3://bucket/prefix.")
    if folder is not None and source is not None:
        raise typer.BadParameter("--source needs --from: a folder is uploaded to the dataset's own object store.")
    where = ImportSource(kind="uploads") if place is None else _place(place, mode)
    with client_for(url, token) as client:
        chosen = None if folder is None else _chosen(client, dataset, folder, into)
        if chosen is not None and dry_run:
            _show_preview(chosen, as_json=as_json)
            return
        not_sent = None if chosen is None else _uploaded(client, dataset, chosen)
        if not as_json:
            say_not_sent(not_sent or ())
        started = client.imports.start(
            dataset,
            mode,
            where,
            labeling_status=status,
            include_labels=include,
            exclude_labels=exclude,
            hard_only=hard_only or None,
            source_id=source,
            dry_run=dry_run,
        )
        with bar("importing (images)") as shown:
            record = client.imports.wait(started, on_progress=lambda now: shown.at(now.counts.found))
        if chosen is not None:
            chosen.journal.forget()
    _show(record, not_sent, as_json=as_json)


class _Chosen(NamedTuple):
    """A folder, and what of it has yet to be uploaded."""

    folder: Folder
    left: Sequence[LocalFile]
    journal: Journal


def _chosen(client: Client, dataset_id: str, folder: Path, into: str) -> _Chosen:
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is not a folder.")
    source = client.datasets.get(dataset_id).source
    prefix = source.prefix + (into.strip("/") + "/" if into.strip("/") else "")
    journal = Journal(client.url, dataset_id, folder, prefix)
    known = journal.read()
    found = read_folder(folder, prefix)
    return _Chosen(found, [each for each in found.files if each.mark not in known], journal)


def _uploaded(client: Client, dataset_id: str, chosen: _Chosen) -> Sequence[NotSent]:
    """Everything that was not sent."""
    files, left = chosen.folder.files, chosen.left
    if len(left) < len(files):
        say(f"{len(files) - len(left)} of {len(files)} files are uploaded already.")
    with bar("uploading (files)", len(left)) as shown:
        refused = upload(client, dataset_id, left, chosen.journal, shown)
    return [*chosen.folder.not_sent, *refused]


def _show_preview(chosen: _Chosen, *, as_json: bool) -> None:
    """What of a folder would be uploaded, told without the server."""
    images = sum(each.is_image for each in chosen.left)
    labels = len(chosen.left) - images
    size = sum(each.size for each in chosen.left)
    before = len(chosen.folder.files) - len(chosen.left)
    not_sent = chosen.folder.not_sent
    if as_json:
        counts = {"images": images, "files_of_labels": labels, "bytes": size, "uploaded_already": before}
        emit_json({"dry_run": True, "would_upload": counts, "not_sent": not_sent})
        return
    what = f"{_counted(images, 'image')} and {_counted(labels, 'file')} of labels, {size:,} bytes"
    tell(f"would upload {what}; {_counted(before, 'file')} uploaded already")
    tell("Nothing was uploaded or imported. The import checks what is in the files.")
    say_not_sent(not_sent)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _place(place: str, mode: str) -> ImportSource:
    bucket, _, rest = place.removeprefix("s3://").partition("/")
    if not place.startswith("s3://") or not bucket:
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
        name_of = names_of_accounts(client)
        rows = (
            (
                each.id,
                f"{each.state}{' (dry run)' if each.dry_run else ''}",
                each.settings.mode,
                _source(each.settings),
                each.counts.imported,
                each.counts.unchanged,
                each.counts.rejected,
                name_of(each.created_by),
                f"{each.created_at.astimezone():%Y-%m-%d %H:%M}" if each.created_at else "",
                duration(each.started_at, each.finished_at),
            )
            for each in records
        )
        columns = ("id", "state", "mode", "source", "imported", "unchanged", "rejected", "who", "when", "took")
        print_table(None, columns, rows)


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


def _show(record: Import, not_sent: Sequence[NotSent] | None = None, *, as_json: bool) -> None:
    """`not_sent`: files of a folder that were not uploaded; None where no folder was."""
    if as_json:
        emit_json(record if not_sent is None else {**to_builtins(record), "not_sent": not_sent})
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


def _source(settings: ImportSettings) -> str:
    source = settings.source
    if source.kind == "uploads":
        return "uploads"
    store = f" in {settings.source_id}" if settings.source_id else ""
    return f"s3://{source.bucket}/{source.key or source.prefix or ''}{store}"
