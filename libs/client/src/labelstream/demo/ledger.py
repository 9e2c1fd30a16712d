"""What was done and what arrived, held against each other. No I/O, no clock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from labelstream.feed import Change, ItemChanged, LabelRenamed


@dataclass(frozen=True)
class Findings:
    """Everything that must be empty or zero for the promises to hold, and the times from reply to subscriber."""

    changes: int
    events: int
    lost: Sequence[str]
    ghosts: Sequence[str]
    twice: int
    out_of_order: int
    wrong: Sequence[str]
    latencies: Sequence[float]

    @property
    def hold(self) -> bool:
        problems = (self.lost, self.ghosts, self.twice, self.out_of_order, self.wrong)
        return self.changes == self.events and not any(problems)

    @property
    def p50_and_p99(self) -> tuple[float, float]:
        """Seconds from the reply to the subscriber's hands; 0 when the event was there first."""
        if len(self.latencies) < 2:
            return (0.0, 0.0)
        cuts = quantiles(self.latencies, n=100, method="inclusive")
        return cuts[49], cuts[98]


@dataclass
class Ledger:
    """Told of every acknowledged change and every event, in the order in which they came."""

    labels: dict[str, str] = field(default_factory=dict)
    replied: dict[str, float] = field(default_factory=dict)
    received: list[tuple[Change, float]] = field(default_factory=list)
    renames: list[tuple[str, str]] = field(default_factory=list)

    def labeled(self, sample_id: str, label: str, at: float) -> None:
        """One sample got its first label, and the reply came at that moment."""
        self.labels[sample_id] = label
        self.replied[sample_id] = at

    def renamed(self, before: str, after: str) -> None:
        self.renames.append((before, after))

    def arrived(self, change: Change, at: float) -> None:
        self.received.append((change, at))

    @property
    def changes(self) -> int:
        return len(self.labels) + len(self.renames)

    @property
    def events(self) -> int:
        return sum(isinstance(change, ItemChanged | LabelRenamed) for change, _ in self.received)

    def findings(self) -> Findings:
        items = [(change, at) for change, at in self.received if isinstance(change, ItemChanged)]
        first: dict[str, float] = {}
        for change, at in items:
            first.setdefault(change.sample_id, at)
        arrived = [(each.before.name, each.label.name) for each, _ in self.received if isinstance(each, LabelRenamed)]
        return Findings(
            changes=self.changes,
            events=self.events,
            lost=[
                *(self.labels.keys() - first.keys()),
                *(f"{a} → {b}" for a, b in self.renames if (a, b) not in arrived),
            ],
            ghosts=sorted(first.keys() - self.labels.keys()),
            twice=_repeated([(change.sample_id, change.version) for change, _ in items]) + _repeated(arrived),
            out_of_order=_out_of_order([change for change, _ in items]),
            wrong=[change.sample_id for change, _ in items if self._wrong(change)],
            latencies=[max(0.0, first[each] - at) for each, at in self.replied.items() if each in first],
        )

    def _wrong(self, change: ItemChanged) -> bool:
        names = change.after.names if change.after else ()
        return change.sample_id in self.labels and names != (self.labels[change.sample_id],)


def _repeated(keys: Sequence[object]) -> int:
    return sum(count - 1 for count in Counter(keys).values())


def _out_of_order(changes: Sequence[ItemChanged]) -> int:
    """Events whose version does not follow the one before it of the same item; repeats are not counted here."""
    last: dict[str, int] = {}
    wrong = 0
    for change in changes:
        expected = last.get(change.sample_id, 0) + 1
        wrong += change.version not in {expected, expected - 1}
        last[change.sample_id] = max(change.version, expected - 1)
    return wrong
