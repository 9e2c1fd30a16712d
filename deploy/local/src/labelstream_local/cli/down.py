"""`labelstream down` and `labelstream reset`: stop the local platform; delete its data."""

import sys
from typing import Annotated

import typer

from labelstream_local.cli.options import DEFAULT_DATA_DIR, DataDir, one_sentence
from labelstream_local.directory import DataDirectory
from labelstream_local.errors import BrokenDataDirectory


def down(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Stop the local platform, wherever `up` runs. All data is kept."""
    with one_sentence():
        stopped = _stop(DataDirectory.at(data_dir))
    sys.stderr.write("Stopped. All data was kept.\n" if stopped else "Nothing was running.\n")


def reset(
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
) -> None:
    """Stop the local platform and delete all its data: images, labels, accounts, events."""
    directory = DataDirectory.at(data_dir)
    with one_sentence():
        if not directory.is_ours():
            raise BrokenDataDirectory(f"There is no Labelstream in {directory.root}. Nothing was deleted.")
        if not yes:
            typer.confirm(f"Delete everything in {directory.root}? This cannot be undone.", abort=True, err=True)
        _stop(directory)
        directory.erase()
    sys.stderr.write(f"Deleted the data in {directory.root}.\n")


def _stop(directory: DataDirectory) -> bool:
    # psutil is slow to import, and `labelstream --help` would wait for it.
    from labelstream_local.stopping import stop  # noqa: PLC0415

    return stop(directory)
