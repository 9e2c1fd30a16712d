"""What job-service's events do here: a new job begins with its first labels, a deleted one's items end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from label_service.application.job_end import start_end
from label_service.application.labels import NewLabel
from label_service.application.ports import JoinedCommitter, Submission
from label_service.domain.actors import Actor, Cause
from label_service.domain.commands import CreateLabel
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.messaging import current_context
from labelstream_common.mongo import Session
from labelstream_common.operations import Operations


@dataclass(frozen=True, slots=True)
class FollowJob:
    """A job as it stands after one of its events, and who changed it."""

    job_id: str
    dataset_id: str
    name: str
    version: int
    state: str
    owner_id: str
    is_team: bool
    labelers_may_create_labels: bool
    deleted: bool
    labels: Sequence[NewLabel]
    actor: Actor


class FollowedJobs(Protocol):
    async def version(self, job_id: str, session: Session) -> int | None:
        """The version that is stored; None if the job is not known."""
        ...

    async def begin(self, job: FollowJob, session: Session) -> None: ...

    async def update(self, job: FollowJob, session: Session) -> None: ...


class JobPolicy:
    """Runs inside the transaction that stores the event's offset. An event that was seen before changes nothing."""

    def __init__(self, jobs: FollowedJobs, committer: JoinedCommitter, operations: Operations, clock: Clock) -> None:
        self._jobs = jobs
        self._committer = committer
        self._operations = operations
        self._clock = clock

    async def follow(self, job: FollowJob, session: Session) -> None:
        known = await self._jobs.version(job.job_id, session)
        if known is None:
            await self._jobs.begin(job, session)
            if job.labels and not job.deleted:
                await self._committer.commit_within(session, job.job_id, self._first_labels(job))
        elif known < job.version:
            await self._jobs.update(job, session)
            if job.deleted:
                await start_end(job.job_id, job.actor, operations=self._operations, clock=self._clock, session=session)

    def _first_labels(self, job: FollowJob) -> list[Submission]:
        origin = Origin(new_id(), job.actor, Cause.ANNOTATE, self._clock.now())
        context = current_context.get()
        return [
            Submission(CreateLabel(origin, new_id(), label.name, label.color, label.shortcut), context)
            for label in job.labels
        ]
