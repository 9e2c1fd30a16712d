"""`labelstream export`."""

import hashlib
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Protocol

import msgspec
import typer

from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import bar, emit_json, tell
from labelstream.cli.session import client_for
from labelstream.cli.terminal import visible
from labelstream.errors import BrokenExport
from labelstream.models import ExportEnd


def commands(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    job: JobId,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write. Default: stdout.")] = None,
    format: Annotated[  # noqa: A002  # the option's name
        Literal["ndjson", "csv", "manifest"], typer.Option("--format", help="The format of the rows.")
    ] = "ndjson",
    as_of: Annotated[
        int | None, typer.Option("--as-of", help="Export the state at this `seq`. Default: the latest.")
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Export a job's items as they were at one moment. The file appears only once it is complete and verified.

    `--json` prints the last line (count, seq, digest) by itself, and needs `--output`.
    """
    if as_json and output is None:
        raise typer.BadParameter("--json needs --output, because the export itself goes to stdout.")
    with client_for(url, token) as client:
        chunks = client.exports.chunks(job, format=format, as_of=as_of)
        if output is None:
            end = _copied(chunks, _Terminal() if sys.stdout.isatty() else sys.stdout.buffer)
            sys.stdout.flush()
        else:
            end = _into_file(chunks, output)
    if as_json:
        emit_json(end)
    elif output is not None:
        tell(f"{end.count} items at seq {end.seq} in {output}")


def _into_file(chunks: Iterable[bytes], output: Path) -> ExportEnd:
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("wb") as file:
            end = _copied(chunks, file)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
    return end


class _Terminal:
    """stdout, when a person looks at it: what a terminal would obey is written as escapes."""

    def __init__(self) -> None:
        self._text = getincrementaldecoder("utf-8")(errors="replace")

    def write(self, content: bytes, /) -> object:
        lines = self._text.decode(content).split("\n")
        return sys.stdout.write("\n".join(map(visible, lines)))


class _Writable(Protocol):
    def write(self, content: bytes, /) -> object: ...


def _copied(chunks: Iterable[bytes], target: _Writable) -> ExportEnd:
    """Copy and check: the digest is of every byte before the last line."""
    digest, rest = hashlib.sha256(), b""
    with bar("exporting (bytes)") as shown:
        for chunk in chunks:
            target.write(chunk)
            shown.advance(len(chunk))
            rest += chunk
            if (cut := rest.rstrip(b"\n").rfind(b"\n") + 1) > 0:
                digest.update(rest[:cut])
                rest = rest[cut:]
    try:
        end = msgspec.json.decode(rest.strip().removeprefix(b"# "), type=ExportEnd)
    except msgspec.DecodeError as error:
        raise BrokenExport("The export ended before its last line.") from error
    if end.sha256 != digest.hexdigest():
        raise BrokenExport("The export's rows do not match its digest.")
    return end
