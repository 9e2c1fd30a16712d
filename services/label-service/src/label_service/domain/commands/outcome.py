"""What became of a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from label_service.domain.labels import Label


@dataclass(frozen=True, slots=True)
class Conflicting:
    """An item that was left alone: it is not what the command expected, or has no room for more labels."""

    sample_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did. `counts` are the totals after it of what its actor may see, `images` how many are to be
    deleted by it, `taken` the items that are theirs from the queue. `read_again`: it did nothing, since what it was
    made from has moved on. `still_left_out` are the images that labels were brought to and that still lack some."""

    change_id: str
    changed: int = 0
    unchanged: int = 0
    created_labels: Sequence[Label] = ()
    conflicts: Sequence[Conflicting] = ()
    missing: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    label: Label | None = None
    images: int = 0
    taken: Sequence[str] = ()
    read_again: bool = False
    still_left_out: int = 0
