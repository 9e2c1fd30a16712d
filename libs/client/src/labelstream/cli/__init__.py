"""The command line, `labelstream`."""

import sys

from labelstream.cli.application import application
from labelstream.cli.terminal import accept_any_encoding


def main() -> None:
    """Entry point of the installed script."""
    # httpx imports its own command line, with click, rich and pygments, where it can: half of what a command costs.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: cannot be imported
    accept_any_encoding()
    application()()
