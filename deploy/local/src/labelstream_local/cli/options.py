"""What the commands share: the option for the data directory, and how an expected failure ends."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from labelstream_local.errors import StartError

DataDir = Annotated[
    Path,
    typer.Option("--data-dir", envvar="LABELSTREAM_DATA_DIR", help="Where the local platform keeps its data."),
]
DEFAULT_DATA_DIR = Path(".labelstream")


@contextmanager
def one_sentence() -> Iterator[None]:
    """An expected failure is one sentence on stderr and exit code 1, never a traceback."""
    try:
        yield
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error
