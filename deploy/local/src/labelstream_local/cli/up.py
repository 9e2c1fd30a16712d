"""`labelstream up`: the whole platform on this machine, until it is told to stop."""

import asyncio
from typing import Annotated

import typer

from labelstream_local.cli.options import DEFAULT_DATA_DIR, DataDir, one_sentence
from labelstream_local.directory import DataDirectory


def up(
    *,
    port: Annotated[int, typer.Option(help="The gateway's port.", min=1, max=65535)] = 8080,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    apart: Annotated[
        bool, typer.Option("--split", help="Run one process per service behind nginx, as in a cluster.")
    ] = False,
    opens: Annotated[bool, typer.Option("--open", help="Open the console in the browser when it is ready.")] = False,
    hides_sign_in: Annotated[
        bool, typer.Option("--hide-sign-in", help="Leave showing the sign-in to the next start.", hidden=True)
    ] = False,
) -> None:
    """Start the whole platform on this machine: MongoDB, Kafka, an S3 store and Labelstream. Ctrl-C stops it.

    LABELSTREAM_ADMIN_EMAIL and LABELSTREAM_ADMIN_PASSWORD set the first administrator. Without them, one is created and
    its password is shown once.
    """
    # Drivers take a second to import, and every other command would wait for them.
    from labelstream_local.running import Wish, run  # noqa: PLC0415

    with one_sentence():
        asyncio.run(run(Wish(port, DataDirectory.at(data_dir), apart, opens, hides_sign_in)))
