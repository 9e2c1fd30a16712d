"""How commands about labels apply to the working copy: renaming, deleting and merging, for every image at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from label_service.domain.commands import ChangeLabel, CreateLabel, HideLabel, HideMerged, Outcome, PurgeLabel
from label_service.domain.labels import (
    Label,
    LabelNameTaken,
    LabelSet,
    UnknownLabel,
    free_shortcut,
    new_label,
    valid_color,
    valid_name,
    valid_shortcut,
)
from label_service.domain.working_copy import WorkingCopy
from labelstream_common.errors import Invalid, Stale


class LabelStale(Stale):
    code = "label-stale"

    def __init__(self) -> None:
        super().__init__("The label has changed since you read it.")


class MergeIntoItself(Invalid):
    code = "merge-into-itself"

    def __init__(self) -> None:
        super().__init__("A label cannot be merged into itself.", pointer="/into")


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
    label = _at_version(work, command.label_id, command.if_version)
    changed = _changed(work, label, wanted)
    if changed == label:
        return _about(work, command.origin.change_id, label)
    changed = replace(changed, version=label.version + 1)
    if changed.name != label.name:
        work.change_label("renamed", changed, command.origin, {"before": {"name": label.name}})
    else:
        work.labels.put(changed)  # how a label looks is no fact about images: it is stored, and is no event
        work.labels_written[changed.id] = changed
    return _about(work, command.origin.change_id, changed)


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
    label = _at_version(work, command.label_id, command.if_version)
    _send_on(work, [label.id], None)
    work.change_label("deleted", replace(label, hidden=True, version=label.version + 1), command.origin)
    return _about(work, command.origin.change_id, label)


def purge(work: WorkingCopy, command: PurgeLabel) -> Outcome:
    label = work.labels.hidden(command.label_id)
    work.change_label("purged", label, command.origin, {"items": command.items})
    work.labels.drop(label.id)
    work.labels_dropped.append(label.id)
    return _about(work, command.origin.change_id, label)


def hide_merged(work: WorkingCopy, command: HideMerged) -> Outcome:
    into, sources = merged(work.labels, command.sources, command.into)
    gone: list[Mapping[str, str]] = []
    _send_on(work, [source.id for source in sources], into.id)
    for source in sources:
        hidden = replace(source, hidden=True, version=source.version + 1, merged_into=into.id)
        work.labels.put(hidden)
        work.labels_written[hidden.id] = hidden
        gone.append({"label_id": source.id, "name": source.name})
    work.change_label("merged", into, command.origin, {"from": gone})
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


def _send_on(work: WorkingCopy, label_ids: Sequence[str], into: str | None) -> None:
    """Labels that are still becoming one of these become `into` from now on, or come off."""
    for label in work.labels.merging_into(label_ids):
        sent_on = replace(label, merged_into=into)
        work.labels.put(sent_on)
        work.labels_written[sent_on.id] = sent_on


def _at_version(work: WorkingCopy, label_id: str, if_version: int | None) -> Label:
    label = work.labels.get(label_id)
    if if_version is not None and label.version != if_version:
        raise LabelStale
    return label


def _about(work: WorkingCopy, change_id: str, label: Label) -> Outcome:
    return Outcome(change_id, changed=1, label=label, counts=work.totals.by_status())
