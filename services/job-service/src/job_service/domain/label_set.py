"""The label set that a job starts with. Once the job is there, its labels belong to label-service."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from job_service.domain.errors import InvalidLabelSet, TooManyLabels
from labelstream_common.errors import FieldError
from labelstream_contracts.label_names import InvalidLabelName, label_name

MAX_LABELS: Final = 10_000
# The set travels in the job's events; a message and its change record stay well below Kafka's and MongoDB's limits.
MAX_BYTES: Final = 1_000_000
MAX_ERRORS_NAMED: Final = 100

_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Label:
    """A label to begin with: a name in normal form C, `#rrggbb`, and the one character that gives it."""

    name: str
    color: str | None = None
    shortcut: str | None = None


def label_set(wanted: Sequence[Label]) -> tuple[Label, ...]:
    """The labels in the form they are kept in. Raises TooManyLabels, or InvalidLabelSet naming every field at fault."""
    if len(wanted) > MAX_LABELS:
        raise TooManyLabels(f"A job has at most {MAX_LABELS:,} labels; these are {len(wanted):,}.", pointer="/labels")
    errors: list[FieldError] = []
    labels = tuple(_normal(label, f"/labels/{place}", errors) for place, label in enumerate(wanted))
    errors.extend(_repeated("name", [label.name for label in labels]))
    errors.extend(_repeated("shortcut", [label.shortcut for label in labels]))
    if errors:
        raise InvalidLabelSet("Some labels are not valid.", errors=errors[:MAX_ERRORS_NAMED])
    _check_size(labels)
    return labels


def _normal(label: Label, at: str, errors: list[FieldError]) -> Label:
    try:
        name = label_name(label.name)
    except InvalidLabelName as error:
        errors.append(FieldError(f"{at}/name", str(error)))
        name = label.name
    if label.color is not None and not _COLOR.fullmatch(label.color):
        errors.append(FieldError(f"{at}/color", "A color is written #rrggbb."))
    shortcut = None if label.shortcut is None else unicodedata.normalize("NFC", label.shortcut)
    if shortcut is not None and not _is_key(shortcut):
        errors.append(FieldError(f"{at}/shortcut", "A shortcut is one character that can be seen."))
    return Label(name, label.color and label.color.lower(), shortcut)


def _is_key(text: str) -> bool:
    return len(text) == 1 and text.isprintable() and not text.isspace()


def _repeated(field: str, values: Sequence[str | None]) -> Iterator[FieldError]:
    first: dict[str, int] = {}
    for place, value in enumerate(values):
        if value is not None and first.setdefault(value, place) != place:
            yield FieldError(f"/labels/{place}/{field}", f"The label at {first[value]} has the same {field}.")


def _check_size(labels: Sequence[Label]) -> None:
    size = sum(len(label.name.encode()) + 40 for label in labels)
    if size > MAX_BYTES:
        detail = f"A job's first labels take at most {MAX_BYTES:,} bytes; these take {size:,}. Create the others later."
        raise InvalidLabelSet(detail, pointer="/labels")
