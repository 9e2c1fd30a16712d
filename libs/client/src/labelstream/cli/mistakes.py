"""Work on several things, one after the other: a refusal of one does not keep the others from it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import typer

from labelstream.cli.exits import exit_for
from labelstream.cli.output import print_error
from labelstream.errors import ApiError

Tried = Callable[[str], AbstractContextManager[None]]
"""`with tried(who): …` reports a refusal, and goes on behind it."""


@contextmanager
def each_tried(*, as_json: bool) -> Iterator[Tried]:
    """A refusal is reported at once, and the first gives the exit code at the end. No answer ends it all."""
    refusals: list[ApiError] = []

    @contextmanager
    def tried(who: str) -> Iterator[None]:
        try:
            yield
        except ApiError as refusal:
            print_error(refusal, as_json=as_json, about=who)
            refusals.append(refusal)

    yield tried
    if refusals:
        raise typer.Exit(exit_for(refusals[0]))
