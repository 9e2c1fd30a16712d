"""`labelstream predict`, `confirm` and `reject`."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path as File
from typing import Annotated

import msgspec
import typer

from labelstream.cli.changed import show_changed
from labelstream.cli.filters import Filters, LabelMatch, Path, Status, WithLabel
from labelstream.cli.labeling import AT_ONCE
from labelstream.cli.options import JobId, Json, Samples, Token, Url, sample_ids
from labelstream.cli.output import bar
from labelstream.cli.selection import check_selection
from labelstream.cli.session import client_for
from labelstream.errors import LabelstreamError
from labelstream.models import ChangeResult, ItemFilter, Prediction

_PREDICTIONS_AT_ONCE = 1_000

OnlyLabel = Annotated[
    list[str] | None, typer.Option("--label", help="Only this proposed label, by id or name; repeatable.")
]


class InvalidPredictions(LabelstreamError):
    """A line of the file is not a prediction."""

    code = "invalid-predictions"


def commands(app: typer.Typer) -> None:
    app.command("predict")(predict)
    app.command("confirm")(confirm)
    app.command("reject")(reject)


def predict(
    job: JobId,
    file: Annotated[
        File,
        typer.Argument(
            help="JSON Lines, each `{sample_id, labels: [{name, confidence}], model, version?}`; `-` is stdin."
        ),
    ],
    *,
    hard_above: Annotated[
        float | None,
        typer.Option("--hard-above", min=0, max=1, help="Mark images at least this uncertain as hard examples."),
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Propose a model's labels. They count once a person confirms them."""
    predictions = list(_read(file))
    if not predictions:
        raise InvalidPredictions(f"{file} contains no predictions.")
    results = []
    with client_for(url, token) as client, bar("predicting", len(predictions)) as shown:
        for start in range(0, len(predictions), _PREDICTIONS_AT_ONCE):
            chunk = predictions[start : start + _PREDICTIONS_AT_ONCE]
            results.append(client.annotations.predict(job, chunk, hard_above=hard_above))
            shown.advance(len(chunk))
    show_changed(results, as_json=as_json)


def confirm(
    job: JobId,
    samples: Samples = None,
    *,
    label: OnlyLabel = None,
    status: Status = None,
    with_label: WithLabel = None,
    label_match: LabelMatch = None,
    path: Path = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Confirm proposed labels of some or all items."""
    where = Filters(status, with_label, label_match, path, None).where()
    with client_for(url, token) as client:
        results = _decide(partial(client.annotations.confirm, job, labels=label), samples, where)
    show_changed(results, as_json=as_json)


def reject(
    job: JobId,
    samples: Samples = None,
    *,
    label: OnlyLabel = None,
    status: Status = None,
    with_label: WithLabel = None,
    label_match: LabelMatch = None,
    path: Path = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Reject proposed labels of some or all items."""
    where = Filters(status, with_label, label_match, path, None).where()
    with client_for(url, token) as client:
        results = _decide(partial(client.annotations.reject, job, labels=label), samples, where)
    show_changed(results, as_json=as_json)


def _decide(
    decide: Callable[..., ChangeResult], samples: Sequence[str] | None, where: ItemFilter
) -> list[ChangeResult]:
    check_selection(samples, where)
    if not samples:
        with bar("deciding") as shown:
            return [decide(where=where, on_progress=shown.operation)]
    ids = list(sample_ids(samples))
    return [decide(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE)]


def _read(file: File) -> Iterator[Prediction]:
    if str(file) == "-":
        yield from _parsed("stdin", sys.stdin.buffer)
        return
    with file.open("rb") as lines:
        yield from _parsed(str(file), lines)


def _parsed(name: str, lines: Iterable[bytes]) -> Iterator[Prediction]:
    decode = msgspec.json.Decoder(Prediction).decode
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise InvalidPredictions(f"Line {number} of {name} is not a prediction: {error}.") from error
