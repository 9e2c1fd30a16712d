"""The rules for labels and label sets, shared by every service that takes one.

A label's name has its own module (`label_names`). A color is written `#rrggbb`. A shortcut is one letter or digit, the
same key in either case. Names and shortcuts are unique within a job.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from labelstream_contracts.label_names import InvalidLabelName, label_name

MAX_LABELS_OF_JOB: Final = 10_000
MAX_LABELS_OF_ITEM: Final = 200

_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")


class InvalidLabelField(ValueError):
    """A text that cannot be a label's color or shortcut; its message is a sentence for the person who typed it."""


class LabelSpec(NamedTuple):
    """A label as somebody asks for it: what is None is chosen by label-service, or left out."""

    name: str
    color: str | None = None
    shortcut: str | None = None


class LabelFault(NamedTuple):
    """What is wrong with a label set: the label's place, the field and why."""

    place: int
    field: str
    detail: str


class InvalidLabelSet(ValueError):
    """A label set that breaks a rule; `faults` names every field at fault."""

    def __init__(self, faults: Sequence[LabelFault]) -> None:
        super().__init__("; ".join(f"label {at} ({field}): {detail}" for at, field, detail in faults[:3]))
        self.faults = tuple(faults)


class LabelSetTooLarge(ValueError):
    """More labels than a job may have."""

    def __init__(self, count: int) -> None:
        super().__init__(f"A job can have at most {MAX_LABELS_OF_JOB:,} labels; these are {count:,}.")


def label_color(text: str) -> str:
    """The color as it is stored. Raises `InvalidLabelField`."""
    if not _COLOR.fullmatch(text):
        raise InvalidLabelField("A color must be written as #rrggbb.")
    return text.lower()


def label_shortcut(text: str) -> str:
    """The shortcut as it is stored and compared: in lower case. Raises `InvalidLabelField`."""
    key = unicodedata.normalize("NFC", text[:8])
    if len(key) != 1 or not (key.isalnum() and key.isprintable()):
        raise InvalidLabelField("A shortcut must be a single letter or digit.")
    lower = key.lower()
    return lower if len(lower) == 1 else key


def label_set(labels: Sequence[LabelSpec]) -> tuple[LabelSpec, ...]:
    """The labels as they are stored and compared; a label set comes back unchanged.

    Raises `LabelSetTooLarge`, or `InvalidLabelSet` naming every field at fault.
    """
    if len(labels) > MAX_LABELS_OF_JOB:
        raise LabelSetTooLarge(len(labels))
    faults: list[LabelFault] = []
    stored = tuple(_stored(label, place, faults) for place, label in enumerate(labels))
    faults += _repeated("name", [label.name for label in stored])
    faults += _repeated("shortcut", [label.shortcut for label in stored])
    if faults:
        raise InvalidLabelSet(faults)
    return stored


def _stored(label: LabelSpec, place: int, faults: list[LabelFault]) -> LabelSpec:
    name, color, shortcut = label
    try:
        name = label_name(name)
    except InvalidLabelName as error:
        faults.append(LabelFault(place, "name", str(error)))
    try:
        color = None if color is None else label_color(color)
    except InvalidLabelField as error:
        faults.append(LabelFault(place, "color", str(error)))
    try:
        shortcut = None if shortcut is None else label_shortcut(shortcut)
    except InvalidLabelField as error:
        faults.append(LabelFault(place, "shortcut", str(error)))
    return LabelSpec(name, color, shortcut)


def _repeated(field: str, values: Sequence[str | None]) -> Iterator[LabelFault]:
    first: dict[str, int] = {}
    for place, value in enumerate(values):
        if value is not None and first.setdefault(value, place) != place:
            yield LabelFault(place, field, f"The label at {first[value]} has the same {field}.")
