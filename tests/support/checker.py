"""The checker of the promises: holds a ledger against a job's evidence and names everything that is not as promised.

Pure: it is given what was read (`tests/support/evidence.py`) and gives findings, so that it can itself be tested.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.ledger import Attempt, Ledger
from tests.support.topics import Message

from labelstream_contracts.events import AnnotationChanged, ItemState, LabelPayload, ProgressPayload

Totals = Mapping[str, int]


@dataclass(frozen=True)
class StoredItem:
    """An item as it stands in label-service's database: its version, hard flag and label ids with their source."""

    version: int
    status: str
    hard: bool
    labels: frozenset[tuple[str, str]]
    readable: bool = field(default=True, compare=False)
    """What inspection says of its file: no event of the item tells that."""


@dataclass(frozen=True)
class Evidence:
    """Everything that was read about one job, after it came to rest."""

    messages: Sequence[Message]
    feed: Sequence[Mapping[str, Any]]
    items: Mapping[str, StoredItem]
    totals: Totals
    label_counts: Mapping[str, int]
    job_progress: Totals
    samples: frozenset[str]
    hidden_labels: frozenset[str] = field(default_factory=frozenset)


def findings(ledger: Ledger, evidence: Evidence) -> list[str]:
    """One sentence for each broken promise; empty when all hold."""
    of_job = [message for message in evidence.messages if _job_of(message) == ledger.job_id]
    changes = first_arrivals(of_job)
    return [
        *duplicates_differ(of_job),
        *given_twice(of_job),
        *out_of_order(of_job),
        *wrong_ends(of_job),
        *ledger_broken(ledger, changes),
        *feed_broken(evidence.feed, changes, of_job),
        *states_broken(changes, evidence.items),
        *counters_broken(evidence),
        *projections_broken(evidence, of_job),
    ]


def first_arrivals(messages: Sequence[Message]) -> list[AnnotationChanged]:
    """Each item change once, as a reader gets it that drops `version <= seen`."""
    seen: dict[str, int] = {}
    kept = []
    for message in messages:
        if isinstance(message.payload, AnnotationChanged) and message.envelope.sequence > seen.get(message.key, 0):
            seen[message.key] = message.envelope.sequence
            kept.append(message.payload)
    return kept


def duplicates_differ(messages: Sequence[Message]) -> Iterator[str]:
    """A duplicate repeats id, version and value."""
    first: dict[tuple[str, str], Message] = {}
    for message in messages:
        identity = (message.envelope.source, message.envelope.id)
        earlier = first.setdefault(identity, message)
        if (earlier.key, earlier.envelope, earlier.value) != (message.key, message.envelope, message.value):
            yield f"duplicates of {message.envelope.id} differ"


def given_twice(messages: Sequence[Message]) -> Iterator[str]:
    """A version of an item is one event: what is done again after a crash must not get an id of its own."""
    first: dict[tuple[str, int], str] = {}
    for message in messages:
        if isinstance(message.payload, AnnotationChanged):
            place = (message.key, message.envelope.sequence)
            if first.setdefault(place, message.envelope.id) != message.envelope.id:
                yield f"{message.key}: version {message.envelope.sequence} is two events"


def out_of_order(messages: Sequence[Message]) -> Iterator[str]:
    """Versions of an item reach a reader as 1, 2, 3 … once it drops what it has seen."""
    seen: dict[str, int] = {}
    for message in messages:
        if not isinstance(message.payload, AnnotationChanged):
            continue
        last, version = seen.get(message.key, 0), message.envelope.sequence
        if version > last + 1:
            yield f"{message.key}: version {version} came after {last}"
        seen[message.key] = max(last, version)


def wrong_ends(messages: Sequence[Message]) -> Iterator[str]:
    """The last message of a key is its latest: what compaction leaves must not be an older state."""
    latest: dict[str, int] = {}
    last: dict[str, Message] = {}
    for message in messages:
        if message.topic.startswith("labeling.annotation."):
            latest[message.key] = max(latest.get(message.key, 0), message.envelope.sequence)
            last[message.key] = message
    for key, message in last.items():
        if message.envelope.sequence != latest[key]:
            yield f"{key}: the topic ends on version {message.envelope.sequence}, not {latest[key]}"


def ledger_broken(ledger: Ledger, changes: Sequence[AnnotationChanged]) -> Iterator[str]:
    """Nothing acknowledged is lost, nothing refused was done, what is unknown was done whole or not at all."""
    done: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for name in _added(change):
            done[name].add(change.sample_id)
    known = {attempt.label: attempt for attempt in ledger.attempts}
    for name, sample_ids in done.items():
        if name not in known:
            yield f"ghost: label {name} on {len(sample_ids)} items was asked for by nobody"
    for attempt in ledger.attempts:
        yield from _attempt_broken(attempt, done.get(attempt.label, set()))


def _attempt_broken(attempt: Attempt, done: set[str]) -> Iterator[str]:
    wanted = set(attempt.sample_ids)
    if done - wanted:
        yield f"ghost: {attempt.label} reached items that it was not asked for"
    if attempt.outcome == "ok" and len(done) != attempt.changed:
        yield f"lost: {attempt.label} was told {attempt.changed} changes, {len(done)} arrived"
    if attempt.outcome == "refused" and done:
        yield f"ghost: {attempt.label} was refused ({attempt.detail}) and changed {len(done)} items"
    if attempt.outcome == "unknown" and done not in (set(), wanted):
        yield f"torn: {attempt.label} changed {len(done)} of {len(wanted)} items"


def feed_broken(
    feed: Sequence[Mapping[str, Any]], changes: Sequence[AnnotationChanged], messages: Sequence[Message]
) -> Iterator[str]:
    """The feed numbers everything without a hole, and says the same as the topics."""
    numbers = [entry["seq"] for entry in feed]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the feed's seq are not 1 … {len(numbers)} without a hole"
    in_feed = {(entry["sample_id"], entry["version"], entry["seq"]) for entry in feed if entry["kind"] == "item"}
    on_topic = {(change.sample_id, change.version, change.seq) for change in changes}
    yield from (f"lost: {entry} is in the feed and not on the topic" for entry in sorted(in_feed - on_topic))
    yield from (f"ghost: {entry} is on the topic and not in the feed" for entry in sorted(on_topic - in_feed))
    labels_in_feed = {entry["seq"] for entry in feed if entry["kind"] == "label"}
    labels_on_topic = {message.payload.seq for message in messages if isinstance(message.payload, LabelPayload)}
    yield from (f"label event {seq} is on one side only" for seq in sorted(labels_in_feed ^ labels_on_topic))


def states_broken(changes: Sequence[AnnotationChanged], items: Mapping[str, StoredItem]) -> Iterator[str]:
    """Each change begins where the one before it ended, and the last is what the database holds."""
    last: dict[str, AnnotationChanged] = {}
    for change in changes:
        earlier = last.get(change.sample_id)
        if earlier is not None and _labels(earlier.after) != _labels(change.before):
            yield f"{change.sample_id}: version {change.version} does not begin where {earlier.version} ended"
        last[change.sample_id] = change
    for sample_id, item in items.items():
        arrived = last.pop(sample_id, None)
        if (arrived.version if arrived else 0) != item.version:
            yield f"{sample_id}: version {item.version} is stored, {arrived and arrived.version} arrived"
        elif arrived and arrived.after and _as_stored(arrived, arrived.after) != item:
            yield f"{sample_id}: what arrived is not what is stored"
    for sample_id, change in last.items():
        if change.after is not None:
            yield f"ghost: {sample_id} has events and no item"


def counters_broken(evidence: Evidence) -> Iterator[str]:
    """Counters equal a recount of the items."""
    statuses = Counter(item.status for item in evidence.items.values())
    unreadable = [item for item in evidence.items.values() if not item.readable]
    statuses["unlabeled"] -= sum(item.status == "unlabeled" for item in unreadable)
    recount = {
        "total": len(evidence.items),
        **{status: statuses[status] for status in ("labeled", "unlabeled", "to_confirm")},
        "unreadable": len(unreadable),
    }
    if dict(evidence.totals) != recount:
        yield f"counters {dict(evidence.totals)}, recount {recount}"
    labels = Counter(label for item in evidence.items.values() for label, source in item.labels if source != "model")
    for label in sorted(set(labels) - evidence.hidden_labels | set(evidence.label_counts)):
        if labels[label] != evidence.label_counts.get(label, 0):
            yield f"label {label}: counter {evidence.label_counts.get(label, 0)}, recount {labels[label]}"


def projections_broken(evidence: Evidence, messages: Sequence[Message]) -> Iterator[str]:
    """What other services keep equals its source."""
    if dict(evidence.job_progress) != dict(evidence.totals):
        yield f"job-service shows {dict(evidence.job_progress)}, label-service {dict(evidence.totals)}"
    progress = [message.payload for message in messages if isinstance(message.payload, ProgressPayload)]
    newest = max(progress, key=lambda payload: payload.seq, default=None)
    if newest is not None and newest.totals.model_dump() != dict(evidence.totals):
        yield f"the newest progress event says {newest.totals.model_dump()}, the counters {dict(evidence.totals)}"
    if evidence.samples != frozenset(evidence.items):
        missing, extra = evidence.samples - evidence.items.keys(), evidence.items.keys() - evidence.samples
        yield f"items do not follow samples: {len(missing)} missing, {len(extra)} too many"


def _job_of(message: Message) -> str:
    return message.key.partition(":")[0]


def _labels(state: ItemState | None) -> frozenset[tuple[str, str | None]]:
    return frozenset((entry.label_id, entry.source) for entry in state.labels) if state else frozenset()


def _added(change: AnnotationChanged) -> set[str]:
    before = {entry.name for entry in change.before.labels} if change.before else set()
    return {entry.name for entry in change.after.labels} - before if change.after else set()


def _as_stored(change: AnnotationChanged, state: ItemState) -> StoredItem:
    labels = frozenset((entry.label_id, entry.source or "") for entry in state.labels)
    return StoredItem(change.version, state.status, state.hard, labels)
