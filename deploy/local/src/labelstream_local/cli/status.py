"""`labelstream status`: every part with its address, credentials and state."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from labelstream_local.cli.options import DEFAULT_DATA_DIR, DataDir, one_sentence
from labelstream_local.directory import DataDirectory

if TYPE_CHECKING:
    from labelstream_local.status import Status


def status(
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the local platform: every part's address, credentials and state. Answers while parts are down."""
    # psutil is slow to import, and `labelstream --help` would wait for it.
    from labelstream_local.status import status_of  # noqa: PLC0415

    with one_sentence():
        found = status_of(DataDirectory.at(data_dir))
    if as_json:
        sys.stdout.write(json.dumps(found.as_json()) + "\n")
    else:
        _print(found)


def _print(found: "Status") -> None:
    rows = {
        "gateway": found.gateway_url,
        "kafka": found.kafka_bootstrap_servers,
        " ": f"{found.kafka.sasl_mechanism}, user {found.kafka.username}, password {found.kafka.password} (reads only)",
        "mongodb": found.mongodb_url,
        "s3": found.s3_endpoint,
        "": f"{found.s3_kind}, access key {found.s3_access_key}, secret key {found.s3_secret_key}",
    }
    for name, value in rows.items():
        sys.stdout.write(f"{name:<16}{value or 'not started yet'}\n")
    sys.stdout.write("\n")
    for process in found.processes:
        sys.stdout.write(f"{process.name:<16}{process.state.value:<10}{process.pid or ''}\n")
