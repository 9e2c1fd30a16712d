"""A job in memory, as a commit's working copy sees it, for the rules."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from label_service.domain import items
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.alike import Alike
from label_service.domain.applying import apply
from label_service.domain.commands import (
    Annotate,
    ArrivingSample,
    Command,
    CreateLabel,
    FollowSamples,
    Outcome,
    needs_counts,
)
from label_service.domain.decisions import Totals
from label_service.domain.items import Entry, Item, State, entry
from label_service.domain.job_head import JobHead
from label_service.domain.label_set import LabelSet
from label_service.domain.working_copy import Origin, WorkingCopy
from labelstream_contracts.team_settings import DEFAULT_TEAM_SETTINGS, TeamSettings

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
ALICE, BOB = Actor(ActorKind.PERSON, "alice"), Actor(ActorKind.PERSON, "bob")
DATASET = Actor(ActorKind.IMPORT, "dataset")


def numbered(number: int) -> str:
    return str(UUID(int=(7 << 76) + (2 << 62) + number))


_FRESH = count(10_000)


class Ids(Mapping[str, str]):
    """An id for whatever name may become a label."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        return self._made.setdefault(name, numbered(next(_FRESH)))

    def __iter__(self) -> Any:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


class Scene:
    """Applies commands one after the other, each in a commit of its own, and keeps what they leave."""

    def __init__(self, size: int = 0, *, team: TeamSettings = DEFAULT_TEAM_SETTINGS) -> None:
        self.team = team
        self.labels = LabelSet(())
        self.items: dict[str, Item] = {}
        self.removed: dict[str, Item] = {}
        self.totals = Totals()
        self.counts: dict[str, int] = {}
        self.labelers: dict[str, int] = {}
        self.seq = 0
        self.rev = 0
        self.now = START
        self.worked: dict[str, datetime] = {}
        self.work: WorkingCopy = self.copy()
        if size:
            self.follow(*(arriving(number) for number in range(1, size + 1)))

    def copy(self) -> WorkingCopy:
        return WorkingCopy(
            JobHead("job", "dataset", self.seq, self.rev, team=self.team, worked=self.worked),
            self.labels.copy(),
            self.totals.copy(),
            dict(self.items),
            self.seq,
            removed=dict(self.removed),
        )

    def origin(self, actor: Actor = ALICE, cause: Cause = Cause.ANNOTATE) -> Origin:
        self.now += timedelta(milliseconds=1)
        return Origin(f"change-{self.now:%H%M%S%f}", actor, cause, self.now)

    def apply(self, *commands: Command) -> Outcome:
        """Several commands are one commit; the outcome of the last."""
        work = self.copy()
        if any(map(needs_counts, commands)):
            self.recount(work)
        *_, outcome = [apply(work, command) for command in commands]
        self.work = work
        self.items, self.seq = work.items, work.seq
        self.removed = work.removed
        self.worked |= work.worked_now
        self.keep_counts(work)
        self.rev = self.rev if work.applied_rev is None else work.applied_rev
        return outcome

    def recount(self, work: WorkingCopy) -> None:
        if work.labels.uncounted:
            leaving = work.labels.leaving
            carriers = [item for item in self.items.values() if leaving & {one["label_id"] for one in item["labels"]}]
            work.recount(Alike(item["labels"], 1, item["hard"], item.get("state") or items.NEW) for item in carriers)

    def keep_counts(self, work: WorkingCopy) -> None:
        self.labels, self.totals = work.labels, work.totals
        for label_id, by in work.label_counts.items():
            self.counts[label_id] = self.counts.get(label_id, 0) + by
        for person, by in work.labelers.items():
            self.labelers[person] = self.labelers.get(person, 0) + by

    def annotate(self, *samples: str, actor: Actor = ALICE, **edit: Any) -> Outcome:
        cause = Cause.REPLACE if "replacing" in edit else Cause.ANNOTATE
        edit.setdefault("label_ids", Ids())
        return self.apply(Annotate(self.origin(actor, cause), samples or tuple(self.items), **edit))

    def label(self, name: str, **look: Any) -> str:
        label_id = numbered(1_000 + self.labels.created)
        self.apply(CreateLabel(self.origin(), label_id, name, **look))
        return label_id

    def follow(self, *samples: ArrivingSample, prepares: bool = False) -> Outcome:
        ids = [sample.sample_id for sample in samples]
        return self.apply(
            FollowSamples(
                self.origin(DATASET, Cause.IMPORT),
                self.rev,
                self.rev + len(samples),
                samples,
                prepares,
                dict.fromkeys(ids, 7),
                Ids(),
            )
        )

    def names(self, sample_id: str) -> list[str]:
        return [self.labels.name(one["label_id"]) for one in self.items[sample_id]["labels"]]

    def sources(self, sample_id: str) -> dict[str, str]:
        return {self.labels.name(one["label_id"]): one["source"] for one in self.items[sample_id]["labels"]}

    def recounted(self) -> tuple[dict[str, int], int, dict[str, int], dict[str, int]]:
        """Totals, hard examples, counts of labels and of labelers, counted from what people see of the items."""
        totals, counts, labelers = Totals(), dict[str, int](), dict[str, int]()
        for item in self.items.values():
            seen = self.labels.settling(items.state_of(item))
            totals.add(seen, 1)
            for label_id in items.counted(seen.labels):
                counts[label_id] = counts.get(label_id, 0) + 1
            for person in items.labelers(seen.labels):
                labelers[person] = labelers.get(person, 0) + 1
        return totals.by_status(), totals.hard, counts, labelers

    def counted(self) -> tuple[dict[str, int], int, dict[str, int], dict[str, int]]:
        """The same from the counters, as the next reader or writer corrects them."""
        work = self.copy()
        self.recount(work)
        self.keep_counts(work)
        counts = {label_id: count for label_id, count in self.counts.items() if count}
        labelers = {person: count for person, count in self.labelers.items() if count}
        return self.totals.by_status(), self.totals.hard, counts, labelers


def arriving(number: int, *labels: str, version: int = 1, path: str | None = None, **fields: Any) -> ArrivingSample:
    path = path or f"img/{number:04}.png"
    return ArrivingSample(numbered(number), path, version, labels, fields.pop("removed", False), **fields)


def state(*labels: Entry, hard: bool = False, hardness: float | None = None) -> State:
    return State(list(labels), hard, hardness)


def given(label_id: str, by: str = "alice", source: str = items.PERSON, **fields: Any) -> Entry:
    return entry(label_id, by, START, source, **fields)


def proposed(label_id: str, confidence: float = 0.9) -> Entry:
    return entry(label_id, "net", START, items.MODEL, confidence=confidence, model="net")


def ids_of(labels: Sequence[Entry]) -> list[str]:
    return [one["label_id"] for one in labels]
