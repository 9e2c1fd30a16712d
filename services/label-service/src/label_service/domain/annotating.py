"""How commands about items apply to the working copy. A command that is refused leaves it as it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from label_service.domain import edits
from label_service.domain.answering import Answering, take_back, tidy_up
from label_service.domain.answers import is_open
from label_service.domain.commands import (
    Annotate,
    Assign,
    Confirm,
    Conflicting,
    Outcome,
    Predict,
    Prediction,
    Reject,
    Restore,
    TakeLabelOff,
    TurnInto,
    Undone,
)
from label_service.domain.decisions import Decisions
from label_service.domain.items import Item, State, state_of
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import InvalidLabel, TooManyLabels
from label_service.domain.matching import Matcher
from label_service.domain.naming import Naming
from label_service.domain.ownership import holders
from label_service.domain.plan import Plan
from label_service.domain.reviewing import Relabeling
from label_service.domain.settling import Edit, Settling, merging, taking_off
from label_service.domain.working_copy import Origin, WorkingCopy
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM, MAX_LABELS_OF_JOB

LeftAlone = Callable[[str, Item], bool]


def check_annotate(labels: LabelSet, command: Annotate) -> None:
    """Raises what `annotate` would refuse about the command's labels, whichever items it is for."""
    _edit_of(Naming(labels, command.label_ids), command)


def annotate(work: WorkingCopy, command: Annotate) -> Outcome:
    naming = Naming(work.labels, command.label_ids)
    own_edit = _edit_of(naming, command)
    edit = _relabeling(work, command, own_edit, gives=bool(command.add or command.choice))
    return _apply_edit(work, command, edit, own_edit, naming)


def _edit_of(naming: Naming, command: Annotate) -> Edit:
    create, allowed = command.create_labels, command.may_create_labels
    choice = None
    if command.choice is not None:
        choice = _wanted(naming, command, command.choice, "/set")
    replacing = None
    if command.replacing is not None:
        old, new = command.replacing
        known = naming.known([old])
        target = naming.one(new, "/replace/to", create=create, allowed=allowed)
        replacing = (known[0] if known else "", target)
    add = _wanted(naming, command, command.add, "/add")
    if len(command.remove) > MAX_LABELS_OF_JOB:
        raise TooManyLabels.of_job("/remove")
    remove = frozenset(naming.known(command.remove)) if command.remove else None
    if remove is not None and not remove.isdisjoint(add):
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


def _wanted(naming: Naming, command: Annotate, references: Sequence[str], pointer: str) -> Sequence[str]:
    """The ids of these labels. Of more than an image can have, the first are looked at; they raise TooManyLabels."""
    first = references[: MAX_LABELS_OF_ITEM + 1]
    found = naming.wanted(first, pointer, create=command.create_labels, allowed=command.may_create_labels)
    if len(found) > MAX_LABELS_OF_ITEM:
        raise TooManyLabels.of_item(pointer)
    return found


def confirm(work: WorkingCopy, command: Confirm) -> Outcome:
    confirming = edits.confirming(command.origin.actor.id, command.origin.at, _decided(work, command))
    return _apply_edit(work, command, _relabeling(work, command, confirming), confirming)


def _apply_edit(
    work: WorkingCopy, command: Annotate | Confirm | Reject, edit: Edit, own_edit: Edit, naming: Naming | None = None
) -> Outcome:
    """A person's edit. Where it is an answer, it is made on what they see, and is theirs alone (`own_edit`)."""
    answering = None if command.decides else Answering(work, own_edit, command.origin.actor.id)
    return _apply(
        work,
        edit,
        command.origin,
        command.sample_ids,
        left_alone=left_alone(work, command, answering),
        naming=naming,
        answering=answering,
        is_piece=isinstance(command, Annotate) and command.is_piece,
    )


def _relabeling(work: WorkingCopy, command: Annotate | Confirm, edit: Edit, *, gives: bool = False) -> Edit:
    origin, required = command.origin, work.job.team.review == "required"
    return Relabeling(edit, origin.actor.id, origin.at, required, command.decides, gives)


def reject(work: WorkingCopy, command: Reject) -> Outcome:
    edit = edits.rejecting(_decided(work, command))
    return _apply_edit(work, command, edit, edit)


def left_alone(
    work: WorkingCopy, command: Annotate | Confirm | Reject | Assign, answering: Answering | None = None
) -> LeftAlone | None:
    """Which items are not, or not any more, what the command is about."""
    expect, only = command.expect, command.only
    if not expect and only is None:
        return None
    matcher = Matcher(only, work.labels.meant) if only is not None else None
    settling = work.labels.settling

    def is_left_alone(sample_id: str, item: Item) -> bool:
        if expect and expect.get(sample_id, item["version"]) != item["version"]:
            return True
        if matcher is None:
            return False
        answers = answering is not None and answering.takes(item)
        seen = answering.seen(item) if answering is not None and answers else settling(state_of(item))
        return not matcher.matches(seen, item["path"])

    return is_left_alone


def _decided(work: WorkingCopy, command: Confirm | Reject) -> edits.Proposals:
    only = None if command.labels is None else frozenset(Naming(work.labels, {}).known(command.labels))
    return edits.Proposals(only, command.confidence_above)


def theirs(work: WorkingCopy, sample_id: str, origin: Origin) -> Item | None:
    """The item, if it is there and its actor may change it."""
    item = work.items.get(sample_id)
    if item is None or not origin.own_only or origin.actor.id in holders(item, origin.at):
        return item
    return None


def take_label_off(work: WorkingCopy, command: TakeLabelOff) -> Outcome:
    tidy_up(work, command.sample_ids, {command.label_id: None})
    return _tidy_up(work, taking_off(command.label_id), command)


def turn_into(work: WorkingCopy, command: TurnInto) -> Outcome:
    """Where a source was to go may have been merged further, or deleted, since the merge began."""
    targets = {source: work.labels.destination(source) for source in command.sources}
    merged = merging({source: into for source, into in targets.items() if into is not None})
    lost = [source for source, into in targets.items() if into is None]
    tidy_up(work, command.sample_ids, targets)
    return _tidy_up(work, edits.both(taking_off(*lost), merged), command)


def _tidy_up(work: WorkingCopy, edit: Edit, command: TakeLabelOff | TurnInto) -> Outcome:
    return _apply(work, edit, command.origin, command.sample_ids, on_stored=True)


def predict(work: WorkingCopy, command: Predict) -> Outcome:
    naming = Naming(work.labels, command.label_ids)
    plan: dict[str, Edit] = {}
    for place, one in enumerate(command.predictions):
        ids = proposed_labels(naming, one, place)
        proposals = [(label_id, confidence) for label_id, (_, confidence) in zip(ids, one.labels, strict=True)]
        plan[one.sample_id] = edits.predicting(proposals, one.model, command.origin.at, hard_above=command.hard_above)
    return _apply_each(work, plan, command.origin, naming, is_piece=command.is_piece)


def proposed_labels(naming: Naming, prediction: Prediction, place: int) -> Sequence[str]:
    """The ids of the labels that are proposed at a place of the request. Raises InvalidLabel or TooManyLabels."""
    pointer = f"/{place}/labels"
    names = [name for name, _ in prediction.labels[: MAX_LABELS_OF_ITEM + 1]]
    found = naming.wanted(names, pointer, under="/name", create=True)
    if len(found) > MAX_LABELS_OF_ITEM:
        raise TooManyLabels.of_item(pointer)
    return found


def restore(work: WorkingCopy, command: Restore) -> Outcome:
    plan, edits_of = Plan(work), {}
    for sample_id, undone in command.states.items():
        item = theirs(work, sample_id, command.origin)
        if item is None:
            plan.missing.append(sample_id)
        elif _is_settling(item, undone) or not (
            _stands(item, undone, work.labels.settling) and _seen(work.labels, undone.before)
        ):
            plan.conflicts.append(Conflicting(sample_id, item["version"]))
        else:
            edits_of[sample_id] = edits.restoring(undone.before)
    outcome = _apply_each(work, edits_of, command.origin, Naming(work.labels, {}), plan)
    if not command.answered:
        return outcome
    taken = take_back(work, command.answered, command.answered_in, command.origin)
    return replace(outcome, changed=outcome.changed + taken)


def _is_settling(item: Item, undone: Undone) -> bool:
    """Whether a change comes before the last answer, or is what that made: answers are not taken back by others."""
    settled = item.get("settled")
    return settled is not None and undone.version <= settled["version"]


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
    answering: Answering | None = None,
    is_piece: bool = False,
) -> Outcome:
    """One edit over many items: decided first for all, so that a refusal changes nothing."""
    decisions = Decisions(edit, naming.labels if naming else work.labels, on_stored=on_stored)
    plan = Plan(work, on_stored=on_stored)
    for sample_id in dict.fromkeys(sample_ids):
        item = theirs(work, sample_id, origin)
        if item is None:
            plan.missing.append(sample_id)
        elif left_alone is not None and left_alone(sample_id, item):
            plan.conflicts.append(Conflicting(sample_id, item["version"]))
        elif answering is None or not answering.takes(item):
            plan.add(sample_id, item, decisions)
        elif is_open(item):
            plan.answer(sample_id, item, answering)
        else:
            plan.conflicts.append(Conflicting(sample_id, item["version"]))
    return plan.carried_out(origin, naming, is_piece=is_piece)


def _apply_each(
    work: WorkingCopy,
    plan_of: Mapping[str, Edit],
    origin: Origin,
    naming: Naming,
    plan: Plan | None = None,
    *,
    is_piece: bool = False,
) -> Outcome:
    """An edit of its own for each item."""
    plan = plan or Plan(work)
    for sample_id, edit in plan_of.items():
        item = work.items.get(sample_id)
        if item is None:
            plan.missing.append(sample_id)
        else:
            plan.add(sample_id, item, Decisions(edit, naming.labels))
    return plan.carried_out(origin, naming, is_piece=is_piece)
