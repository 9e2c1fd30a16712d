"""Commands about the labels of a job. A deletion or a merge hides labels at once and follows on the items in pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

from label_service.domain.labels import Label
from label_service.domain.working_copy import Origin


@dataclass(frozen=True, slots=True)
class CreateLabel:
    origin: Origin
    label_id: str
    name: str
    color: str | None = None
    shortcut: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLabel:
    """Change what is given; `shortcut` "" takes it away. `if_versions` are those that the caller may mean."""

    origin: Origin
    label_id: str
    name: str | None = None
    color: str | None = None
    shortcut: str | None = None
    description: str | None = None
    if_versions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class RenameBack:
    """Undo a renaming, if nobody has renamed the label again."""

    origin: Origin
    label_id: str
    name: str
    present_name: str


@dataclass(frozen=True, slots=True)
class HideLabel:
    """Begin a label's deletion: people no longer see it, and its name is free. It may take images along."""

    origin: Origin
    label_id: str
    if_versions: frozenset[int] | None = None
    takes_images: bool = False


@dataclass(frozen=True, slots=True)
class TakeLabelOff:
    """Go on with a deletion: take the hidden label off these items."""

    origin: Origin
    label_id: str
    sample_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class PurgeLabels:
    """End a deletion or a merge, or a part of it: no item carries these labels any more."""

    origin: Origin
    label_ids: Sequence[str]
    items: int


@dataclass(frozen=True, slots=True)
class HideMerged:
    """Begin a merge: `sources` are hidden, and their items follow."""

    origin: Origin
    sources: Sequence[str]
    into: str


@dataclass(frozen=True, slots=True)
class TurnInto:
    """Go on with a merge: on these items, `sources` become `into`."""

    origin: Origin
    sources: Sequence[str]
    into: str
    sample_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class PutLabelsBack:
    """Take a deletion or a merge back: people see the labels again, on the items that still carry them.

    `hidden_by` limits it to labels that this change hid last. `purged`: how labels were that no item carries anymore.
    """

    origin: Origin
    label_ids: Sequence[str]
    hidden_by: str | None = None
    purged: Sequence[Label] = ()
