"""A job's progress: totals and counts by label are absolute, work by annotator and by day adds up.

Each record of progress carries the `seq` it stands at. A record that is not newer than the last one applied was applied
already, so that a record sent twice counts once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, Self


class Totals(NamedTuple):
    """A job's items by status. Without labels, those that are unreadable are in the total and not unlabeled."""

    total: int = 0
    labeled: int = 0
    unlabeled: int = 0
    to_confirm: int = 0
    unreadable: int = 0


class Actor(NamedTuple):
    """Who did something: a person, an import, a model, the system."""

    kind: Literal["person", "import", "model", "system"]
    id: str


class WorkDone(NamedTuple):
    """Labels given and taken off, and items reviewed."""

    added: int = 0
    removed: int = 0
    reviewed: int = 0

    def plus(self, other: "WorkDone") -> "WorkDone":
        return WorkDone(self.added + other.added, self.removed + other.removed, self.reviewed + other.reviewed)


class Contribution(NamedTuple):
    """What one actor did on one day within a record."""

    actor: Actor
    day: date
    work: WorkDone


@dataclass(frozen=True, slots=True)
class ProgressRecord:
    """What one commit added up to."""

    seq: int
    totals: Totals
    labels: Mapping[str, int] = field(default_factory=dict)
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Advance:
    """Several records as one step of a job's progress."""

    seq: int
    totals: Totals
    labels: Mapping[str, int]
    by_actor: Mapping[Actor, WorkDone]
    by_day: Mapping[date, WorkDone]
    by_actor_and_day: Mapping[tuple[Actor, date], WorkDone]

    @classmethod
    def over(cls, records: Iterable[ProgressRecord], *, after: int) -> Self | None:
        """The records newer than `after`, in their order, added up; None if none is."""
        new: list[ProgressRecord] = []
        for record in records:
            if record.seq > after:
                new.append(record)
                after = record.seq
        return cls._of(new) if new else None

    @classmethod
    def _of(cls, records: Sequence[ProgressRecord]) -> Self:
        labels: dict[str, int] = {}
        by_actor: defaultdict[Actor, WorkDone] = defaultdict(WorkDone)
        by_day: defaultdict[date, WorkDone] = defaultdict(WorkDone)
        by_both: defaultdict[tuple[Actor, date], WorkDone] = defaultdict(WorkDone)
        for record in records:
            labels.update(record.labels)
            for actor, day, work in record.contributions:
                by_actor[actor] = by_actor[actor].plus(work)
                by_day[day] = by_day[day].plus(work)
                by_both[actor, day] = by_both[actor, day].plus(work)
        return cls(records[-1].seq, records[-1].totals, labels, dict(by_actor), dict(by_day), dict(by_both))


class ShareFact(NamedTuple):
    """What somebody has of a job's items as of one of its commits."""

    job_id: str
    account_id: str
    commit: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class LabelFact:
    """A label's name as of `seq`, so that progress can name it; None once it is deleted or merged into another."""

    job_id: str
    label_id: str
    seq: int
    name: str | None
