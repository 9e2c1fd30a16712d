"""Exit codes of the command line, and the one sentence that goes with each."""

from enum import IntEnum

from labelstream import errors
from labelstream.cli.naming import Ambiguous, LabelMissing, NobodyFound


class Exit(IntEnum):
    """Documented in `labelstream --help`; scripts rely on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_ALLOWED = 3
    NOT_FOUND = 4
    CONFLICT = 5
    INVALID = 6
    UNAVAILABLE = 7
    UNKNOWN = 8
    INTERRUPTED = 130


MEANINGS = {
    Exit.DONE: "done",
    Exit.FAILED: "the work failed, or something unexpected happened",
    Exit.USAGE: "the command was not understood",
    Exit.NOT_ALLOWED: "not signed in, or not allowed",
    Exit.NOT_FOUND: "not found, or no longer there",
    Exit.CONFLICT: "the current state does not allow it",
    Exit.INVALID: "the input is invalid",
    Exit.UNAVAILABLE: "no answer, or overloaded; nothing was done",
    Exit.UNKNOWN: "it may or may not have been done",
    Exit.INTERRUPTED: "interrupted",
}

_BY_ERROR: tuple[tuple[type[errors.LabelstreamError], Exit], ...] = (
    (errors.NotSignedIn, Exit.NOT_ALLOWED),
    (errors.NotAllowed, Exit.NOT_ALLOWED),
    (errors.NotFound, Exit.NOT_FOUND),
    (errors.Gone, Exit.NOT_FOUND),
    (errors.Conflict, Exit.CONFLICT),
    (errors.Stale, Exit.CONFLICT),
    (errors.Invalid, Exit.INVALID),
    (NobodyFound, Exit.NOT_FOUND),
    (LabelMissing, Exit.NOT_FOUND),
    (Ambiguous, Exit.INVALID),
    (errors.InvalidAddress, Exit.USAGE),
    (errors.Refused, Exit.UNAVAILABLE),
    (errors.Unreachable, Exit.UNAVAILABLE),
    (errors.OutcomeUnknown, Exit.UNKNOWN),
)


def exit_for(error: errors.LabelstreamError) -> Exit:
    """The exit code that stands for an error."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), Exit.FAILED)


def epilog() -> str:
    """The table of exit codes as help text."""
    return "Exit codes: " + " · ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items())
