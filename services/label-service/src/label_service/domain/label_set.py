"""The label set of a job: names and shortcuts are each unique where people tell labels apart by them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from label_service.domain.labels import (
    Label,
    LabelNameTaken,
    LabelNotFound,
    LabelShortcutTaken,
    TooManyLabels,
    distinct_color,
    in_nfc,
    valid_color,
    valid_name,
    valid_shortcut,
)
from label_service.domain.settling import Settling
from labelstream_contracts.label_sets import MAX_LABELS_OF_JOB

NO_ROOM = f"The job has {MAX_LABELS_OF_JOB:,} labels, as many as it can have."

_COLORS_TRIED = 8


class LabelSet:
    """The labels of one job, as the commands of one commit see and change them."""

    def __init__(self, labels: Iterable[Label], created: int = 0) -> None:
        self._by_id = {label.id: label for label in labels}
        self._by_name = {label.name: label.id for label in self._by_id.values() if not label.hidden}
        self.created = created
        self._colors: set[str] | None = None
        self._leaving = {label.id for label in self._by_id.values() if label.hidden or label.counted_hidden}
        self._settling: Settling | None = None
        self.size = sum(map(_size, self._by_id.values()))
        """About how many bytes it takes."""

    def __iter__(self) -> Iterator[Label]:
        return iter(self._by_id.values())

    def copy(self) -> "LabelSet":
        twin = LabelSet((), self.created)
        twin._by_id, twin._by_name, twin._leaving = dict(self._by_id), dict(self._by_name), set(self._leaving)
        twin.size = self.size
        twin._colors = None if self._colors is None else set(self._colors)
        return twin

    @property
    def settling(self) -> Settling:
        """What people see of the items' labels, though they still carry hidden ones."""
        if self._settling is None:
            hidden = (label_id for label_id in self._leaving if self._by_id[label_id].hidden)
            self._settling = Settling({label_id: self.destination(label_id) for label_id in hidden})
        return self._settling

    @property
    def counting(self) -> Settling:
        """What the job's counts take the items' labels for: what people see, unless a label was hidden since."""
        return self.as_counted().settling if self.uncounted else self.settling

    @property
    def leaving(self) -> frozenset[str]:
        """The labels that are hidden, or that the job's counts take for hidden."""
        return frozenset(self._leaving)

    @property
    def uncounted(self) -> list[Label]:
        """The labels that were hidden, or shown again, since the job was counted."""
        return [label for label in map(self._by_id.__getitem__, self._leaving) if not label.is_counted]

    def as_counted(self) -> "LabelSet":
        """The labels as the job's counts still take them."""
        return LabelSet((label.as_counted() for label in self), self.created)

    def seen(self) -> list[Label]:
        """The labels that people see, in the order they were created."""
        return sorted((label for label in self if not label.hidden), key=lambda label: label.id)

    def get(self, label_id: str) -> Label:
        """A label that people see. Raises LabelNotFound."""
        label = self._by_id.get(label_id)
        if label is None or label.hidden:
            raise LabelNotFound(label_id)
        return label

    def hidden(self, label_id: str) -> Label:
        """A label whose deletion is under way. Raises LabelNotFound."""
        label = self._by_id.get(label_id)
        if label is None or not label.hidden:
            raise LabelNotFound(label_id)
        return label

    def find(self, reference: str) -> Label | None:
        """The label with this id or, else, with this name (in NFC)."""
        label = self._by_id.get(reference)
        if label is None or label.hidden:
            named = self._by_name.get(reference)
            return self._by_id[named] if named else None
        return label

    def meant(self, reference: str) -> str | None:
        """The id of the label that a filter means by an id or a name, in whatever form of Unicode."""
        label = self.find(reference) or self.find(in_nfc(reference))
        return label.id if label else None

    def named(self, name: str) -> Label | None:
        """The label with this name (in NFC)."""
        label_id = self._by_name.get(name)
        return self._by_id[label_id] if label_id else None

    def destination(self, label_id: str) -> str | None:
        """The label that people see where this one is or will be: itself, or what it is merged into.

        None if it comes off its items.
        """
        end = self._end(label_id)
        return end.id if end is not None and not end.hidden else None

    def takes_images(self, label_id: str) -> bool:
        """Whether the label comes off its items, and images that carry only it are deleted."""
        end = self._end(label_id)
        return end is not None and end.hidden and end.takes_images

    def _end(self, label_id: str) -> Label | None:
        """Where a label's way ends: what it was merged into may have been merged further, or deleted, since.

        What a label is merged into is seen at that moment, and one that is put back goes nowhere: no way is a circle.
        """
        label = self._by_id.get(label_id)
        while label is not None and label.hidden and label.merged_into is not None:
            label = self._by_id.get(label.merged_into)
        return label

    def sources_of(self, label_ids: Iterable[str]) -> dict[str, list[str]]:
        """Of each of these labels, the hidden ones that were merged into it."""
        found: dict[str, list[str]] = {label_id: [] for label_id in label_ids}
        for label in self._by_id.values():
            if label.hidden and label.merged_into in found:
                found[label.merged_into].append(label.id)
        return found

    def name(self, label_id: str) -> str:
        """The present name, also of a hidden label."""
        return self._by_id[label_id].name

    def sees(self, label_id: str) -> bool:
        """Whether this is a label that people see."""
        label = self._by_id.get(label_id)
        return label is not None and not label.hidden

    def hides(self, label_id: str) -> bool:
        """Whether this is a label whose deletion or merge is under way."""
        label = self._by_id.get(label_id)
        return label is not None and label.hidden

    def knows(self, label_id: str) -> bool:
        return label_id in self._by_id

    def count_of(self, label_id: str) -> int:
        return self._by_id[label_id].count

    def has_name(self, name: str) -> bool:
        return name in self._by_name

    def shortcut_owner(self, shortcut: str) -> Label | None:
        return next((label for label in self._by_id.values() if label.shortcut == shortcut and not label.hidden), None)

    @property
    def has_room(self) -> bool:
        return len(self._by_name) < MAX_LABELS_OF_JOB

    def check_room(self, wanted: int = 1, pointer: str | None = None) -> None:
        """Raises TooManyLabels if `wanted` more do not fit."""
        if len(self._by_name) + wanted > MAX_LABELS_OF_JOB:
            raise TooManyLabels.of_job(pointer)

    def put(self, label: Label) -> None:
        """Adds or replaces a label whose rules were checked."""
        previous = self._by_id.get(label.id)
        if previous is None:
            self.created += 1
        else:
            self.size -= _size(previous)
            if not previous.hidden:
                del self._by_name[previous.name]
        self.size += _size(label)
        self._by_id[label.id] = label
        (self._leaving.add if label.hidden or label.counted_hidden else self._leaving.discard)(label.id)
        self._settling = None
        if self._colors is not None:
            self._colors.add(label.color)
        if not label.hidden:
            self._by_name[label.name] = label.id

    def free_color(self) -> str:
        """The next default color that no label has; among thousands of labels, two may share one."""
        if self._colors is None:
            self._colors = {label.color for label in self._by_id.values()}
        taken = self._colors
        colors = map(distinct_color, range(self.created, self.created + _COLORS_TRIED))
        return next((color for color in colors if color not in taken), distinct_color(self.created))

    def drop(self, label_id: str) -> None:
        """Forgets a hidden label that no item carries any more."""
        self.size -= _size(self._by_id.pop(label_id))
        self._leaving.discard(label_id)
        self._settling = None

    def count(self, label_id: str, by: int) -> None:
        self._by_id[label_id] = replace(self._by_id[label_id], count=self._by_id[label_id].count + by)


def _size(label: Label) -> int:
    return 700 + 4 * (len(label.name) + len(label.description))


def new_label(
    labels: LabelSet,
    label_id: str,
    name: str,
    *,
    color: str | None = None,
    shortcut: str | None = None,
    description: str = "",
) -> Label:
    """A label that may be put into `labels`. Raises InvalidLabel, LabelNameTaken, LabelShortcutTaken, TooManyLabels."""
    name = valid_name(name)
    if labels.has_name(name):
        raise LabelNameTaken(name)
    if shortcut is not None:
        shortcut = free_shortcut(labels, shortcut)
    labels.check_room()
    chosen = labels.free_color() if color is None else valid_color(color)
    return Label(label_id, name, chosen, shortcut, description)


def free_shortcut(labels: LabelSet, shortcut: str, label_id: str | None = None) -> str:
    """The shortcut in its one spelling. Raises InvalidLabel, or LabelShortcutTaken unless `label_id` has it."""
    shortcut = valid_shortcut(shortcut)
    owner = labels.shortcut_owner(shortcut)
    if owner is not None and owner.id != label_id:
        raise LabelShortcutTaken(shortcut, owner.name)
    return shortcut
