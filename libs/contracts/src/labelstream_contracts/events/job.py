"""`labeling.job.v1`: labeling jobs, full state with every event (job-service)."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from labelstream_contracts import topics
from labelstream_contracts.events.member import MemberRole
from labelstream_contracts.events.payload import Actor, Count, Id, Moment, Part, Payload, Version
from labelstream_contracts.team_settings import MAX_OVERLAP, Assignment, ReviewRule, TeamSettings
from labelstream_contracts.topics import TopicSpec

JobType = Literal["image_classification"]
JobState = Literal["preparing", "active", "in_review", "completed", "archived"]


class JobLabel(Part):
    """A label that a job starts with."""

    name: str
    color: str | None = None
    shortcut: str | None = None


class JobAnnotator(Part):
    """Somebody who is to become an annotator of a job: a member of a team, or anybody by address."""

    member_id: Annotated[Id | None, Field(description="of a team; either this or email")] = None
    email: str | None = None
    role: Annotated[MemberRole | None, Field(description="null: the member's role in the team")] = None

    @model_validator(mode="after")
    def _names_one_person(self) -> Self:
        if (self.member_id is None) == (self.email is None):
            raise ValueError("names somebody by either member_id or email")
        if self.member_id is None and self.role is None:
            raise ValueError("email needs a role")
        return self


class JobTeam(Part):
    """How the items of a team's job reach people."""

    assignment: Assignment = "none"
    overlap: Annotated[int, Field(ge=1, le=MAX_OVERLAP, description="how many labelers each item needs")] = 1
    review: ReviewRule = "none"
    labels_may_be_created: Annotated[bool, Field(description="by labelers, while they label")] = True


JobAnnotators = Annotated[
    tuple[JobAnnotator, ...],
    Field(description="whom this change adds, besides the members of a team that it names; not all there are"),
]


class JobPayload(Payload):
    """A job as it stands after the event."""

    topic: ClassVar[TopicSpec] = topics.JOB

    job_id: Id
    dataset_id: Id
    name: str
    description: str = ""
    type: JobType
    state: JobState
    labels: Annotated[
        tuple[JobLabel, ...],
        Field(description="those that the job starts with, as far as they fit into one event of a megabyte"),
    ] = ()
    owner_id: Id
    is_team: bool
    team_id: Id | None = None
    labelers_may_create_labels: Annotated[
        bool, Field(description="the same as `team.labels_may_be_created`, for readers of earlier releases")
    ] = True
    team: Annotated[
        JobTeam | None, Field(description="null: no team's job, or an event of a release that had no such settings")
    ] = None
    created_at: Moment
    updated_at: Moment
    version: Version
    actor: Actor

    @property
    def team_settings(self) -> TeamSettings:
        """The settings, whichever release wrote the event."""
        team = None if self.team is None else self.team.model_dump()
        return TeamSettings.of(team, labels_may_be_created=self.labelers_may_create_labels)

    def key(self) -> str:
        return self.job_id

    def subject(self) -> str:
        return self.job_id

    def sequence(self) -> int:
        return self.version


class JobCreated(JobPayload):
    """A job was opened on a dataset; it is being prepared."""

    event_type: ClassVar[str] = "labeling.job.created.v1"

    annotators: JobAnnotators = ()
    label_count: Annotated[
        Count | None, Field(description="how many labels the job starts with, those of the next events included")
    ] = None


class JobUpdated(JobPayload):
    """Name, description, team or settings of a job changed."""

    event_type: ClassVar[str] = "labeling.job.updated.v1"

    annotators: JobAnnotators = ()
    further_labels: Annotated[
        tuple[JobLabel, ...], Field(description="more labels that the job starts with, after those of earlier events")
    ] = ()


class JobReady(JobPayload):
    """A new job's items are there; it is active."""

    event_type: ClassVar[str] = "labeling.job.ready.v1"


class JobSynchronized(JobPayload):
    """New data of the dataset was synchronized on the job's behalf."""

    event_type: ClassVar[str] = "labeling.job.synchronized.v1"

    operation_id: Id
    added: Count
    updated: Count
    removed: Count
    unchanged: Count


class JobCompleted(JobPayload):
    """The job is done."""

    event_type: ClassVar[str] = "labeling.job.completed.v1"


class JobReopened(JobPayload):
    """A completed job goes on."""

    event_type: ClassVar[str] = "labeling.job.reopened.v1"


class JobArchived(JobPayload):
    """The job is put away; it is read only."""

    event_type: ClassVar[str] = "labeling.job.archived.v1"


class JobDeleted(JobPayload):
    """The job is gone; the payload is its state as it was."""

    event_type: ClassVar[str] = "labeling.job.deleted.v1"
