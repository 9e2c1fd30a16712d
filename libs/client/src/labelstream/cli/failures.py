"""How a command ends that cannot do its work: one sentence and an exit code, and a traceback only for a defect."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from labelstream.cli.exits import Exit, exit_for
from labelstream.cli.output import print_error
from labelstream.cli.terminal import abandon_output
from labelstream.errors import LabelstreamError


class _FileFailed(LabelstreamError):
    """The operating system refused a file, a folder or a connection."""

    code = "file-failed"


class _NotText(LabelstreamError):
    """Input that should be text in UTF-8 is not."""

    code = "not-text"


@contextmanager
def reported(arguments: Sequence[str]) -> Iterator[None]:
    """Everything the user can mend becomes one sentence on stderr. A reader that went away is no failure."""
    try:
        yield
    except BrokenPipeError as error:
        abandon_output()
        raise typer.Exit(Exit.DONE) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(Exit.INTERRUPTED) from error
    except (LabelstreamError, OSError, UnicodeDecodeError) as error:
        told = _told(error)
        print_error(told, as_json="--json" in arguments)
        raise typer.Exit(exit_for(told)) from error


def _told(error: LabelstreamError | OSError | UnicodeDecodeError) -> LabelstreamError:
    if isinstance(error, LabelstreamError):
        return error
    if isinstance(error, UnicodeDecodeError):
        return _NotText(f"The input is not text in UTF-8: byte {error.object[error.start]:#04x} at {error.start}.")
    reason = error.strerror or str(error) or type(error).__name__
    return _FileFailed(f"{error.filename}: {reason}." if error.filename else f"{reason}.")
