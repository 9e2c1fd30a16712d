"""A label: its name, color and shortcut, and the rules of each.

InvalidLabel            a name, color or shortcut breaks its rule
LabelNotFound           no label of the job has this id (or name, where it may not be created)
LabelNameTaken          another label of the job has this name
LabelShortcutTaken      another label of the job has this shortcut
TooManyLabels           more than 10,000 in a job, or 200 on an item
"""

import colorsys
import unicodedata
from dataclasses import dataclass, replace

from labelstream_common.errors import Conflict, Invalid, NotFound
from labelstream_contracts.label_names import InvalidLabelName, label_name
from labelstream_contracts.label_sets import (
    MAX_LABELS_OF_ITEM,
    MAX_LABELS_OF_JOB,
    InvalidLabelField,
    label_color,
    label_shortcut,
)

_GOLDEN_ANGLE = 0.381966  # of a full turn: hues that follow each other lie far apart, however many there are


class InvalidLabel(Invalid):
    code = "invalid-label"


class LabelNotFound(NotFound):
    code = "label-not-found"

    def __init__(self, reference: str, pointer: str | None = None) -> None:
        super().__init__(f"The job has no label {shortened(reference)!r}.", pointer=pointer)


class UnknownLabel(Invalid):
    code = "unknown-label"

    def __init__(self, reference: str, pointer: str) -> None:
        super().__init__(
            f"The job has no label {shortened(reference)!r}, and this request does not create any.", pointer=pointer
        )


class LabelNameTaken(Conflict):
    code = "label-name-taken"

    def __init__(self, name: str, pointer: str | None = "/name") -> None:
        super().__init__(f"The job already has a label {shortened(name)!r}.", pointer=pointer)


class LabelShortcutTaken(Conflict):
    code = "label-shortcut-taken"

    def __init__(self, shortcut: str, name: str) -> None:
        super().__init__(f"The shortcut {shortcut!r} belongs to label {shortened(name)!r}.", pointer="/shortcut")


class TooManyLabels(Invalid):
    code = "too-many-labels"

    @classmethod
    def of_item(cls, pointer: str | None = None) -> "TooManyLabels":
        return cls(f"An image can have at most {MAX_LABELS_OF_ITEM} labels.", pointer=pointer)

    @classmethod
    def of_job(cls, pointer: str | None = None) -> "TooManyLabels":
        return cls(f"A job can have at most {MAX_LABELS_OF_JOB:,} labels.", pointer=pointer)


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a job. `hidden` while a deletion or merge takes it off its items: then its name is free.

    `merged_into` is what a hidden label becomes on its items, and may be hidden itself by now; None if it is deleted.
    `takes_images`: the images that carry only this label are deleted with it. `counted_hidden` and `counted_into`: what
    `hidden` and `merged_into` were when the job's totals and counts were last corrected. `hidden_by`: the change that
    hid it last.
    """

    id: str
    name: str
    color: str
    shortcut: str | None = None
    description: str = ""
    count: int = 0
    hidden: bool = False
    version: int = 1
    merged_into: str | None = None
    takes_images: bool = False
    counted_hidden: bool = False
    counted_into: str | None = None
    hidden_by: str | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the job's counts are those of the label as it is: hidden or not, and merged into what."""
        return (self.hidden, self.merged_into) == (self.counted_hidden, self.counted_into)

    def counted(self) -> "Label":
        """The label, once the job has been counted anew."""
        return replace(self, counted_hidden=self.hidden, counted_into=self.merged_into)

    def as_counted(self) -> "Label":
        """The label as the job's counts still take it."""
        return replace(self, hidden=self.counted_hidden, merged_into=self.counted_into)


def valid_name(text: str, pointer: str = "/name") -> str:
    """The name in NFC. Raises InvalidLabel."""
    try:
        return label_name(text)
    except InvalidLabelName as error:
        raise InvalidLabel(str(error), pointer=pointer) from error


def in_nfc(reference: str) -> str:
    """A reference to a label as a name would be stored."""
    return unicodedata.normalize("NFC", reference)


def valid_color(text: str, pointer: str = "/color") -> str:
    """The color as it is stored. Raises InvalidLabel."""
    try:
        return label_color(text)
    except InvalidLabelField as error:
        raise InvalidLabel(str(error), pointer=pointer) from error


def valid_shortcut(text: str, pointer: str = "/shortcut") -> str:
    """The shortcut as it is stored. Raises InvalidLabel."""
    try:
        return label_shortcut(text)
    except InvalidLabelField as error:
        raise InvalidLabel(str(error), pointer=pointer) from error


def distinct_color(position: int) -> str:
    """The default color of the label at `position`: unlike those of its neighbours."""
    red, green, blue = colorsys.hls_to_rgb(position * _GOLDEN_ANGLE % 1, 0.42 + 0.12 * (position % 3), 0.65)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
