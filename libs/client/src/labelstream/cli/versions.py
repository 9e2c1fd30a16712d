"""`labelstream versions`."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from labelstream.cli.options import DatasetId, DryRun, Json, Token, Url, Yes
from labelstream.cli.output import bar, confirmed, counted, emit_json, emit_json_lines, print_table, say, tell
from labelstream.cli.session import client_for
from labelstream.cli.touched import show_touched
from labelstream.models import Operation
from labelstream.models.versions import ExportFormat, Version

Name = Annotated[str, typer.Argument(help="The version's name.", metavar="VERSION")]


def commands(app: typer.Typer) -> None:
    versions = typer.Typer(
        help="Publish, compare and export versions of a dataset.", no_args_is_help=True, rich_markup_mode=None
    )
    versions.command("publish")(publish)
    versions.command("list")(list_versions)
    versions.command("samples")(list_samples)
    versions.command("diff")(diff)
    versions.command("export")(export)
    versions.command("delete")(delete)
    app.add_typer(versions, name="versions")


def publish(
    dataset: DatasetId,
    name: Name,
    *,
    job: Annotated[str, typer.Option("--job", help="The job whose labels are published.")],
    description: Annotated[str | None, typer.Option("--description", help="What the version is.")] = None,
    train_ratio: Annotated[
        float | None, typer.Option("--train-ratio", min=0, max=1, help="The share for training. Default: 0.8.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Another seed makes another split.")] = None,
    stratify: Annotated[bool, typer.Option("--stratify", help="Hold the ratio for each set of labels.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also take images without labels.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Publish a job's labels as they are now. Nobody is stopped, and no image is copied."""
    with client_for(url, token) as client, bar("publishing") as shown:
        begun = client.versions.publish(
            dataset,
            name,
            job_id=job,
            description=description,
            train_ratio=train_ratio,
            seed=seed,
            stratify=stratify,
            include="all" if everything else "labeled",
        )
        client.operations.wait(begun, on_progress=shown.operation)
        version = client.versions.get(dataset, name)
    if as_json:
        emit_json(version)
    else:
        _show([version])


def list_versions(dataset: DatasetId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the versions of a dataset, newest first."""
    with client_for(url, token) as client:
        versions = client.versions.list(dataset)
        if as_json:
            emit_json_lines(versions)
        else:
            _show(list(versions))


def list_samples(dataset: DatasetId, name: Name, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the samples of a version with their side and labels."""
    with client_for(url, token) as client:
        found = client.versions.samples(dataset, name)
        if as_json:
            emit_json_lines(found)
            return
        rows = ((each.sample_id, each.path, each.usage, ", ".join(each.labels)) for each in found)
        print_table(None, ("sample", "path", "usage", "labels"), rows)


def diff(
    dataset: DatasetId,
    before: Annotated[str, typer.Argument(help="The earlier version.")],
    after: Annotated[str, typer.Argument(help="The later version.")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List the images that two versions differ in."""
    with client_for(url, token) as client:
        differences = client.versions.diff(dataset, before, after)
        if as_json:
            emit_json_lines(differences)
            return
        counts = client.versions.difference_counts(dataset, before, after)
        rows = ((each.kind, each.path, _labels(each.before), _labels(each.after)) for each in differences)
        print_table(None, ("change", "path", "before", "after"), rows)
    say(f"{counts.added} added, {counts.removed} removed, {counts.relabelled} relabelled")


def export(
    dataset: DatasetId,
    name: Name,
    *,
    form: Annotated[ExportFormat, typer.Option("--format", help="How the version is written.")] = "manifest",
    bucket: Annotated[str, typer.Option("--bucket", help="The bucket to write to.")],
    prefix: Annotated[str, typer.Option("--prefix", help="Where in the bucket; nothing may be there yet.")] = "",
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Write a version to a bucket. `_SUCCESS.json` comes last."""
    with client_for(url, token) as client, bar("exporting") as shown:
        begun = client.versions.export(dataset, name, form=form, bucket=bucket, prefix=prefix)
        operation = client.operations.wait(begun, on_progress=shown.operation)
    _show_exported(operation, as_json=as_json)


def delete(
    dataset: DatasetId,
    name: Name,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Delete a version for good. Its images, and what was exported of it, stay."""
    with client_for(url, token) as client:
        touched = client.versions.touched_by_deletion(dataset, name)
        if dry_run:
            show_touched(touched, as_json=as_json)
            return
        confirmed(f"Delete version {name} with {touched.samples} samples?", yes=yes)
        client.versions.delete(dataset, name)
    if as_json:
        emit_json({"deleted": name})
    else:
        tell("The version was deleted.")


def _show_exported(operation: Operation, *, as_json: bool) -> None:
    if as_json:
        emit_json(operation)
        return
    result: dict[str, Any] = dict(operation.result or {})
    left_out: dict[str, Any] = result.get("left_out", {})
    samples, files = counted(result.get("count", 0), "sample"), counted(result.get("files", 0), "file")
    tell(f"{samples} in {files}, {left_out.get('count', 0)} left out")
    for each in left_out.get("examples", ()):
        say(f"{each['path']}: {each['reason']}")


def _show(versions: list[Version]) -> None:
    rows = (
        (
            each.name,
            each.counts.total,
            each.counts.train,
            each.counts.validation,
            each.missing_files or "",
            each.parent,
            f"{each.created_at.astimezone():%Y-%m-%d %H:%M}" if each.created_at else "",
            each.digest.removeprefix("sha256:")[:12],
        )
        for each in versions
    )
    columns = ("name", "samples", "train", "validation", "missing", "parent", "published", "digest")
    print_table(None, columns, rows)


def _labels(labels: Sequence[str] | None) -> str:
    return "" if labels is None else ", ".join(labels) or "none"
