"""Acceptances: an owner judges a random sample of what was labeled at one `seq`, and decides by it about all of that.

DomainError
├── NotFound
│   └── AcceptanceNotFound      the job has none with this id
└── Conflict
    ├── AcceptanceOpen          a job has one open acceptance at a time
    ├── AcceptanceFinished      it is finished, or is being finished
    └── NothingLabeled          there is nothing to draw a sample from
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from label_service.domain.reviewing import Judgement
from label_service.domain.sampling import size_of_ratio
from labelstream_common.errors import Conflict, NotFound

AcceptanceState: TypeAlias = Literal["open", "finished"]
FinishOutcome: TypeAlias = Literal["accept_all", "reject_all", "accept_rest", "reject_rest"]
MOST_EXAMPLES = 1_000


class AcceptanceNotFound(NotFound):
    code = "acceptance-not-found"

    def __init__(self, acceptance_id: str) -> None:
        super().__init__("The job has no acceptance with this id.", acceptance_id=acceptance_id)


class AcceptanceOpen(Conflict):
    code = "acceptance-open"
    title = "An acceptance is open already"

    def __init__(self, acceptance_id: str) -> None:
        super().__init__("The job has an open acceptance. Finish it first.", acceptance_id=acceptance_id)


class AcceptanceFinished(Conflict):
    code = "acceptance-finished"
    title = "The acceptance is finished"

    def __init__(self, acceptance_id: str) -> None:
        super().__init__("The acceptance is finished, or is being finished.", acceptance_id=acceptance_id)


class NothingLabeled(Conflict):
    code = "nothing-labeled"
    title = "Nothing is labeled"

    def __init__(self) -> None:
        super().__init__("The job has no labeled images, so there is nothing to accept.")


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How large a sample is to be: a share of what is labeled, or a number. Never more than there is."""

    ratio: float | None = None
    count: int | None = None

    def of(self, population: int) -> int:
        wanted = size_of_ratio(self.ratio, population) if self.ratio is not None else self.count or 0
        return min(wanted, population)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the end of an acceptance has come to so far. The first 1,000 conflicts are kept as examples."""

    accepted: int = 0
    rejected: int = 0
    conflicts: int = 0
    examples: Sequence[Mapping[str, Any]] = ()

    def plus(self, accepted: int, rejected: int, conflicts: Sequence[Mapping[str, Any]]) -> "Tally":
        room = max(0, MOST_EXAMPLES - len(self.examples))
        return Tally(
            self.accepted + accepted,
            self.rejected + rejected,
            self.conflicts + len(conflicts),
            [*self.examples, *conflicts[:room]],
        )

    @property
    def total(self) -> int:
        return self.accepted + self.rejected + self.conflicts


@dataclass(frozen=True, slots=True)
class Ending:
    """How an acceptance is being finished: from where on, in the order of ids, and by which operation and change."""

    outcome: FinishOutcome
    overwrite: bool
    operation_id: str
    change_id: str
    after: str | None = None
    tally: Tally = Tally()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """`labeled` is how many items were labeled at `seq`, `size` how many of them are in the sample; `accepted` and
    `rejected` count the judgements on these."""

    id: str
    job_id: str
    state: AcceptanceState
    seed: int
    seq: int
    wanted: SampleSize
    labeled: int
    size: int
    by: str
    at: datetime
    accepted: int = 0
    rejected: int = 0
    ending: Ending | None = None
    finished_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement on an item of a sample, and whose it is."""

    judgement: Judgement
    by: str
    at: datetime


def verdict(outcome: FinishOutcome, judged: Judgement | None) -> Judgement:
    """What becomes of an item in the end: `…_all` overrides judgements, `…_rest` is for what was not judged.

    A judgement that says the same is kept with its grade and its reason.
    """
    decision: Literal["accept", "reject"] = "accept" if outcome.startswith("accept") else "reject"
    if judged is not None and (outcome.endswith("_rest") or judged.decision == decision):
        return judged
    return Judgement(decision)
