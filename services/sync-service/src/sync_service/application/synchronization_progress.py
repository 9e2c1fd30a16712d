"""How far a synchronization has come, as its operation keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from labelstream_common.operations import Operation
from sync_service.domain.reconciliation import NONE_SKIPPED, NOTHING, Plan, Skip, Skipped, Tally


@dataclass(frozen=True)
class Progress:
    """How far an operation has come: `after` is the last key dealt with, `began_at` when it first listed.

    `sets_aside`: the dataset had samples, so what comes and goes is told apart at the end; `settled` is how much of
    that is done (see `settling.Piece`), None while the listing is read.
    """

    after: str
    began_at: datetime
    tally: Tally = NOTHING
    skipped: Skipped = NONE_SKIPPED
    sets_aside: bool = False
    settled: int | None = None

    @property
    def done(self) -> int:
        tally = self.tally
        return tally.added + tally.updated + tally.unchanged + tally.renamed

    def plus(self, plan: Plan) -> "Progress":
        return replace(self, tally=self.tally.plus(plan.tally), skipped=self.skipped.plus(plan.skipped))

    def cursor(self) -> Mapping[str, Any]:
        return {
            "after": self.after,
            "began_at": self.began_at,
            "tally": list(self.tally),
            "sets_aside": self.sets_aside,
            "settled_ranges": self.settled,
            "skipped": [self.skipped.count, [list(skip) for skip in self.skipped.examples]],
        }

    def result(self) -> Mapping[str, Any]:
        examples = [skip._asdict() for skip in self.skipped.examples]
        return {**self.tally._asdict(), "skipped": {"count": self.skipped.count, "examples": examples}}


def progress_of(operation: Operation) -> Progress | None:
    found = operation.cursor
    if found is None:
        return None
    count, examples = found.get("skipped", (0, ()))
    skipped = Skipped(count, tuple(Skip(*example) for example in examples))
    return Progress(
        found["after"],
        found["began_at"].astimezone(UTC),
        Tally(*found["tally"]),
        skipped,
        found.get("sets_aside", False),
        _settled(found),
    )


def _settled(cursor: Mapping[str, Any]) -> int | None:
    """An earlier release counted otherwise: what is done twice changes nothing, so it begins again."""
    if "settled_ranges" in cursor:
        return cursor["settled_ranges"]  # type: ignore[no-any-return]  # what a cursor holds has no type
    return None if cursor.get("settled") is None else 0
