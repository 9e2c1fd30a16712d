"""`labeling.progress.v1`: what each commit added up to, for a job and for each labeler's own items (label-service)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Actor, Count, Id, Part, Payload
from labelstream_contracts.topics import TopicSpec


class Totals(Part):
    """A job's items by status: absolute numbers."""

    total: Count
    labeled: Count
    unlabeled: Count
    to_confirm: Count
    unreadable: Annotated[
        Count, Field(description="cannot be read; without labels they are in the total and not unlabeled")
    ] = 0


class Contribution(Part):
    """What one actor did on one day in this commit: increments, to be added up."""

    actor: Actor
    day: date
    added: Count = 0
    removed: Count = 0
    reviewed: Count = 0


class ProgressPayload(Payload):
    """A job's totals at one `seq`."""

    topic: ClassVar[TopicSpec] = topics.PROGRESS

    job_id: Id
    seq: Annotated[int, Field(ge=0, description="the job's last `seq` of the commit")]
    totals: Totals

    def key(self) -> str:
        return self.job_id

    def subject(self) -> str:
        return self.job_id

    def sequence(self) -> int:
        return self.seq


class ProgressChanged(ProgressPayload):
    """A commit changed the job. `labels` holds only the counts it changed, absolute; `by` holds increments."""

    event_type: ClassVar[str] = "labeling.progress.changed.v1"

    labels: dict[str, Count] = Field(default_factory=dict)
    by: tuple[Contribution, ...] = ()


class ProgressPrepared(ProgressPayload):
    """A new job's items are all there."""

    event_type: ClassVar[str] = "labeling.progress.prepared.v1"


class ProgressShared(Payload):
    """What labelers of a job have of its items, where items are dealt out or taken from a queue.

    `shares` holds only those that a commit moved, absolute. What people have also changes without a `seq`, so `commit`
    numbers these messages, and their subject is `<job>:shares`: drop what has a lower number than was seen of it, which
    may come again after a newer one. If very many people's shares move at once, several messages have one number.
    """

    event_type: ClassVar[str] = "labeling.progress.shared.v1"
    topic: ClassVar[TopicSpec] = topics.PROGRESS

    job_id: Id
    commit: Annotated[
        int,
        Field(ge=0, description="grows with every commit of the job: the `ce_sequence` of the subject `<job>:shares`"),
    ]
    shares: Annotated[dict[str, Totals], Field(description="by account")]

    def key(self) -> str:
        return self.job_id

    def subject(self) -> str:
        return f"{self.job_id}:shares"

    def sequence(self) -> int:
        return self.commit
