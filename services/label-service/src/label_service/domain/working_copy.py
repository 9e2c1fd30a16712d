"""The working copy of a job inside one commit: commands of a group apply to it in order, each seeing the ones before.

It holds what was read (the job's head, labels, the items that the commands name, of removed ones what they were) and
collects what must be written: changes with their `seq`, the last state of each touched item, how the counts move, which
items begin (`inserted`), return (`returned`) and end (`ended`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from label_service.domain.actors import BY_A_PERSON, Actor, ActorKind, Cause
from label_service.domain.alike import Alike
from label_service.domain.dealing import Dealing
from label_service.domain.decisions import Decision, Totals
from label_service.domain.items import Item, state_of
from label_service.domain.job_head import JobHead
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import Label
from label_service.domain.ownership import Share, is_rejected, kept_for_good, move_shares, needs_somebody
from label_service.domain.reviews import review_fields


@dataclass(frozen=True, slots=True)
class Origin:
    """The request or operation that a change belongs to. `own_only`: it may change only items that are the actor's."""

    change_id: str
    actor: Actor
    cause: Cause
    at: datetime
    own_only: bool = False


class ItemChange(NamedTuple):
    seq: int
    sample_id: str
    item: Item
    version: int
    decision: Decision
    origin: Origin


class LabelChange(NamedTuple):
    """`kind` is created, renamed, updated, merged, deleted, images-discarded or purged; `detail` what else the event
    carries."""

    seq: int
    kind: str
    label: Label
    origin: Origin
    detail: Mapping[str, object]


class ItemsChange(NamedTuple):
    """A batch of items added or removed, or whose files cannot be read, or can again: one number for all of them."""

    seq: int
    added: Sequence[str]
    removed: Sequence[str]
    origin: Origin
    unreadable: Sequence[str] = ()
    readable: Sequence[str] = ()


Change = ItemChange | LabelChange | ItemsChange


class Credit(NamedTuple):
    """Labels that a person gave at some time, and that count from now on."""

    account_id: str
    at: datetime
    labels: int


class Written(NamedTuple):
    """The last state of an item that the commit changed, by how many versions, whether an undo came last, and whether
    a person was among those who changed it."""

    decision: Decision
    versions: int
    put_back: bool
    touched: bool = False


@dataclass(slots=True)
class WorkingCopy:
    job: JobHead
    labels: LabelSet
    totals: Totals
    items: dict[str, Item]
    seq: int
    labelers: Counter[str] = field(default_factory=Counter)
    label_counts: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    written: dict[str, Written] = field(default_factory=dict)
    inserted: set[str] = field(default_factory=set)
    fields_written: dict[str, dict[str, object]] = field(default_factory=dict)
    states_written: set[str] = field(default_factory=set)
    removed: dict[str, Item] = field(default_factory=dict)
    returned: list[str] = field(default_factory=list)
    given_away: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    labels_written: dict[str, Label] = field(default_factory=dict)
    labels_moved: dict[str, Label] = field(default_factory=dict)
    labels_dropped: list[str] = field(default_factory=list)
    applied_rev: int | None = None
    prepared: bool = False
    brought_left_out: bool = False
    worked_now: dict[str, datetime] = field(default_factory=dict)
    credits: list[Credit] = field(default_factory=list)
    dealing: Dealing | None = None
    share_moves: dict[str, Share] = field(default_factory=dict)
    undealt: set[str] = field(default_factory=set)
    has_known: bool = False
    known_edits: int = 0

    def head_after(self) -> JobHead:
        """The head that this commit leaves."""
        job = self.job
        shares = job.shares
        if self.share_moves:
            shares = {**shares, **{account_id: self.share(account_id) for account_id in self.share_moves}}
        return replace(
            job,
            seq=self.seq,
            applied_rev=job.applied_rev if self.applied_rev is None else self.applied_rev,
            commits=job.commits + 1,
            worked={**job.worked, **self.worked_now} if self.worked_now else job.worked,
            dealing=self.dealing or job.dealing,
            shares=shares,
            known_edits=job.known_edits + self.known_edits,
            shares_told=job.shares_told or self.shares_are_told,
        )

    def scratch(self) -> "WorkingCopy":
        """A copy to try something out on: what is done to it leaves this one as it is."""
        return WorkingCopy(
            self.job, self.labels.copy(), self.totals.copy(), dict(self.items), self.seq, removed=dict(self.removed)
        )

    def leaves_alone(self, sample_ids: Iterable[str]) -> bool:
        """Whether nothing of these items is written, begun or ended."""
        written = {*self.written, *self.fields_written, *self.states_written, *self.inserted, *self.ended}
        return written.isdisjoint(sample_ids)

    def next_seq(self) -> int:
        self.seq += 1
        return self.seq

    def change_label(self, kind: str, label: Label, origin: Origin, detail: Mapping[str, object] | None = None) -> None:
        """Puts a label's new state and records what happened to it."""
        self.labels.put(label)
        self.labels_moved.pop(label.id, None)
        self.labels_written[label.id] = label
        self.tell_of_label(kind, label, origin, detail or {})

    def move_label(self, label: Label) -> None:
        """Puts a label of which nothing is new but whether it is hidden, and what becomes of it; that is no event."""
        self.labels.put(label)
        (self.labels_written if label.id in self.labels_written else self.labels_moved)[label.id] = label

    def tell_of_label(self, kind: str, label: Label, origin: Origin, detail: Mapping[str, object]) -> None:
        """Records what happened to a label, or because of it."""
        self.changes.append(LabelChange(self.next_seq(), kind, label, origin, detail))

    def change_item(self, sample_id: str, decision: Decision, origin: Origin, *, touches: bool = True) -> None:
        """Takes one item a step further. Counts are moved by `count`, once for all items of a decision.

        `touches`: what a person does here keeps later imports from changing the item.
        """
        item = self.items[sample_id]
        after = decision.after
        assert after is not None, "an item ends by `remove_item`"  # noqa: S101 - states the contract to the reader
        version = item["version"] + 1
        self.changes.append(ItemChange(self.next_seq(), sample_id, item, version, decision, origin))
        changed = {
            **item,
            "labels": after.labels,
            "hard": after.hard,
            "hardness": after.hardness,
            "content_changed": after.content_changed,
            "review": review_fields(after.review),
            "version": version,
            "put_back": origin.cause is Cause.UNDO,
        }
        before = self.written.get(sample_id)
        versions = 1 if before is None else before.versions + 1
        touched = touches and origin.actor.kind is ActorKind.PERSON and origin.cause in BY_A_PERSON
        if touched:
            changed["touched"] = True
        resubmits = touched and is_rejected(item) and not is_rejected(changed)
        self.put_item(sample_id, changed, done_by=origin.actor.id if resubmits else None)
        touched = touched or (before is not None and before.touched)
        self.written[sample_id] = Written(decision, versions, origin.cause is Cause.UNDO, touched)

    def set_fields(self, sample_id: str, **fields: object) -> None:
        """Sets what is no change of the item's state and makes no event."""
        self.fields_written.setdefault(sample_id, {}).update(fields)
        self.put_item(sample_id, {**self.items[sample_id], **fields})

    def put_item(self, sample_id: str, item: Item, *, done_by: str | None = None) -> None:
        """An item as it is now. What each person has of the job moves with it, and what lacks people is noted.
        `done_by` has done what a review sent back."""
        before = self.items.get(sample_id)
        self.items[sample_id] = item
        if not item.get("assignees") and not (before and before.get("assignees")) and self.job.dealing is None:
            return
        kept = kept_for_good(item, done_by)
        if kept is not None:
            item["assignees"] = kept
            self.fields_written.setdefault(sample_id, {})["assignees"] = kept
        move_shares(self.share_moves, before, item)
        if needs_somebody(item):
            self.undealt.add(sample_id)

    def drop_item(self, sample_id: str) -> None:
        """The item is no more."""
        move_shares(self.share_moves, self.items.pop(sample_id), None)
        self.undealt.discard(sample_id)

    def share(self, account_id: str) -> Share:
        """What somebody has of the job's items now."""
        return self.job.shares.get(account_id, Share()).plus(self.share_moves.get(account_id, Share()))

    @property
    def commit(self) -> int:
        """The number of this commit among those of the job."""
        return self.job.commits + 1

    def shares_to_tell(self) -> dict[str, Share]:
        """What people have of the job's items, as far as others do not know it yet."""
        untold = self.share_moves if self.job.shares_told else {**self.job.shares, **self.share_moves}
        return {account_id: self.share(account_id) for account_id in untold}

    @property
    def shares_are_told(self) -> bool:
        """Whether this commit is the first that tells of shares, and so tells of all."""
        return not self.job.shares_told and bool(self.job.shares or self.share_moves)

    def counts_for(self, origin: Origin) -> dict[str, int]:
        """The totals of what the actor may see."""
        return self.share(origin.actor.id).by_status() if origin.own_only else self.totals.by_status()

    def set_sample_state(self, sample_id: str, state: str, reason: str | None) -> None:
        """What inspection says of the file: no change of the item's own, but the counts follow it."""
        before = self.labels.counting(state_of(self.items[sample_id]))
        self.put_item(sample_id, {**self.items[sample_id], "state": state, "reason": reason})
        self.states_written.add(sample_id)
        self.totals.add(before, -1)
        self.totals.add(self.labels.counting(state_of(self.items[sample_id])), 1)

    def worked(self, account_id: str) -> datetime | None:
        """When a person answered last in this job."""
        return self.worked_now.get(account_id) or self.job.worked.get(account_id)

    def has_worked(self, account_id: str, at: datetime) -> None:
        self.worked_now[account_id] = at

    def credit(self, account_id: str, at: datetime, labels: int) -> None:
        """Counts what somebody answered as their work, once it may be seen."""
        self.credits.append(Credit(account_id, at, labels))

    def count(self, decision: Decision, times: int) -> None:
        """Moves totals, labels' counts and labelers' counts as `times` items take this step."""
        if decision.seen_before is not None:
            self.totals.add(decision.seen_before, -times)
        if decision.seen_after is not None:
            self.totals.add(decision.seen_after, times)
        for label_id, step in decision.label_steps().items():
            self.label_counts[label_id] += step * times
        for person, step in decision.labeler_steps().items():
            self.labelers[person] += step * times

    def recount(self, alike: Iterable[Alike]) -> None:
        """Corrects every count for the labels that were hidden, or shown again, since the job was counted.

        `alike` are the items that carry one of `labels.leaving`.
        """
        counted, present = self.labels.as_counted().settling, self.labels.settling
        for one in alike:
            self.count(Decision(counted(one.state), present(one.state), {}), one.items)
        for label in self.labels.uncounted:
            self.move_label(label.counted())
