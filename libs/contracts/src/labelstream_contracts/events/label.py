"""`labeling.label.v1`: the label set of each job (label-service). One event, however many images carry the label."""

from typing import Annotated, ClassVar

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Actor, Count, Id, Moment, Part, Payload, Seq
from labelstream_contracts.topics import TopicSpec


class LabelRef(Part):
    """A label by id, with the name it had."""

    label_id: Id
    name: str


class LabelState(LabelRef):
    """A label as it stands after the event."""

    color: str | None = None
    shortcut: str | None = None
    description: str | None = None


class LabelBefore(Part):
    """What a rename replaced."""

    name: str


class LabelPayload(Payload):
    """A change of a job's label set."""

    topic: ClassVar[TopicSpec] = topics.LABEL

    job_id: Id
    seq: Seq
    change_id: Id
    actor: Actor
    at: Moment

    def key(self) -> str:
        return self.job_id

    def subject(self) -> str:
        return self.job_id

    def sequence(self) -> int:
        return self.seq


class LabelCreated(LabelPayload):
    """A label was added to the job."""

    event_type: ClassVar[str] = "labeling.label.created.v1"

    label: LabelState


class LabelRenamed(LabelPayload):
    """A label has a new name, at once for every image that carries it."""

    event_type: ClassVar[str] = "labeling.label.renamed.v1"

    label: LabelState
    before: LabelBefore


class LabelUpdated(LabelPayload):
    """A label has a new color, shortcut or description. A change with a new name is sent as `renamed` instead."""

    event_type: ClassVar[str] = "labeling.label.updated.v1"

    label: LabelState


class LabelMerged(LabelPayload):
    """Labels became another one; each item's change follows as it is made."""

    event_type: ClassVar[str] = "labeling.label.merged.v1"

    from_: Annotated[tuple[LabelRef, ...], Field(alias="from", min_length=1)]
    into: LabelRef


class LabelDeleted(LabelPayload):
    """A label is hidden and its name free; each item's change follows as it is taken off."""

    event_type: ClassVar[str] = "labeling.label.deleted.v1"

    label: LabelRef


class LabelImagesDiscarded(LabelPayload):
    """A label was deleted with its images: these carried no other and go from the dataset, their items' ends follow."""

    event_type: ClassVar[str] = "labeling.label.images-discarded.v1"

    dataset_id: Id
    label: LabelRef
    sample_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1_000)]


class LabelPurged(LabelPayload):
    """A deleted label has been taken off every item."""

    event_type: ClassVar[str] = "labeling.label.purged.v1"

    label: LabelRef
    items: Count
