"""How commands about items apply to the working copy. A command that is refused leaves it as it was."""

import re
from collections.abc import Callable, Mapping, Sequence

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
from label_service.domain.labels import (
    InvalidLabel,
    Label,
    LabelSet,
    TooManyLabels,
    UnknownLabel,
    in_nfc,
    new_label,
    valid_name,
)
from label_service.domain.matching import Matcher
from label_service.domain.settling import Edit, Settling, merging, taking_off
from label_service.domain.working_copy import Origin, WorkingCopy
from labelstream_common.errors import Forbidden
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM

LeftAlone = Callable[[str, Item], bool]

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class LabelCreationForbidden(Forbidden):
    code = "label-creation-forbidden"

    def __init__(self) -> None:
        super().__init__("Labelers of this job cannot create labels. Ask the job's owner for a new label.")


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
                raise InvalidLabel("Duplicate label.", pointer=at)
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
    left_alone = _left_alone(work, command)
    return _apply(work, edit, command.origin, command.sample_ids, left_alone=left_alone, naming=naming)


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
    for wanted, pointer in ((add, "/add"), (choice or (), "/set")):
        if len(wanted) > MAX_LABELS_OF_ITEM:
            raise TooManyLabels(f"An image can have at most {MAX_LABELS_OF_ITEM} labels.", pointer=pointer)
    remove = frozenset(naming.known(command.remove))
    if not remove.isdisjoint(add):
        raise InvalidLabel("A label cannot be in both add and remove.", pointer="/remove")
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
    return _apply(work, edit, command.origin, command.sample_ids, left_alone=_left_alone(work, command))


def reject(work: WorkingCopy, command: Reject) -> Outcome:
    edit = edits.rejecting(_decided(work, command))
    return _apply(work, edit, command.origin, command.sample_ids, left_alone=_left_alone(work, command))


def _left_alone(work: WorkingCopy, command: Annotate | Confirm | Reject) -> LeftAlone | None:
    """Which items are not, or not any more, what the command is about."""
    expect, only = command.expect, command.only
    if not expect and only is None:
        return None
    matcher = Matcher(only, work.labels.meant) if only is not None else None
    settling = work.labels.settling

    def left_alone(sample_id: str, item: Item) -> bool:
        if expect and expect.get(sample_id, item["version"]) != item["version"]:
            return True
        return matcher is not None and not matcher.matches(settling(state_of(item)), item["path"])

    return left_alone


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
    plan, edits_of = _Plan(work), {}
    for sample_id, undone in command.states.items():
        item = work.items.get(sample_id)
        if item is None:
            plan.missing.append(sample_id)
        elif not _stands(item, undone, work.labels.settling) or not _seen(work.labels, undone.before):
            plan.conflicts.append(Conflicting(sample_id, item["version"]))
        else:
            edits_of[sample_id] = edits.restoring(undone.before)
    return _apply_each(work, edits_of, command.origin, Naming(work.labels, {}), plan)


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
    left_alone: LeftAlone | None = None,
    naming: Naming | None = None,
    on_stored: bool = False,
) -> Outcome:
    """One edit over many items: decided first for all, so that a refusal changes nothing."""
    decisions = Decisions(edit, naming.labels if naming else work.labels, on_stored=on_stored)
    plan = _Plan(work, on_stored=on_stored)
    for sample_id in dict.fromkeys(sample_ids):
        item = work.items.get(sample_id)
        if item is None:
            plan.missing.append(sample_id)
        elif left_alone is not None and left_alone(sample_id, item):
            plan.conflicts.append(Conflicting(sample_id, item["version"]))
        else:
            plan.add(sample_id, item, decisions)
    return plan.carried_out(origin, naming)


def _apply_each(
    work: WorkingCopy, plan_of: Mapping[str, Edit], origin: Origin, naming: Naming, plan: "_Plan | None" = None
) -> Outcome:
    """An edit of its own for each item."""
    plan = plan or _Plan(work)
    for sample_id, edit in plan_of.items():
        item = work.items.get(sample_id)
        if item is None:
            plan.missing.append(sample_id)
        else:
            plan.add(sample_id, item, Decisions(edit, naming.labels))
    return plan.carried_out(origin, naming)


class _Plan:
    """What a command will do to which items. Nothing of it shows in the working copy before all is decided."""

    def __init__(self, work: WorkingCopy, *, on_stored: bool = False) -> None:
        self._work = work
        self._on_stored = on_stored
        self._steps: dict[str, Decision] = {}
        self._hardness: dict[str, float | None] = {}
        self._unchanged = 0
        self._full: TooManyLabels | None = None
        self.conflicts: list[Conflicting] = []
        self.missing: list[str] = []

    def add(self, sample_id: str, item: Item, decisions: Decisions) -> None:
        """Decides about one item. One that has no room for its labels is left alone and listed."""
        try:
            decision = decisions.of(item)
        except TooManyLabels as full:
            self._full = full
            self.conflicts.append(Conflicting(sample_id, item["version"]))
            return
        if decision is not None and (self._on_stored or decision.shows):
            self._steps[sample_id] = decision
            return
        self._unchanged += 1
        if decision is not None and decision.after is not None:
            self._hardness[sample_id] = decision.after.hardness

    def carried_out(self, origin: Origin, naming: Naming | None) -> Outcome:
        """Raises TooManyLabels if that is why nothing at all can be done."""
        if self._full is not None and not self._steps and not self._unchanged:
            raise self._full
        created = _take(self._work, self._steps, origin, naming)
        images = discards.tell(self._work, discards.images_going(self._work.labels, self._steps), origin)
        for sample_id, hardness in self._hardness.items():
            self._work.set_fields(sample_id, hardness=hardness)
        return Outcome(
            origin.change_id,
            changed=len(self._steps),
            unchanged=self._unchanged,
            created_labels=created,
            conflicts=self.conflicts,
            missing=self.missing,
            counts=self._work.totals.by_status(),
            images=images,
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
