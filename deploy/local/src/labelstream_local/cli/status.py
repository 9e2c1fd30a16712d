"""`labelstream status`: every part with its address, credentials and state."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from labelstream_local.cli.options import DEFAULT_DATA_DIR, DataDir, one_sentence
from labelstream_local.directory import DataDirectory
from labelstream_local.status import Status, status_of


def status(
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show the local platform: every part's address, credentials and state. Answers while parts are down."""
    with one_sentence():
        found = status_of(DataDirectory.at(data_dir))
    if as_json:
        sys.stdout.write(json.dumps(found.as_json()) + "\n")
    else:
        _print(found)


def _print(found: Status) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    addresses = Table.grid(padding=(0, 2))
    addresses.add_row("gateway", found.gateway_url)
    addresses.add_row("kafka", found.kafka_bootstrap_servers)
    addresses.add_row("mongodb", found.mongodb_url)
    addresses.add_row("s3", found.s3_endpoint)
    addresses.add_row("", f"{found.s3_kind}, access key {found.s3_access_key}, secret key {found.s3_secret_key}")
    processes = Table("process", "pid", "state", show_edge=False, pad_edge=False)
    for process in found.processes:
        processes.add_row(process.name, "" if process.pid is None else str(process.pid), process.state.value)
    console.print(addresses)
    console.print()
    console.print(processes)
