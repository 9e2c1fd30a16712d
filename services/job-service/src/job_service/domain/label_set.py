"""The label set that a job starts with. Once the job is there, its labels belong to label-service."""

from collections.abc import Iterator, Sequence
from typing import Final

from job_service.domain.errors import InvalidLabelSet, TooManyLabels
from labelstream_common.errors import FieldError
from labelstream_contracts import label_sets
from labelstream_contracts.label_sets import LabelSpec

MAX_ERRORS_NAMED: Final = 100
# The set travels in the job's events, a piece in each: label-service makes one commit of each.
MAX_BYTES_OF_PIECE: Final = 250_000
_BYTES_AROUND_A_NAME: Final = 80


def label_set(wanted: Sequence[LabelSpec]) -> tuple[LabelSpec, ...]:
    """The labels in the form they are kept in. Raises TooManyLabels, or InvalidLabelSet naming every field at fault."""
    try:
        return label_sets.label_set(wanted)
    except label_sets.LabelSetTooLarge as error:
        raise TooManyLabels(str(error), pointer="/labels") from error
    except label_sets.InvalidLabelSet as error:
        faults = error.faults[:MAX_ERRORS_NAMED]
        errors = [FieldError(f"/labels/{place}/{field}", detail) for place, field, detail in faults]
        raise InvalidLabelSet("Some labels are invalid.", errors=errors) from error


def pieces(labels: Sequence[LabelSpec]) -> Iterator[tuple[LabelSpec, ...]]:
    """The labels in their order, cut so that each piece fits into an event; at least one piece, which may be empty."""
    piece: list[LabelSpec] = []
    size = 0
    for label in labels:
        own = len(label.name.encode()) + _BYTES_AROUND_A_NAME
        if piece and size + own > MAX_BYTES_OF_PIECE:
            yield tuple(piece)
            piece, size = [], 0
        piece.append(label)
        size += own
    yield tuple(piece)
