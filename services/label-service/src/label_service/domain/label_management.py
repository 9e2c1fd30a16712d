"""How commands about labels apply to the working copy: renaming, deleting and merging, for every image at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from label_service.domain.commands import (
    ChangeLabel,
    CreateLabel,
    HideLabel,
    HideMerged,
    Outcome,
    PurgeLabels,
    PutLabelsBack,
    RenameBack,
)
from label_service.domain.label_set import LabelSet, free_shortcut, new_label
from label_service.domain.labels import Label, LabelNameTaken, UnknownLabel, valid_color, valid_name, valid_shortcut
from label_service.domain.working_copy import WorkingCopy
from labelstream_common.errors import Conflict, Invalid, Stale

_MOST_OF_EVENT = 1_000


class LabelStale(Stale):
    code = "label-stale"

    def __init__(self) -> None:
        super().__init__("The label has changed since you read it.")


class MergeIntoItself(Invalid):
    code = "merge-into-itself"

    def __init__(self) -> None:
        super().__init__("A label cannot be merged into itself.", pointer="/into")


class ChangeNotUndoable(Conflict):
    code = "not-undoable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"This change cannot be undone: {reason}")


def create(work: WorkingCopy, command: CreateLabel) -> Outcome:
    label = new_label(
        work.labels,
        command.label_id,
        command.name,
        color=command.color,
        shortcut=command.shortcut,
        description=command.description,
    )
    work.change_label("created", label, command.origin)
    return _about(work, command.origin.change_id, label)


def change(work: WorkingCopy, command: ChangeLabel) -> Outcome:
    wanted = _well_formed(command)
    label = _at_version(work, command.label_id, command.if_versions)
    changed = _changed(work, label, wanted)
    if changed == label:
        return _about(work, command.origin.change_id, label)
    changed = replace(changed, version=label.version + 1)
    if changed.name != label.name:
        work.change_label("renamed", changed, command.origin, {"before": {"name": label.name}})
    else:
        work.change_label("updated", changed, command.origin)
    return _about(work, command.origin.change_id, changed)


def rename_back(work: WorkingCopy, command: RenameBack) -> Outcome:
    """Raises ChangeNotUndoable, or LabelNameTaken."""
    if not work.labels.sees(command.label_id):
        raise ChangeNotUndoable("the label does not exist anymore.")
    if work.labels.name(command.label_id) != command.present_name:
        raise ChangeNotUndoable("the label has been renamed again since.")
    return change(work, ChangeLabel(command.origin, command.label_id, command.name))


def _well_formed(command: ChangeLabel) -> ChangeLabel:
    """The command with its values as they are stored. Raises InvalidLabel: before anything is compared, since what
    can never be right is told before what has only changed meanwhile."""
    return replace(
        command,
        name=None if command.name is None else valid_name(command.name),
        color=None if command.color is None else valid_color(command.color),
        shortcut=valid_shortcut(command.shortcut) if command.shortcut else command.shortcut,
    )


def _changed(work: WorkingCopy, label: Label, command: ChangeLabel) -> Label:
    if command.name is not None:
        if command.name != label.name and work.labels.has_name(command.name):
            raise LabelNameTaken(command.name)
        label = replace(label, name=command.name)
    if command.color is not None:
        label = replace(label, color=command.color)
    if command.shortcut is not None:
        shortcut = free_shortcut(work.labels, command.shortcut, label.id) if command.shortcut else None
        label = replace(label, shortcut=shortcut)
    if command.description is not None:
        label = replace(label, description=command.description)
    return label


def hide(work: WorkingCopy, command: HideLabel) -> Outcome:
    label = _at_version(work, command.label_id, command.if_versions)
    hidden = replace(label, hidden=True, version=label.version + 1, takes_images=command.takes_images)
    hidden = replace(hidden, hidden_by=command.origin.change_id)
    work.change_label("deleted", hidden, command.origin)
    return _about(work, command.origin.change_id, label)


def purge(work: WorkingCopy, command: PurgeLabels) -> Outcome:
    """They cannot come back any more: labels that were merged into one go where it went, or come off."""
    gone = [work.labels.hidden(label_id) for label_id in command.label_ids]
    sources = work.labels.sources_of([label.id for label in gone])
    for one in gone:
        label = work.labels.hidden(one.id)  # as it is once those before it are gone
        for source_id in sources.pop(label.id, ()):
            if work.labels.hides(source_id):
                _send_on(work, work.labels.hidden(source_id), label)
                sources.setdefault(label.merged_into or "", []).append(source_id)
        work.change_label("purged", label, command.origin, {"items": command.items})
        work.labels.drop(label.id)
        work.labels_dropped.append(label.id)
    return Outcome(command.origin.change_id, changed=len(gone), counts=work.totals.by_status())


def _send_on(work: WorkingCopy, source: Label, label: Label) -> None:
    onwards = replace(source, merged_into=label.merged_into, takes_images=label.takes_images)
    work.move_label(onwards.counted() if source.is_counted else onwards)


def hide_merged(work: WorkingCopy, command: HideMerged) -> Outcome:
    """An event names up to 1,000 labels, so that a topic takes it whatever their names are."""
    into, sources = merged(work.labels, command.sources, command.into)
    gone: list[Mapping[str, str]] = []
    for source in sources:
        hidden = replace(source, hidden=True, version=source.version + 1, merged_into=into.id)
        work.move_label(replace(hidden, hidden_by=command.origin.change_id))
        gone.append({"label_id": source.id, "name": source.name})
    for first in range(0, len(gone), _MOST_OF_EVENT):
        work.change_label("merged", into, command.origin, {"from": gone[first : first + _MOST_OF_EVENT]})
    return _about(work, command.origin.change_id, into)


def merged(labels: LabelSet, sources: Sequence[str], into: str) -> tuple[Label, list[Label]]:
    """What becomes of which labels. Raises UnknownLabel, MergeIntoItself."""
    target = _named_in_body(labels, into, "/into")
    places = {label_id: place for place, label_id in reversed(list(enumerate(sources)))}
    found = [_named_in_body(labels, label_id, f"/from/{places[label_id]}") for label_id in dict.fromkeys(sources)]
    if any(source.id == target.id for source in found):
        raise MergeIntoItself
    return target, found


def _named_in_body(labels: LabelSet, label_id: str, pointer: str) -> Label:
    if not labels.sees(label_id):
        raise UnknownLabel(label_id, pointer)
    return labels.get(label_id)


def put_back(work: WorkingCopy, command: PutLabelsBack) -> Outcome:
    """Shows hidden labels again, on the items that still carry them; one that was purged only as the command says.

    A shortcut that another label has taken since is given up. Raises LabelNameTaken or TooManyLabels.
    """
    back = [work.labels.hidden(one) for one in command.label_ids if work.labels.hides(one)]
    back += [label for label in command.purged if not work.labels.knows(label.id)]
    if command.hidden_by is not None:
        back = [label for label in back if label.hidden_by == command.hidden_by]
    for label in back:
        if work.labels.has_name(label.name):
            raise LabelNameTaken(label.name, pointer=None)
    work.labels.check_room(len(back))
    for label in back:
        taken = label.shortcut is not None and work.labels.shortcut_owner(label.shortcut) is not None
        shown = replace(
            label,
            hidden=False,
            merged_into=None,
            takes_images=False,
            shortcut=None if taken else label.shortcut,
            version=label.version + 1,
        )
        work.change_label("created", shown, command.origin)
    return Outcome(command.origin.change_id, changed=len(back), counts=work.totals.by_status())


def _put(work: WorkingCopy, label: Label) -> None:
    """Stores a label's new state where that is no event, or part of another label's."""
    work.labels.put(label)
    work.labels_written[label.id] = label


def _at_version(work: WorkingCopy, label_id: str, if_versions: frozenset[int] | None) -> Label:
    label = work.labels.get(label_id)
    if if_versions is not None and label.version not in if_versions:
        raise LabelStale
    return label


def _about(work: WorkingCopy, change_id: str, label: Label) -> Outcome:
    present = replace(label, count=label.count + work.label_counts[label.id])
    return Outcome(change_id, changed=1, label=present, counts=work.totals.by_status())
