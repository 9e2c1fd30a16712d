"""`labelstream labels`."""

from collections.abc import Iterable
from typing import Annotated, Literal

import typer

from labelstream.blocking.client import Client
from labelstream.cli.naming import LabelMissing
from labelstream.cli.options import DryRun, JobId, Json, Token, Url, Yes
from labelstream.cli.output import bar, confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.touched import show_touched
from labelstream.models import Label, Operation

LabelArgument = Annotated[str, typer.Argument(help="The label's id or name.", metavar="LABEL")]


def commands(app: typer.Typer) -> None:
    labels = typer.Typer(help="Work with the label set of a job.", no_args_is_help=True, rich_markup_mode=None)
    labels.command("list")(list_labels)
    labels.command("left-out")(left_out)
    labels.command("bring-in")(bring_in)
    labels.command("create")(create)
    labels.command("rename")(rename)
    labels.command("merge")(merge)
    labels.command("delete")(delete)
    app.add_typer(labels, name="labels")


def list_labels(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the labels of a job."""
    with client_for(url, token) as client:
        found = client.labels.list(job)
        if as_json:
            emit_json_lines(found)
        else:
            rows = ((each.id, each.name, each.color, each.shortcut, each.count) for each in found)
            print_table(None, ("id", "name", "color", "shortcut", "images"), rows)


def left_out(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the images whose data brought labels for which the job has no room."""
    with client_for(url, token) as client:
        found = client.labels.left_out(job)
        if as_json:
            emit_json_lines(found)
        else:
            rows = ((each.path, "|".join(each.labels), each.reason) for each in found)
            print_table(None, ("path", "labels", "reason"), rows)


def bring_in(job: JobId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Bring in labels that were left out, after you have made room: see left-out."""
    with client_for(url, token) as client:
        operation = _ended(client, client.labels.bring_in_left_out(job), "bringing in", as_json=as_json)
        still = (operation.result or {}).get("left_out", 0)
        if still and not as_json:
            tell(f"{still} images still have labels for which the job has no room, or were changed by a person.")


def create(
    job: JobId,
    name: Annotated[str, typer.Argument(help="The label's name.")],
    *,
    color: Annotated[str | None, typer.Option("--color", help="Its color, as #rrggbb.")] = None,
    shortcut: Annotated[str | None, typer.Option("--shortcut", help="The key that applies it.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Create a label."""
    with client_for(url, token) as client:
        _show(client.labels.create(job, name, color=color, shortcut=shortcut), as_json=as_json)


def rename(
    job: JobId,
    label: LabelArgument,
    name: Annotated[str, typer.Argument(help="The new name.")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Rename a label, on every image at once."""
    with client_for(url, token) as client:
        _show(client.labels.update(job, _found(client, job, label).id, name=name), as_json=as_json)


def merge(
    job: JobId,
    labels: Annotated[list[str], typer.Argument(help="Ids or names of the labels to merge.", metavar="LABEL...")],
    *,
    into: Annotated[str, typer.Option("--into", help="The id or name of the label that remains.")],
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Merge labels into another one."""
    with client_for(url, token) as client:
        known = list(client.labels.list(job))
        ids, target = [_among(known, each).id for each in labels], _among(known, into).id
        _ended(client, client.labels.merge(job, ids, into=target), "merging", as_json=as_json)


def delete(
    job: JobId,
    label: LabelArgument,
    *,
    images: Annotated[
        Literal["keep", "delete"],
        typer.Option("--images", help="What happens to images that carry only this label."),
    ] = "keep",
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Delete a label, on every image at once."""
    with client_for(url, token) as client:
        found = _found(client, job, label)
        touched = client.labels.touched_by_deletion(job, found.id, images=images)
        if dry_run:
            show_touched(touched, as_json=as_json)
            return
        also = f", and delete {touched.images} of these images" if touched.images else ""
        confirmed(f"Take the label {found.name} off {touched.items} images{also}?", yes=yes)
        _ended(client, client.labels.delete(job, found.id, images=images), "deleting", as_json=as_json)


def _found(client: Client, job: str, label: str) -> Label:
    return _among(client.labels.list(job), label)


def _among(labels: Iterable[Label], label: str) -> Label:
    found = next((each for each in labels if label in {each.id, each.name}), None)
    if found is None:
        raise LabelMissing(f"The job has no label {label}.")
    return found


def _ended(client: Client, started: Operation, what: str, *, as_json: bool) -> Operation:
    with bar(what) as shown:
        operation = client.operations.wait(started, on_progress=shown.operation)
    if as_json:
        emit_json(operation)
    else:
        tell(f"{operation.done} images changed.")
    return operation


def _show(label: Label, *, as_json: bool) -> None:
    if as_json:
        emit_json(label)
    else:
        print_table(None, ("id", "name", "color", "shortcut"), [(label.id, label.name, label.color, label.shortcut)])
