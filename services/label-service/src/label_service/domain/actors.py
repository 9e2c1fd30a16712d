"""Who changes something, and why an item changed."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    IMPORT = "import"
    MODEL = "model"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    id: str


class Cause(StrEnum):
    ANNOTATE = "annotate"
    REPLACE = "replace"
    IMPORT = "import"
    CONFIRM = "confirm"
    REJECT = "reject"
    PREDICT = "predict"
    UNDO = "undo"
    LABEL_DELETED = "label-deleted"
    LABEL_MERGED = "label-merged"
    SAMPLE_REMOVED = "sample-removed"
    SAMPLE_RESTORED = "sample-restored"
    CONTENT_CHANGED = "content-changed"
    REVIEW = "review"
    ACCEPTANCE = "acceptance"
    CONSENSUS = "consensus"


# What a person does to an item itself; deleting or merging a label is none of it.
BY_A_PERSON = frozenset(
    {Cause.ANNOTATE, Cause.REPLACE, Cause.CONFIRM, Cause.REJECT, Cause.UNDO, Cause.REVIEW, Cause.ACCEPTANCE}
)
