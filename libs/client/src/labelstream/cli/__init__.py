"""The command line, `labelstream`."""

from labelstream.cli.application import application


def main() -> None:
    """Entry point of the installed script."""
    application()()
