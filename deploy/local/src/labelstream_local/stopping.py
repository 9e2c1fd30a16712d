"""Stops a local platform from outside: `up` itself, and what a killed one left running."""

import psutil

from labelstream_local import credentials as secrets
from labelstream_local import orphans, run_record
from labelstream_local.directory import DataDirectory
from labelstream_local.errors import BrokenDataDirectory, PartFailed

_PATIENCE = 90.0


def stop(directory: DataDirectory) -> bool:
    """Whether there was anything to stop. Raises PartFailed."""
    record = run_record.load(directory)
    ran = record is not None and record.supervisor.is_alive()
    if record is not None and ran:
        process = psutil.Process(record.supervisor.pid)
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except psutil.TimeoutExpired as error:
            raise PartFailed(f"`labelstream up` (pid {process.pid}) does not stop. Kill it and try again.") from error
    left = _orphans(directory)
    orphans.end(left)
    return ran or bool(left)


def _orphans(directory: DataDirectory) -> list[psutil.Process]:
    try:
        credentials = secrets.load(directory)
    except BrokenDataDirectory:
        return []  # without the mark, nothing can be recognised as ours
    return orphans.find(credentials.mark(directory)) if credentials else []
