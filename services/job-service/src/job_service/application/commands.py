"""What somebody may ask of job-service, and what events ask of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from job_service.domain.annotators import Annotator
from job_service.domain.events import Synchronization
from job_service.domain.job import AccountId, Changes, DatasetId, JobId, JobType, Team, TeamChanges
from job_service.domain.progress import Actor
from labelstream_contracts.label_sets import LabelSpec

CheckVersion: TypeAlias = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is signed in. `only_jobs`: those that their API key is limited to, None for all.

    An administrator's limited key is no administrator, but knows of its jobs, whoever owns them: `sees_all_jobs`.
    """

    account_id: AccountId
    administrator: bool
    only_jobs: frozenset[str] | None = None
    sees_all_jobs: bool = False

    def as_actor(self) -> Actor:
        return Actor("person", self.account_id)


@dataclass(frozen=True, slots=True)
class OpenJob:
    name: str
    dataset_id: DatasetId
    type: JobType
    description: str
    labels: Sequence[LabelSpec]
    team: Team | None
    annotators: Sequence[Annotator]
    settings: TeamChanges
    by: Person


@dataclass(frozen=True, slots=True)
class ChangeJob:
    """`check_version` raises if the caller has seen another version than the job's."""

    job_id: JobId
    changes: Changes
    check_version: CheckVersion
    by: Person


@dataclass(frozen=True, slots=True)
class StepJob:
    """One step in the life of a job: complete, reopen or delete it."""

    job_id: JobId
    check_version: CheckVersion
    by: Person


@dataclass(frozen=True, slots=True)
class NoteSynchronization:
    job_ids: Sequence[JobId]
    synchronization: Synchronization
