"""What happens to jobs: each event is one change of one job, and carries the job as it stands after it."""

from dataclasses import dataclass

from job_service.domain.annotators import Annotator
from job_service.domain.job import Job
from job_service.domain.progress import Actor
from labelstream_contracts.label_sets import LabelSpec


@dataclass(frozen=True, slots=True)
class JobEvent:
    job: Job
    by: Actor


@dataclass(frozen=True, slots=True)
class JobCreated(JobEvent):
    """`label_count` is how many labels the job starts with: some may be told by the events that follow."""

    annotators: tuple[Annotator, ...] = ()
    label_count: int = 0


@dataclass(frozen=True, slots=True)
class JobUpdated(JobEvent):
    """`further_labels` are more of those that the job starts with."""

    annotators: tuple[Annotator, ...] = ()
    further_labels: tuple[LabelSpec, ...] = ()


class JobReady(JobEvent):
    pass


class JobCompleted(JobEvent):
    pass


class JobReopened(JobEvent):
    pass


class JobArchived(JobEvent):
    pass


class JobDeleted(JobEvent):
    pass


@dataclass(frozen=True, slots=True)
class Synchronization:
    """What one synchronization of the dataset found."""

    operation_id: str
    added: int
    updated: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class JobSynchronized(JobEvent):
    synchronization: Synchronization
