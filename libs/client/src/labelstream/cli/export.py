"""`labelstream export`."""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec
import typer

from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import emit_json, out, progress_bar
from labelstream.cli.session import client_for
from labelstream.errors import BrokenExport
from labelstream.models import ExportEnd


def commands(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    job: JobId,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; default stdout.")] = None,
    format: Annotated[Literal["ndjson", "csv", "manifest"], typer.Option("--format")] = "ndjson",  # noqa: A002  # the option's name
    as_of: Annotated[int | None, typer.Option("--as-of", help="The state at an earlier `seq`.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Write a job's items as they stand at one moment. A file appears only when it is whole and its digest holds.

    `--json` prints the last line (count, seq, digest) once more by itself; it needs `--output`.
    """
    if as_json and output is None:
        raise typer.BadParameter("--json needs --output, since the export itself goes to stdout")
    with client_for(url, token) as client:
        chunks = client.exports.chunks(job, format=format, as_of=as_of)
        if output is None:
            end = _copied(chunks, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            end = _into_file(chunks, output)
    if as_json:
        emit_json(end)
    elif output is not None:
        out.print(f"{end.count} items at seq {end.seq} in {output}", highlight=False)


def _into_file(chunks: Iterable[bytes], output: Path) -> ExportEnd:
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("wb") as file:
            end = _copied(chunks, file)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
    return end


def _copied(chunks: Iterable[bytes], target: BinaryIO) -> ExportEnd:
    """Copy and check: the digest is of every byte before the last line."""
    digest, rest = hashlib.sha256(), b""
    with progress_bar() as progress:
        task = progress.add_task("exporting (bytes)", total=None)
        for chunk in chunks:
            target.write(chunk)
            progress.advance(task, len(chunk))
            rest += chunk
            if (cut := rest.rstrip(b"\n").rfind(b"\n") + 1) > 0:
                digest.update(rest[:cut])
                rest = rest[cut:]
    try:
        end = msgspec.json.decode(rest.strip().removeprefix(b"# "), type=ExportEnd)
    except msgspec.DecodeError as error:
        raise BrokenExport("the export ended before its last line") from error
    if end.sha256 != digest.hexdigest():
        raise BrokenExport("the export's rows do not match its digest")
    return end
