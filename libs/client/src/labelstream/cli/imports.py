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
from labelstream.cli.output import bar, counted, duration, emit_json, emit_json_lines, print_table, say, tell
from labelstream.cli.session import client_for
from labelstream.cli.uploading import Journal, upload
from labelstream.errors import LabelstreamError
from labelstream.models import Import, ImportSettings, ImportSource

Mode = Literal["images", "directory_labels", "text_labels", "manifest", "csv", "parquet", "coco", "yolo"]
Status = Literal["unlabeled", "labeled", "to_confirm"]
ImportId = Annotated[str, typer.Argument(help="The id of the import.", metavar="IMPORT")]
_FILES = {"manifest", "csv", "parquet", "coco"}
FolderArgument = Annotated[Path | None, typer.Argument(help="A folder whose files are uploaded.", metavar="[DIR]")]
Dataset = Annotated[str, typer.Option("--dataset", "-d", help="The id of the dataset.", metavar="DATASET")]
From = Annotated[
    str | None,
    typer.Option("--from", help="Import from here: a prefix, or a file that names images.", metavar="S3_URL"),
]
SourceId = Annotated[
    str | None,
    typer.Option(
        "--source", help="The id of the object store that --from lies in. Default: the dataset's own.", metavar="SOURCE"
    ),
]
ModeOption = Annotated[Mode, typer.Option("--mode", help="Where the labels are.")]
StatusOption = Annotated[
    Status | None, typer.Option("--labeling-status", help="Whether the labels count, wait, or are left out.")
]
Include = Annotated[list[str] | None, typer.Option("--include", help="Only images with this label. May be repeated.")]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", help="No images with this label. May be repeated.")]
HardOnly = Annotated[bool, typer.Option("--hard-only", help="Only hard examples.")]
Into = Annotated[str, typer.Option("--into", help="Upload below this folder of the dataset's prefix.")]
ImportDryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only find out what it would import; of a folder, what it would upload.")
]


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
    folder: FolderArgument = None,
    *,
    dataset: Dataset,
    place: From = None,
    source: SourceId = None,
    mode: ModeOption = "images",
    status: StatusOption = None,
    include: Include = None,
    exclude: Exclude = None,
    hard_only: HardOnly = False,
    into: Into = "",
    dry_run: ImportDryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Import images and labels into a dataset, from a folder or from a bucket.

    The files of a folder are uploaded first. If that is interrupted, run the same command again to continue. Hidden
    files are ignored. The limits are 25 MiB for an image unless the platform has another one, 1 MB for a .txt file, and
    4 GB for any other file of labels. Files that are not uploaded are listed with the reason.

    The import then takes every file that was uploaded into the dataset in the last seven days and not imported yet.
    Uploaded images are in the dataset's bucket, so its synchronization also adds those that the import rejects.

    With --dry-run, no file of a folder is uploaded. Sizes and contents are checked only by the real import.
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
        not_sent = None if chosen is None else _uploaded(client, dataset, chosen, as_json=as_json)
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


class NothingUploaded(LabelstreamError):
    """A folder has no file that can be uploaded. Its import would take only what others have uploaded."""

    code = "nothing-uploaded"


class _Chosen(NamedTuple):
    """A folder, and those of its files that have yet to be uploaded."""

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


def _uploaded(client: Client, dataset_id: str, chosen: _Chosen, *, as_json: bool) -> Sequence[NotSent]:
    """Uploads what is left, and returns every file that was not uploaded. Raises NothingUploaded."""
    files, left = chosen.folder.files, chosen.left
    if len(left) < len(files):
        say(f"{len(files) - len(left)} of {counted(len(files), 'file')} had been uploaded before.")
    with bar("uploading (files)", len(left)) as shown:
        refused = upload(client, dataset_id, left, chosen.journal, shown)
    not_sent = [*chosen.folder.not_sent, *refused]
    nothing = len(refused) == len(files)
    if nothing or not as_json:
        say_not_sent(not_sent)
    if nothing:
        raise NothingUploaded("The folder has no file that can be uploaded, so nothing was imported.")
    return not_sent


def _show_preview(chosen: _Chosen, *, as_json: bool) -> None:
    """What an import of the folder would upload. Nothing is asked of the server."""
    images = sum(each.is_image for each in chosen.left)
    labels = len(chosen.left) - images
    size = sum(each.size for each in chosen.left)
    before = len(chosen.folder.files) - len(chosen.left)
    not_sent = chosen.folder.not_sent
    if as_json:
        counts = {"images": images, "files_of_labels": labels, "bytes": size, "uploaded_already": before}
        emit_json({"dry_run": True, "would_upload": counts, "not_sent": not_sent})
        return
    what = f"{counted(images, 'image')} and {counted(labels, 'file')} of labels, {size:,} bytes"
    tell(f"would upload {what}; {counted(before, 'file')} uploaded before")
    tell("Nothing was uploaded or imported. The real import checks sizes and contents.")
    say_not_sent(not_sent)


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
    """`not_sent` are the files of a folder that were not uploaded; None if there was no folder."""
    if as_json:
        emit_json(record if not_sent is None else {**to_builtins(record), "not_sent": not_sent})
        return
    counts = record.counts
    what = "would be imported" if record.dry_run else "imported"
    tell(
        f"{record.state}: {counted(counts.found, 'image')} found, {counts.imported} {what}, "
        f"{counts.unchanged} unchanged, {counts.rejected} rejected"
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
