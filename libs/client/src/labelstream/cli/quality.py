"""`labelstream quality`, `known-answers` and `progress`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Annotated, Literal

import msgspec
import typer

from labelstream.cli.options import JobId, Json, Token, Url
from labelstream.cli.output import emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.terminal import visible
from labelstream.errors import LabelstreamError
from labelstream.models.quality import AnnotatorQuality, JobQuality, KnownAnswer

Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, for a spreadsheet.")]


class InvalidKnownAnswers(LabelstreamError):
    """A line of the file is not a known answer."""

    code = "invalid-known-answers"


def commands(app: typer.Typer) -> None:
    app.command("quality")(quality)
    app.command("progress")(progress)
    known = typer.Typer(help="Work with the images by which labelers are tested.", no_args_is_help=True)
    known.command("put")(put_known_answers)
    known.command("show")(show_known_answers)
    app.add_typer(known, name="known-answers")


def quality(
    job: JobId,
    *,
    consensus: Annotated[
        Literal["majority", "dawid_skene"], typer.Option("--consensus", help="How several answers become one.")
    ] = "majority",
    as_of: Annotated[int | None, typer.Option("--as-of", min=0, help="At this `seq`. Default: the latest.")] = None,
    csv: Csv = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show how far people agree, and how fast they label.

    They are compared with each other, with the consensus, and with known answers.
    """
    with client_for(url, token) as client:
        if csv:
            _print_csv(client.quality.csv(job, consensus=consensus, as_of=as_of))
            return
        found = client.quality.get(job, consensus=consensus, as_of=as_of)
        names = {} if as_json else {each.id: each.name for each in client.jobs.people(job)}
    if as_json:
        emit_json(found)
        return
    _print_quality(found, names)


def _print_quality(found: JobQuality, names: Mapping[str, str]) -> None:
    agreement = found.agreement
    tell(
        f"seq {found.seq}: {agreement.items} items with all answers, agreement {_share(agreement.percent)}, "
        f"Fleiss' kappa {_number(agreement.fleiss_kappa)}, Krippendorff's alpha {_number(agreement.krippendorff_alpha)}"
    )
    columns = ("annotator", "labeled", "seconds", "accepted", "rejected", "known", "agrees")
    print_table(
        None, columns, ((names.get(each.account_id) or each.account_id, *_row(each)) for each in found.annotators)
    )
    if found.confusions:
        rows = (("|".join(one.consensus), "|".join(one.answer), one.count) for one in found.confusions)
        print_table(None, ("consensus", "answer", "count"), rows)


def _row(one: AnnotatorQuality) -> tuple[object, ...]:
    known = f"{one.known.right}/{one.known.total}" if one.known.total else "-"
    seconds = "-" if one.seconds_median is None else f"{one.seconds_median:.1f}"
    return one.labeled, seconds, one.accepted, one.rejected, known, _share(one.agrees_with_consensus)


def put_known_answers(
    job: JobId,
    file: Annotated[File, typer.Argument(help="JSON Lines, each `{sample_id, labels: [id or name]}`; `-` is stdin.")],
    *,
    url: Url = None,
    token: Token = None,
) -> None:
    """Replace the images by which labelers are tested, up to 10,000. An empty file removes them all."""
    answers = list(_read(file))
    with client_for(url, token) as client:
        client.quality.put_known_answers(job, answers)
    tell(f"{len(answers)} known answers")


def show_known_answers(job: JobId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the images by which labelers are tested."""
    with client_for(url, token) as client:
        found = client.quality.known_answers(job)
        if as_json:
            emit_json_lines(found)
        else:
            print_table(None, ("sample", "labels"), ((one.sample_id, ", ".join(one.labels)) for one in found))


def progress(job: JobId, *, csv: Csv = False, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show what each annotator did.

    With `--csv` also on which day.
    """
    with client_for(url, token) as client:
        if csv:
            _print_csv(client.jobs.progress_csv(job))
            return
        found = client.jobs.progress(job)
    if as_json:
        emit_json(found)
        return
    tell(f"{found.labeled} of {found.total} labeled, {found.to_confirm} to confirm")
    rows = ((one.name or one.id, one.added, one.removed, one.reviewed) for one in found.annotators)
    print_table(None, ("annotator", "added", "removed", "reviewed"), rows)


def _read(file: File) -> Iterator[KnownAnswer]:
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield msgspec.json.decode(line, type=KnownAnswer)
        except msgspec.DecodeError as error:
            raise InvalidKnownAnswers(f"Line {number} is not a known answer: {error}.") from error


def _print_csv(content: bytes) -> None:
    """A person at a terminal sees as escapes what the terminal would obey."""
    sys.stdout.flush()
    if sys.stdout.isatty():
        sys.stdout.write("".join(f"{visible(line)}\n" for line in content.decode().splitlines()))
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
