"""`labeling.sample.v1`: the samples of each dataset, full state with every event, and markers (sync-service)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Confidence, Count, Id, Moment, Part, Payload, Version
from labelstream_contracts.topics import TopicSpec

SampleCause = Literal["synchronized", "import", "delete", "restore", "inspected", "content-seen"]
SampleState = Literal["new", "ok", "unreadable"]
Pixels = Annotated[int, Field(ge=1)]


class SampleLabel(Part):
    """A label that came with the data."""

    name: str
    confidence: Confidence | None = None
    by: str | None = None
    at: Moment | None = None
    to_confirm: Annotated[bool, Field(description="it counts only after a person has confirmed it")] = False


class MergedInto(Part):
    """A person deleted a sample as a duplicate of another one, which takes over the labels of its items."""

    sample_id: Id
    by: Annotated[Id, Field(description="the account that merged them")]
    change_id: Annotated[Id, Field(description="the change that the labels come by, in every job")]


class SamplePayload(Payload):
    """A sample as it stands after the event. `width` and `height` are null until the image has been read."""

    topic: ClassVar[TopicSpec] = topics.SAMPLE

    sample_id: Id
    dataset_id: Id
    bucket: str
    path: Annotated[str, Field(description="the object's whole key")]
    name: Annotated[str, Field(description="the last part of the path")]
    size: Count
    etag: str
    media_type: str
    width: Pixels | None = None
    height: Pixels | None = None
    labels: tuple[SampleLabel, ...] = ()
    hard: bool | None = None
    hardness: float | None = None
    content_changed: Annotated[
        bool, Field(description="the object was overwritten, and no person has looked at an item of it since")
    ] = False
    overwritten: Annotated[Count, Field(description="how often the object was overwritten with other bytes")] = 0
    state: Annotated[
        SampleState, Field(description="what inspection found: `new` until the bytes were read, or cannot be decoded")
    ] = "new"
    reason: Annotated[str | None, Field(description="why it is unreadable")] = None
    sha256: Annotated[str | None, Field(description="of the bytes, once they were read")] = None
    merged: Annotated[MergedInto | None, Field(description="of a removed one: which sample takes its labels over")] = (
        None
    )
    added_at: Moment
    version: Version
    removed: bool
    cause: SampleCause

    def key(self) -> str:
        return self.sample_id

    def subject(self) -> str:
        return self.sample_id

    def sequence(self) -> int:
        return self.version


class SampleAdded(SamplePayload):
    """An object became a sample, or a removed sample returned."""

    event_type: ClassVar[str] = "labeling.sample.added.v1"


class SampleUpdated(SamplePayload):
    """The object's bytes or what is known about the sample changed."""

    event_type: ClassVar[str] = "labeling.sample.updated.v1"


class SampleRemoved(SamplePayload):
    """The sample was deleted, or its object is gone; the payload is its state as it was."""

    event_type: ClassVar[str] = "labeling.sample.removed.v1"


class SampleTold(Payload):
    """A marker: in this partition, every sample that the dataset had when the job was created stands before it.

    A new job has one in each of the topic's `partitions`; a follower that has read them all has read every such sample.
    A marker may come twice, and is never followed by a null value: whoever reads the topic from the beginning counts
    again. Its key is its own, so that compaction keeps it; the key does not say the partition, `partition` does.
    """

    event_type: ClassVar[str] = "labeling.sample.told.v1"
    topic: ClassVar[TopicSpec] = topics.SAMPLE

    dataset_id: Id
    job_id: Id
    partition: Count
    partitions: Annotated[int, Field(ge=1, description="how many the topic has")]

    def key(self) -> str:
        return f"{self.job_id}:{self.partition}"

    def subject(self) -> str:
        return self.key()

    def sequence(self) -> int:
        return 1
