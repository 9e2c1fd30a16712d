"""`labelstream datasets unreadable`, `duplicates` and `merge`: what inspecting the images found."""

from typing import Annotated, Literal

import typer

from labelstream.cli.options import DatasetId, Json, Token, Url, Yes
from labelstream.cli.output import bar, confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for

_COLUMNS = ("group", "sample", "path")


def commands(datasets: typer.Typer) -> None:
    datasets.command("unreadable")(unreadable)
    datasets.command("duplicates")(duplicates)
    datasets.command("merge")(merge)


def unreadable(dataset: DatasetId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the images that cannot be read, with the reason."""
    with client_for(url, token) as client:
        found = client.datasets.samples(dataset, state="unreadable")
        if as_json:
            emit_json_lines(found)
        else:
            print_table(None, ("sample", "path", "reason"), ((each.id, each.path, each.reason or "") for each in found))


def duplicates(
    dataset: DatasetId,
    *,
    near: Annotated[bool, typer.Option("--near", help="Images that look alike, instead of equal files.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List the images that are there more than once, group by group."""
    kind: Literal["exact", "near"] = "near" if near else "exact"
    with client_for(url, token) as client:
        found = client.datasets.duplicates(dataset, kind)
        if as_json:
            emit_json_lines(found)
            return
        rows = ((place, each.id, each.path) for place, group in enumerate(found, 1) for each in group.samples)
        print_table(None, _COLUMNS, rows)


def merge(
    dataset: DatasetId,
    keep: Annotated[str, typer.Argument(help="The id of the sample to keep.")],
    remove: Annotated[list[str], typer.Argument(help="The ids of the samples to delete.")],
    *,
    carry_labels: Annotated[
        bool, typer.Option(help="Whether the kept image gets the labels of the others, in every job.")
    ] = True,
    yes: Yes = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Keep one of several images and delete the others. Their files stay, and they can be restored."""
    with client_for(url, token) as client:
        confirmed(f"Delete {len(remove)} samples and keep {keep}?", yes=yes)
        started = client.datasets.merge_duplicates(dataset, keep, remove, carry_labels=carry_labels)
        with bar("merging") as shown:
            operation = client.operations.wait(started, on_progress=shown.operation)
    if as_json:
        emit_json(operation)
    else:
        tell(f"{(operation.result or {}).get('deleted', 0)} samples were deleted.")
