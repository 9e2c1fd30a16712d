"""`labeling.annotation.v1`: every change of every item, in order, versions without holes (label-service)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Actor, Confidence, Id, Moment, Part, Payload, Seq
from labelstream_contracts.topics import TopicSpec

ItemStatus = Literal["unlabeled", "labeled", "to_confirm"]
LabelSource = Literal["person", "import", "model"]
AnnotationCause = Literal[
    "annotate",
    "replace",
    "import",
    "confirm",
    "review",
    "label-deleted",
    "label-merged",
    "undo",
    "predict",
    "reject",
    "acceptance",
    "consensus",
    "sample-removed",
    "sample-restored",
    "content-changed",
]
ReviewState = Literal["pending", "accepted", "rejected"]
ReviewGrade = Literal["A", "B", "C", "D"]


class LabelEntry(Part):
    """A label on an item. One with `source: model` or `to_confirm` waits to be confirmed and is not counted.

    A confirmed one has `source: person` and `by` who confirmed it, and keeps its `confidence` and `model`.
    """

    label_id: Id
    name: str
    by: Id | None = None
    at: Moment | None = None
    source: LabelSource | None = None
    confidence: Confidence | None = None
    model: Annotated[
        str | None, Field(description="which model and version proposed it, also once somebody has confirmed it")
    ] = None
    to_confirm: Annotated[bool | None, Field(description="true: an import brought it to be confirmed")] = None


class ItemReview(Part):
    """What a reviewer decided about an item's annotation, or that it waits to be reviewed."""

    state: ReviewState
    grade: ReviewGrade | None = None
    reason: str | None = None
    by: Annotated[Id | None, Field(description="who decided; null while it is pending")] = None
    at: Annotated[Moment, Field(description="when it was decided; while it is pending, since when it waits")]


class ItemState(Part):
    """An item before or after a change."""

    labels: tuple[LabelEntry, ...]
    status: ItemStatus
    hard: bool
    content_changed: Annotated[
        bool | None, Field(description="true: the object was overwritten, and no person has changed the item since")
    ] = None
    review: Annotated[ItemReview | None, Field(description="left out if there is none")] = None


class AnnotationChanged(Payload):
    """An item changed. `before` is null at an item's beginning, `after` at its end; a null value follows the end."""

    event_type: ClassVar[str] = "labeling.annotation.changed.v1"
    topic: ClassVar[TopicSpec] = topics.ANNOTATION

    job_id: Id
    dataset_id: Id
    sample_id: Id
    path: str
    version: Annotated[int, Field(ge=1, description="counts this item's changes: 1, 2, 3 … without a hole")]
    seq: Seq
    change_id: Annotated[Id, Field(description="one request or operation, shared by all items it changed")]
    before: ItemState | None
    after: ItemState | None
    actor: Actor
    cause: AnnotationCause
    overwritten: Annotated[
        int | None,
        Field(
            ge=0, description="where `content_changed` is taken off: how often the object was overwritten until then"
        ),
    ] = None
    at: Moment

    def key(self) -> str:
        return item_key(self.job_id, self.sample_id)

    def subject(self) -> str:
        return item_key(self.job_id, self.sample_id)

    def sequence(self) -> int:
        return self.version


def item_key(job_id: str, sample_id: str) -> str:
    """`job_id:sample_id`: the key of an item's events."""
    return f"{job_id}:{sample_id}"
