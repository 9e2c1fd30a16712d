"""How commands about items apply to the working copy. A command that is refused leaves it as it was."""

import re
from collections.abc import Mapping, Sequence

from label_service.domain import discards, edits
from label_service.domain.commands import (
    Annotate,
    Confirm,
    Conflicting,
    Outcome,
    Predict,
    Reject,
    Restore,
    TakeLabelOff,
    TurnInto,
    Undone,
)
from label_service.domain.decisions import Decision, Decisions
from label_service.domain.items import Item, State, state_of
from label_service.domain.labels import InvalidLabel, Label, LabelSet, UnknownLabel, in_nfc, new_label, valid_name
from label_service.domain.settling import Edit, Settling, merging, taking_off
from label_service.domain.working_copy import Origin, WorkingCopy
from labelstream_common.errors import Forbidden

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class LabelCreationForbidden(Forbidden):
    code = "label-creation-forbidden"

    def __init__(self) -> None:
        super().__init__("Labelers of this job use the labels that it has; ask its owner for a new one.")


class Naming:
    """Turns names and ids into ids of labels, and plans the labels that are not there yet."""

    def __init__(self, labels: LabelSet, label_ids: Mapping[str, str]) -> None:
        self._labels = labels.copy()
        self._ids = label_ids
        self.planned: list[Label] = []

    @property
    def labels(self) -> LabelSet:
        """The label set with what is planned."""
        return self._labels

    def known(self, references: Sequence[str]) -> list[str]:
        """The ids of those labels that exist; the others are nothing to take away."""
        found = (self._labels.find(reference) or self._labels.find(in_nfc(reference)) for reference in references)
        return [label.id for label in found if label]

    def wanted(
        self, references: Sequence[str], pointer: str, *, under: str = "", create: bool, allowed: bool = True
    ) -> list[str]:
        """The ids of all these labels. Plans the unknown ones. `pointer`, the place, `under` say where each stands.

        Raises UnknownLabel, or InvalidLabel for what cannot be a name or names the same label as one before it.
        """
        ids = []
        for place, reference in enumerate(references):
            at = f"{pointer}/{place}{under}"
            label_id = self._one(reference, at, create=create, allowed=allowed)
            if label_id in ids:
                raise InvalidLabel("This label stands here twice.", pointer=at)
            ids.append(label_id)
        return ids

    def brought(self, names: Sequence[str]) -> dict[str, str]:
        """The ids, by name, of the labels that data brings, as far as the job has room for new ones."""
        ids = {}
        for name in names:
            known = self._labels.named(name)
            if known is not None:
                ids[name] = known.id
            elif self._labels.has_room:
                ids[name] = self._plan(name)
        return ids

    def one(self, reference: str, pointer: str, *, create: bool, allowed: bool = True) -> str:
        return self._one(reference, pointer, create=create, allowed=allowed)

    def _one(self, reference: str, pointer: str, *, create: bool, allowed: bool) -> str:
        found = self._labels.find(reference)
        if found is not None:
            return found.id
        name = valid_name(reference, pointer)
        found = self._labels.find(name)
        if found is not None:
            return found.id
        # What looks like an id is one: that of a label which somebody has deleted meanwhile must not become a name.
        if not create or _ID.fullmatch(name):
            raise UnknownLabel(reference, pointer)
        if not allowed:
            raise LabelCreationForbidden
        self._labels.check_room(pointer=pointer)
        return self._plan(name)

    def _plan(self, name: str) -> str:
        label = new_label(self._labels, self._ids[name], name)
        self._labels.put(label)
        self.planned.append(label)
        return label.id


def check_annotate(labels: LabelSet, command: Annotate) -> None:
    """Raises what `annotate` would refuse about the command's labels, whichever items it is for."""
    _edit_of(Naming(labels, command.label_ids), command)


def annotate(work: WorkingCopy, command: Annotate) -> Outcome:
    naming = Naming(work.labels, command.label_ids)
    edit = _edit_of(naming, command)
    return _apply(work, edit, command.origin, command.sample_ids, expect=command.expect, naming=naming)


def _edit_of(naming: Naming, command: Annotate) -> Edit:
    create, allowed = command.create_labels, command.may_create_labels
    choice = None
    if command.choice is not None:
        choice = naming.wanted(command.choice, "/set", create=create, allowed=allowed)
    replacing = None
    if command.replacing is not None:
        old, new = command.replacing
        known = naming.known([old])
        target = naming.one(new, "/replace/to", create=create, allowed=allowed)
        replacing = (known[0] if known else "", target)
    add = naming.wanted(command.add, "/add", create=create, allowed=allowed)
    remove = frozenset(naming.known(command.remove))
    if not remove.isdisjoint(add):
        raise InvalidLabel("A label stands in add and in remove.", pointer="/remove")
    return edits.LabelEdit(
        by=command.origin.actor.id,
        at=command.origin.at,
        add=add,
        remove=remove,
        choice=choice,
        replacing=replacing,
        hard=command.hard,
    )


def confirm(work: WorkingCopy, command: Confirm) -> Outcome:
    edit = edits.confirming(command.origin.actor.id, command.origin.at, _decided(work, command))
    return _apply(work, edit, command.origin, command.sample_ids, expect=command.expect)


def reject(work: WorkingCopy, command: Reject) -> Outcome:
    edit = edits.rejecting(_decided(work, command))
    return _apply(work, edit, command.origin, command.sample_ids, expect=command.expect)


def _decided(work: WorkingCopy, command: Confirm | Reject) -> edits.Proposals:
    only = None if command.labels is None else frozenset(Naming(work.labels, {}).known(command.labels))
    return edits.Proposals(only, command.confidence_above)


def take_label_off(work: WorkingCopy, command: TakeLabelOff) -> Outcome:
    return _tidy_up(work, taking_off(command.label_id), command)


def turn_into(work: WorkingCopy, command: TurnInto) -> Outcome:
    """Where a source was to go may have been merged further, or deleted, since the merge began."""
    targets = {source: work.labels.destination(source) for source in command.sources}
    merged = merging({source: into for source, into in targets.items() if into is not None})
    lost = [source for source, into in targets.items() if into is None]
    return _tidy_up(work, edits.both(taking_off(*lost), merged), command)


def _tidy_up(work: WorkingCopy, edit: Edit, command: TakeLabelOff | TurnInto) -> Outcome:
    return _apply(work, edit, command.origin, command.sample_ids, on_stored=True)


def predict(work: WorkingCopy, command: Predict) -> Outcome:
    naming = Naming(work.labels, command.label_ids)
    plan: dict[str, Edit] = {}
    for place, one in enumerate(command.predictions):
        names = [name for name, _ in one.labels]
        ids = naming.wanted(names, f"/{place}/labels", under="/name", create=True)
        proposals = [(label_id, confidence) for label_id, (_, confidence) in zip(ids, one.labels, strict=True)]
        plan[one.sample_id] = edits.predicting(proposals, one.model, command.origin.at, hard_above=command.hard_above)
    return _apply_each(work, plan, command.origin, naming)


def restore(work: WorkingCopy, command: Restore) -> Outcome:
    conflicts, plan, missing = [], {}, []
    for sample_id, undone in command.states.items():
        item = work.items.get(sample_id)
        if item is None:
            missing.append(sample_id)
        elif not _stands(item, undone, work.labels.settling) or not all(
            work.labels.sees(one["label_id"]) for one in undone.before.labels
        ):
            conflicts.append(Conflicting(sample_id, item["version"]))
        else:
            plan[sample_id] = edits.restoring(undone.before)
    outcome = _apply_each(work, plan, command.origin, Naming(work.labels, {}))
    return Outcome(
        outcome.change_id,
        outcome.changed,
        outcome.unchanged,
        conflicts=conflicts,
        missing=missing,
        counts=outcome.counts,
    )


def _seen(labels: LabelSet, state: State) -> bool:
    """Whether people still see every label of a state."""
    return all(labels.sees(one["label_id"]) for one in state.labels)


def _stands(item: Item, undone: Undone, settling: Settling) -> bool:
    """Whether a change is still what was done last to an item, or all that was done after it has been undone."""
    if item["version"] == undone.version:
        return True
    now = settling(state_of(item))
    return bool(item.get("put_back")) and edits.restoring(settling(undone.after))(now) is now


def _apply(
    work: WorkingCopy,
    edit: Edit,
    origin: Origin,
    sample_ids: Sequence[str],
    *,
    expect: Mapping[str, int] | None = None,
    naming: Naming | None = None,
    on_stored: bool = False,
) -> Outcome:
    """One edit over many items: decided first for all, so that a refusal changes nothing."""
    decisions = Decisions(edit, naming.labels if naming else work.labels, on_stored=on_stored)
    steps: dict[str, Decision] = {}
    conflicts, missing, unchanged = [], [], 0
    for sample_id in dict.fromkeys(sample_ids):
        item = work.items.get(sample_id)
        if item is None:
            missing.append(sample_id)
        elif expect and expect.get(sample_id, item["version"]) != item["version"]:
            conflicts.append(Conflicting(sample_id, item["version"]))
        else:
            decision = decisions.of(item)
            if decision is None:
                unchanged += 1
            else:
                steps[sample_id] = decision
    created = _take(work, steps, origin, naming)
    return Outcome(
        origin.change_id,
        changed=len(steps),
        unchanged=unchanged,
        created_labels=created,
        conflicts=conflicts,
        missing=missing,
        counts=work.totals.by_status(),
        images=discards.tell(work, discards.images_going(work.labels, steps), origin),
    )


def _apply_each(work: WorkingCopy, plan: Mapping[str, Edit], origin: Origin, naming: Naming) -> Outcome:
    """An edit of its own for each item."""
    steps: dict[str, Decision] = {}
    missing = []
    for sample_id, edit in plan.items():
        item = work.items.get(sample_id)
        if item is None:
            missing.append(sample_id)
            continue
        decision = Decisions(edit, naming.labels).of(item)
        if decision is None:
            continue
        if decision.shows:
            steps[sample_id] = decision
        elif decision.after is not None:
            work.set_fields(sample_id, hardness=decision.after.hardness)
    created = _take(work, steps, origin, naming)
    discards.tell(work, discards.images_going(work.labels, steps), origin)
    return Outcome(
        origin.change_id,
        changed=len(steps),
        unchanged=len(plan) - len(steps) - len(missing),
        created_labels=created,
        missing=missing,
        counts=work.totals.by_status(),
    )


def _take(work: WorkingCopy, steps: Mapping[str, Decision], origin: Origin, naming: Naming | None) -> list[Label]:
    """Carries the decisions out, after the labels that they need."""
    carried = {one["label_id"] for decision in steps.values() if decision.after for one in decision.after.labels}
    created = [label for label in naming.planned if label.id in carried] if naming else []
    for label in created:
        work.change_label("created", label, origin)
    times: dict[int, tuple[Decision, int]] = {}
    for sample_id, decision in steps.items():
        work.change_item(sample_id, decision, origin)
        _, count = times.get(id(decision), (decision, 0))
        times[id(decision)] = (decision, count + 1)
    for decision, count in times.values():
        work.count(decision, count)
    return created
