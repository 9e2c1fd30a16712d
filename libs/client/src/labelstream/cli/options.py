"""Options that many commands share."""

from typing import Annotated

import typer

Url = Annotated[
    str | None,
    typer.Option(
        "--url", envvar="LABELSTREAM_URL", help="The gateway; default the one signed in to last.", metavar="URL"
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token", envvar="LABELSTREAM_TOKEN", help="An access token or API key, instead of a stored sign-in."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
JobId = Annotated[str, typer.Argument(help="The labeling job's id.", metavar="JOB")]
DatasetId = Annotated[str, typer.Argument(help="The dataset's id.", metavar="DATASET")]
Kafka = Annotated[
    str | None,
    typer.Option(
        "--bootstrap-servers",
        envvar="LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS",
        help="Kafka's address; default the one remembered at sign-in, else the local platform's.",
        metavar="HOST:PORT",
    ),
]
