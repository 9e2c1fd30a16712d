"""`labelstream demo`."""

import typer


def commands(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo() -> None:
    """The whole path on real images."""
