"""Options that many commands share."""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from labelstream.models import MemberRole

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="LABELSTREAM_URL",
        help="The gateway's address. Default: the one you signed in to last.",
        metavar="URL",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token", envvar="LABELSTREAM_TOKEN", help="An access token or API key to use instead of the stored sign-in."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON; a list as one document a line.")]
JobId = Annotated[str, typer.Argument(help="The id of the labeling job.", metavar="JOB")]
SampleId = Annotated[str, typer.Argument(help="The id of the sample.", metavar="SAMPLE")]
DatasetId = Annotated[str, typer.Argument(help="The id of the dataset.", metavar="DATASET")]
Kafka = Annotated[
    str | None,
    typer.Option(
        "--bootstrap-servers",
        envvar="LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS",
        help="Kafka's address. Default: the one given at sign-in, else the local platform's. The user comes from "
        "LABELSTREAM_KAFKA_USERNAME and LABELSTREAM_KAFKA_PASSWORD, further settings from LABELSTREAM_KAFKA_….",
        metavar="HOST:PORT",
    ),
]
MemberRoleOption = Annotated[
    MemberRole | None, typer.Option("--role", help="labeler, reviewer or manager. Default: labeler.")
]
RoleArgument = Annotated[MemberRole, typer.Argument(help="labeler, reviewer or manager.", metavar="ROLE")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
Samples = Annotated[
    list[str] | None, typer.Argument(help="Ids of samples; `-` reads them from stdin.", metavar="[SAMPLE]...")
]


def sample_ids(samples: Sequence[str]) -> Iterator[str]:
    """The ids as given, and for `-` those that come on stdin, one a line."""
    for sample in samples:
        if sample == "-":
            yield from (line.strip() for line in sys.stdin.buffer.read().decode().splitlines() if line.strip())
        else:
            yield sample
