"""Items follow samples exactly: what a batch of a dataset's changes does to a job.

A new sample is an item of version 0, without an event; one that comes with labels is at version 1 by an import. A
sample that went and returns keeps its id, its version goes on, and so do the labels it had.
"""

from label_service.domain import edits
from label_service.domain.actors import Cause
from label_service.domain.annotating import Naming
from label_service.domain.commands import ArrivingSample, FollowSamples, Outcome
from label_service.domain.decisions import Decision, decided
from label_service.domain.items import Item, State, state_of
from label_service.domain.working_copy import ItemChange, ItemsChange, Origin, WorkingCopy

_EMPTY = State([], False, None)


def follow(work: WorkingCopy, command: FollowSamples) -> Outcome:
    """`work.items` holds the items that are there, `work.removed` those that were removed earlier."""
    if work.job.applied_rev != command.after_rev:
        return Outcome(command.origin.change_id, counts=work.totals.by_status())  # another follower was first
    naming = Naming(work.labels, command.label_ids)
    edits_of = {one.sample_id: _edit(one, naming, command.origin) for one in command.samples if not one.removed}
    for label in naming.planned:
        work.change_label("created", label, command.origin)
    added, ended = _membership(work, command)
    work.prepared = command.prepares
    if added or ended or command.prepares:
        work.changes.append(ItemsChange(work.next_seq(), added, ended, command.origin))
    changed = len(added) + len(ended)
    for one in command.samples:
        if one.removed:
            continue
        changed += _import(work, one, edits_of[one.sample_id], command.origin)
    work.applied_rev = command.rev
    return Outcome(command.origin.change_id, changed=changed, counts=work.totals.by_status())


def _edit(sample: ArrivingSample, naming: Naming, origin: Origin) -> edits.Edit:
    labels = naming.wanted(sample.labels, "/labels", create=True)
    return edits.importing(labels, origin.at, origin.actor.id, hard=sample.hard)


def _membership(work: WorkingCopy, command: FollowSamples) -> tuple[list[str], list[str]]:
    added, ended = [], []
    for one in command.samples:
        item = work.items.get(one.sample_id)
        if one.removed and item is not None:
            _end(work, one.sample_id, item, command.origin)
            ended.append(one.sample_id)
        elif not one.removed and item is None:
            _begin(work, one, command)
            added.append(one.sample_id)
        elif item is not None and item["path"] != one.path:
            work.items[one.sample_id] = {**item, "path": one.path}
            work.paths_written[one.sample_id] = one.path
    return added, ended


def _begin(work: WorkingCopy, sample: ArrivingSample, command: FollowSamples) -> None:
    earlier = work.removed.pop(sample.sample_id, None)
    hardness = sample.hardness
    item: Item = {
        "path": sample.path,
        "labels": [],
        "hard": False,
        "hardness": hardness,
        "version": earlier["version"] if earlier else 0,
        "hash": command.key_hashes[sample.sample_id],
        "commits": earlier.get("commits", ()) if earlier else (),
    }
    work.items[sample.sample_id] = work.inserted[sample.sample_id] = item
    work.totals.add(_EMPTY, 1)
    if earlier is None:
        return
    work.returned.append(sample.sample_id)
    labels = [one for one in earlier["labels"] if work.labels.sees(one["label_id"])]
    state = State(labels, earlier["hard"], hardness if hardness is not None else earlier.get("hardness"))
    restored = Origin(command.origin.change_id, command.origin.actor, Cause.SAMPLE_RESTORED, command.origin.at)
    _step(work, sample.sample_id, decided(None, state, work.labels), restored)


def _end(work: WorkingCopy, sample_id: str, item: Item, origin: Origin) -> None:
    ending = Origin(origin.change_id, origin.actor, Cause.SAMPLE_REMOVED, origin.at)
    decision = decided(state_of(item), None, work.labels)
    version = item["version"] + 1
    work.changes.append(ItemChange(work.next_seq(), sample_id, item, version, decision, ending))
    work.count(decision, 1)
    del work.items[sample_id]
    work.written.pop(sample_id, None)
    if work.inserted.pop(sample_id, None) is None:
        work.ended.append(sample_id)
    work.removed[sample_id] = {**item, "version": version}


def _import(work: WorkingCopy, sample: ArrivingSample, edit: edits.Edit, origin: Origin) -> int:
    before = state_of(work.items[sample.sample_id])
    after = edit(before)
    if after is before:
        return 0
    _step(work, sample.sample_id, decided(before, after, work.labels), origin)
    return 1


def _step(work: WorkingCopy, sample_id: str, decision: Decision, origin: Origin) -> None:
    before = state_of(work.items[sample_id])
    work.change_item(sample_id, decision, origin)
    work.count(Decision(before, decision.after, decision.names), 1)
