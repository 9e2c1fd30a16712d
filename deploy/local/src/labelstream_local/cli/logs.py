"""`labelstream logs`: what the parts of the local platform have said."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from labelstream_local.cli.options import DEFAULT_DATA_DIR, DataDir, one_sentence
from labelstream_local.directory import DataDirectory
from labelstream_local.errors import BrokenDataDirectory

_POLL = 0.2


def logs(
    part: Annotated[
        str | None, typer.Argument(help="The part: mongodb, kafka, s3, services … Default: all of them.")
    ] = None,
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines to show.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep showing new lines until Ctrl-C.")] = False,
) -> None:
    """Show the last lines of the logs, of one part or of all."""
    # psutil is slow to import, and `labelstream --help` would wait for it.
    from labelstream_local.child import last_lines  # noqa: PLC0415

    with one_sentence():
        files = _files(DataDirectory.at(data_dir), part)
    for file in files:
        for line in last_lines(file, lines):
            _write(file, line, named=len(files) > 1)
    if follow:
        _follow(files)


def _files(directory: DataDirectory, part: str | None) -> list[Path]:
    files = sorted((directory.root / "logs").glob("*.log"))
    wanted = [file for file in files if part is None or file.stem == part]
    if not wanted:
        known = ", ".join(file.stem for file in files)
        missing = f"no log of {part}. There are logs of {known}" if known else f"no Labelstream in {directory.root}"
        raise BrokenDataDirectory(f"There is {missing}.")
    return wanted


def _follow(files: list[Path]) -> None:
    ends = {file: file.stat().st_size for file in files}
    while True:
        for file, end in ends.items():
            size = file.stat().st_size if file.exists() else 0
            begin = end if size >= end else 0
            if size > begin:
                with file.open("rb") as opened:
                    opened.seek(begin)
                    fresh = opened.read(size - begin)
                whole = fresh[: fresh.rfind(b"\n") + 1]
                for line in whole.decode(errors="replace").splitlines():
                    _write(file, line, named=len(files) > 1)
                ends[file] = begin + len(whole)
        sys.stdout.flush()
        time.sleep(_POLL)


def _write(file: Path, line: str, *, named: bool) -> None:
    sys.stdout.write(f"{file.stem:<16} {line}\n" if named else f"{line}\n")
