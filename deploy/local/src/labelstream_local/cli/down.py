"""`labelstream down` and `labelstream reset`: stop the local platform; delete its data."""

import sys
from typing import Annotated

import psutil
import typer

from labelstream_local import credentials as secrets
from labelstream_local import orphans, run_record
from labelstream_local.cli.options import DEFAULT_DATA_DIR, DataDir, one_sentence
from labelstream_local.directory import DataDirectory
from labelstream_local.errors import BrokenDataDirectory, PartFailed

_PATIENCE = 90.0


def down(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Stop the local platform, wherever `up` runs. All data is kept."""
    with one_sentence():
        stopped = _stop(DataDirectory.at(data_dir))
    sys.stderr.write("Stopped; all data is kept.\n" if stopped else "Nothing was running.\n")


def reset(
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop the local platform and delete all its data: images, labels, accounts, events."""
    directory = DataDirectory.at(data_dir)
    with one_sentence():
        if not directory.is_ours():
            raise BrokenDataDirectory(f"There is no Labelstream in {directory.root}; nothing was deleted.")
        if not yes:
            typer.confirm(f"Delete everything in {directory.root}? It cannot be undone.", abort=True, err=True)
        _stop(directory)
        directory.erase()
    sys.stderr.write(f"Deleted the data in {directory.root}.\n")


def _stop(directory: DataDirectory) -> bool:
    """Whether there was anything to stop: `up` itself, and what a killed one left. Raises PartFailed."""
    record = run_record.load(directory)
    ran = record is not None and record.supervisor.is_alive()
    if record is not None and ran:
        process = psutil.Process(record.supervisor.pid)
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except psutil.TimeoutExpired as error:
            raise PartFailed(f"`labelstream up` (pid {process.pid}) does not end; kill it and try again.") from error
    left = _orphans(directory)
    orphans.end(left)
    return ran or bool(left)


def _orphans(directory: DataDirectory) -> list[psutil.Process]:
    try:
        credentials = secrets.load(directory)
    except BrokenDataDirectory:
        return []
    return orphans.find(credentials.mark(directory)) if credentials else []
