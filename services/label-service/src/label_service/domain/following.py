"""Items follow samples exactly: what a batch of a dataset's changes does to a job.

A new sample is an item of version 0, without an event; one that comes with labels is at version 1 by an import. A
sample that went and returns keeps its id, its version goes on, and so do the labels it had.

An item that a person has changed, even to nothing, keeps its labels. An item remembers what its data has `given` it.
Only what is different from that is an import: so a label that a person renamed, or deleted from the job, does not come
back because the file was touched.

A label for which the job has no room is `left_out`: the item remembers its name. It comes with a later change of the
sample if there is room then, or when somebody asks for what was left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from label_service.domain import discards, edits, merging
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.answers import ANSWER_FIELDS
from label_service.domain.commands import ArrivingSample, BringLeftOut, EndItems, FollowSamples, Outcome
from label_service.domain.decisions import Decision, Decisions, decided
from label_service.domain.items import IMPORT, IMPORT_TO_CONFIRM, NEW, UNREADABLE, Item, is_touched, state_of
from label_service.domain.naming import Naming
from label_service.domain.settling import Edit
from label_service.domain.working_copy import ItemChange, ItemsChange, Origin, WorkingCopy

_SYNCHRONIZATION = Actor(ActorKind.SYSTEM, "synchronization")


class _Membership(NamedTuple):
    """Which items begin and end, and whose files cannot be read any more, or can again."""

    added: list[str]
    ended: list[str]
    unreadable: list[str]
    readable: list[str]


class _Gift(NamedTuple):
    """What a sample brings to its item: the edit, and what the item remembers of it."""

    edit: Edit
    given: Mapping[str, Any] | None
    hardness: float | None
    left_out: Sequence[str]
    """The labels for which the job has no room."""


def follow(work: WorkingCopy, command: FollowSamples) -> Outcome:
    """`work.items` holds the items that are there, `work.removed` those that were removed earlier."""
    if work.job.applied_rev != command.after_rev:
        return Outcome(command.origin.change_id, counts=work.totals.by_status())  # another follower was first
    naming = Naming(work.labels, command.label_ids)
    gifts = {
        one.sample_id: _gift(work, one, naming, command.origin)
        for one in command.samples
        if not one.removed and _brings(work, one)
    }
    for label in naming.planned:
        work.change_label("created", label, command.origin)
    added, ended, unreadable, readable = moved = _membership(work, command)
    work.prepared = command.prepares
    if any(moved) or command.prepares:
        seq = work.next_seq()
        work.changes.append(ItemsChange(seq, added, ended, command.origin, unreadable, readable))
        for sample_id in added:
            work.items[sample_id].setdefault("added_seq", seq)
    merging.takes_waiting_labels(work, added, command.origin)
    changed = len(added) + len(ended)
    for sample_id, gift in gifts.items():
        changed += _take(work, sample_id, gift, command.origin)
    work.applied_rev = command.rev
    return Outcome(command.origin.change_id, changed=changed, counts=work.totals.by_status())


def bring_left_out(work: WorkingCopy, command: BringLeftOut) -> Outcome:
    """An item that a person has changed keeps its labels, and nothing of it is left out any more: they decided. One
    whose sample has left gets none. Does nothing if the job has followed its dataset since the samples were read: what
    they brought may be older than what the items have."""
    if work.head_after().applied_rev != command.after_rev:
        return Outcome(command.origin.change_id, counts=work.totals.by_status(), read_again=True)
    naming = Naming(work.labels, command.label_ids)
    gifts = {
        one.sample_id: _gift(work, one, naming, command.origin)
        for one in command.samples
        if not one.removed and work.items.get(one.sample_id, {}).get("left_out")
    }
    for label in naming.planned:
        work.change_label("created", label, command.origin)
    work.brought_left_out = True
    decided_by_people = {one: gift._replace(left_out=()) for one, gift in gifts.items() if gift.edit is edits.nothing}
    gifts |= decided_by_people
    changed = sum(_take(work, sample_id, gift, command.origin) for sample_id, gift in gifts.items())
    still = sum(bool(work.items.get(one.sample_id, {}).get("left_out")) for one in command.samples)
    counts = work.totals.by_status()
    return Outcome(command.origin.change_id, changed=changed, counts=counts, still_left_out=still)


def end(work: WorkingCopy, command: EndItems) -> Outcome:
    """An item that no event has told of ends without one. Nothing is kept for a return: the job is deleted."""
    ended = [sample_id for sample_id in command.sample_ids if sample_id in work.items]
    for sample_id in ended:
        item = work.items[sample_id]
        if item["version"] > 0:
            _end(work, sample_id, item, command.origin)
            del work.removed[sample_id]
        else:
            work.count(decided(state_of(item), None, work.labels), 1)
            _take_out(work, sample_id)
    return Outcome(command.origin.change_id, changed=len(ended), counts=work.totals.by_status())


def _brings(work: WorkingCopy, sample: ArrivingSample) -> bool:
    """Whether there is anything to compare: most samples bring nothing and never did."""
    if sample.labels or sample.hard is not None or sample.hardness is not None:
        return True
    item = work.items.get(sample.sample_id) or work.removed.get(sample.sample_id)
    return item is not None and bool(item.get("given") or item.get("left_out"))


def _gift(work: WorkingCopy, sample: ArrivingSample, naming: Naming, origin: Origin) -> _Gift:
    item = work.items.get(sample.sample_id) or work.removed.get(sample.sample_id) or {}
    before: Mapping[str, Any] = item.get("given") or {"labels": {}, "hard": None, "hardness": None}
    earlier: Mapping[str, str] = before["labels"]
    is_persons = bool(item) and _is_a_persons(work, item, earlier.values())
    fresh = {} if is_persons else naming.brought([name for name in sample.labels if name not in earlier])
    labels = {name: earlier.get(name) or fresh[name] for name in sample.labels if name in earlier or name in fresh}
    given = {"labels": labels, "hard": sample.hard, "hardness": sample.hardness}
    if sample.to_confirm:
        given["to_confirm"] = True
    hardness = None if sample.hardness == before["hardness"] else sample.hardness
    remembered = given if labels or sample.hard is not None or sample.hardness is not None else None
    if is_persons:
        still = [name for name in item.get("left_out") or () if name in sample.labels]
        return _Gift(edits.nothing, remembered, hardness, still)
    left_out = [name for name in sample.labels if name not in labels]
    added, gone = list(fresh.values()), {earlier[name] for name in earlier if name not in sample.labels}
    if earlier and before.get("to_confirm", False) != sample.to_confirm:  # the same labels wait now, or count now
        added += [earlier[name] for name in sample.labels if name in earlier and work.labels.sees(earlier[name])]
        gone = set(earlier.values())
    edit = edits.importing(
        added,
        gone,
        origin.at,
        origin.actor.id,
        hard=None if sample.hard == before["hard"] else sample.hard,
        source=IMPORT_TO_CONFIRM if sample.to_confirm else IMPORT,
        confidences={labels[name]: sure for name, sure in sample.confidences.items() if name in labels},
    )
    return _Gift(edit, remembered, hardness, left_out)


def _is_a_persons(work: WorkingCopy, item: Item, given: Iterable[str]) -> bool:
    """Whether a person has changed the item. In earlier releases nothing said so but that a given label is gone."""
    if is_touched(item):
        return True
    carried = {one["label_id"] for one in work.labels.settling(state_of(item)).labels}
    seen = {label_id for label_id in given if work.labels.sees(label_id)}
    return not seen <= carried


def _membership(work: WorkingCopy, command: FollowSamples) -> _Membership:
    added, ended, _, _ = moved = _Membership([], [], [], [])
    for one in command.samples:
        item = work.items.get(one.sample_id)
        if one.removed and item is not None:
            merging.gives_labels(work, one, command.origin)
            item = work.items[one.sample_id]
            _end(work, one.sample_id, item, command.origin)
            ended.append(one.sample_id)
        elif not one.removed and item is None:
            _begin(work, one, command)
            added.append(one.sample_id)
        elif item is not None:
            _follow_state(work, one, item, moved)
            _take_over(work, one, item, command.origin)
    return moved


def _follow_state(work: WorkingCopy, sample: ArrivingSample, item: Item, moved: _Membership) -> None:
    """Whether the file can be read is no change of the item: it makes no event of it, and labels stay."""
    before = item.get("state") or NEW
    if (sample.state, sample.reason) == (before, item.get("reason")):
        return
    work.set_sample_state(sample.sample_id, sample.state, sample.reason)
    if (before == UNREADABLE) != (sample.state == UNREADABLE):
        (moved.unreadable if sample.state == UNREADABLE else moved.readable).append(sample.sample_id)


def _take_over(work: WorkingCopy, sample: ArrivingSample, item: Item, origin: Origin) -> None:
    """What an item knows of its sample. Only that its object was overwritten is a change of the item."""
    _mark_changed(work, sample, item, origin)
    if item["path"] != sample.path:
        work.set_fields(sample.sample_id, path=sample.path)
    if item.get("etag") != sample.etag:
        work.set_fields(sample.sample_id, etag=sample.etag)
    if item.get("overwritten", 0) != sample.overwritten:
        work.set_fields(sample.sample_id, overwritten=sample.overwritten)


def _is_overwritten(sample: ArrivingSample, before: Item) -> bool:
    """Whether the object has got other bytes since the item followed it.

    The number says so, also where the etag came before and only inspection could tell what it means. Data that an
    earlier release has told of has no number, and its etag says so.
    """
    number = before.get("overwritten") or 0
    if sample.overwritten > number:
        return True
    is_other = before.get("etag") is not None and before["etag"] != sample.etag
    return not number and is_other and sample.content_changed


def _mark_changed(work: WorkingCopy, sample: ArrivingSample, before: Item, origin: Origin) -> None:
    if not _is_overwritten(sample, before):
        return
    item = work.items[sample.sample_id]
    decision = Decisions(edits.marking_changed, work.labels).of(item)
    if decision is not None:
        changed = Origin(origin.change_id, _SYNCHRONIZATION, Cause.CONTENT_CHANGED, origin.at)
        _step(work, sample.sample_id, decision, changed)


def _begin(work: WorkingCopy, sample: ArrivingSample, command: FollowSamples) -> None:
    earlier = work.removed.pop(sample.sample_id, None)
    item: Item = {
        "path": sample.path,
        "etag": sample.etag,
        "labels": [],
        "hard": False,
        "hardness": None,
        "version": earlier["version"] if earlier else 0,
        "hash": command.key_hashes[sample.sample_id],
        "commits": earlier.get("commits", ()) if earlier else (),
        "overwritten": sample.overwritten,
        "state": sample.state,
        "reason": sample.reason,
    }
    if earlier is not None:
        item |= {field: earlier[field] for field in ("given", "touched") if earlier.get(field)}
        item |= {field: earlier[field] for field in ANSWER_FIELDS if earlier.get(field) is not None}
    work.put_item(sample.sample_id, item)
    work.inserted.add(sample.sample_id)
    work.totals.add(state_of(item), 1)
    if earlier is None:
        return
    item["added_seq"] = earlier["added_seq"]  # readers of earlier states ask when it was first there
    work.returned.append(sample.sample_id)
    settled = work.labels.settling(state_of(earlier))
    labels = [one for one in settled.labels if work.labels.sees(one["label_id"])]
    state = state_of(earlier)._replace(labels=labels, sample_state=sample.state)
    restored = Origin(command.origin.change_id, command.origin.actor, Cause.SAMPLE_RESTORED, command.origin.at)
    _step(work, sample.sample_id, decided(None, state, work.labels), restored)
    _mark_changed(work, sample, earlier, command.origin)


def _end(work: WorkingCopy, sample_id: str, item: Item, origin: Origin) -> None:
    ending = Origin(origin.change_id, origin.actor, Cause.SAMPLE_REMOVED, origin.at)
    decision = decided(state_of(item), None, work.labels)
    version = item["version"] + 1
    work.changes.append(ItemChange(work.next_seq(), sample_id, item, version, decision, ending))
    work.count(decision, 1)
    _take_out(work, sample_id)
    work.removed[sample_id] = {**item, "version": version, "removed_seq": work.seq}


def _take_out(work: WorkingCopy, sample_id: str) -> None:
    work.drop_item(sample_id)
    work.written.pop(sample_id, None)
    work.fields_written.pop(sample_id, None)
    work.states_written.discard(sample_id)
    work.ended.append(sample_id)


def _take(work: WorkingCopy, sample_id: str, gift: _Gift, origin: Origin) -> int:
    """How many changes the gift makes: what the item remembers of it, and how hard it is said to be, are none."""
    if gift.hardness is not None:
        work.set_fields(sample_id, hardness=gift.hardness)
    if gift.given != work.items[sample_id].get("given"):
        work.set_fields(sample_id, given=gift.given)
    if list(gift.left_out) != list(work.items[sample_id].get("left_out") or ()):
        work.set_fields(sample_id, left_out=list(gift.left_out))
    decision = Decisions(gift.edit, work.labels).of(work.items[sample_id])
    if decision is None:
        return 0
    _step(work, sample_id, decision, origin)
    discards.tell(work, discards.images_going(work.labels, {sample_id: decision}), origin)
    return 1


def _step(work: WorkingCopy, sample_id: str, decision: Decision, origin: Origin) -> None:
    before = state_of(work.items[sample_id])
    work.change_item(sample_id, decision, origin)
    work.count(decided(before, decision.after, work.labels), 1)
