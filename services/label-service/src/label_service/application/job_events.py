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
from labelstream_contracts.team_settings import TeamSettings


@dataclass(frozen=True, slots=True)
class FollowJob:
    """A job as it stands after one of its events, and who changed it.

    It starts with `label_count` labels: `labels`, as far as its first event had room, and `further_labels`, which
    only this event tells of.
    """

    job_id: str
    dataset_id: str
    name: str
    version: int
    state: str
    owner_id: str
    is_team: bool
    team: TeamSettings
    deleted: bool
    actor: Actor
    labels: Sequence[NewLabel] = ()
    further_labels: Sequence[NewLabel] = ()
    label_count: int | None = None


class PolicyRefused(Exception):
    """A command that an event made necessary was refused: a fault of ours, never of the event's."""


class FollowedJobs(Protocol):
    async def version(self, job_id: str, session: Session) -> int | None:
        """The version that is stored; None if the job is not known."""
        ...

    async def begin(self, job: FollowJob, session: Session) -> None: ...

    async def update(self, job: FollowJob, session: Session) -> None: ...


class JobPolicy:
    """Runs inside the transaction that stores the event's offset. An event that was seen before changes nothing.

    Job-service has checked a job's first labels by the rules that hold here, too. Should one be refused all the same, a
    rule or a delivery is at fault: it raises.
    """

    def __init__(self, jobs: FollowedJobs, committer: JoinedCommitter, operations: Operations, clock: Clock) -> None:
        self._jobs = jobs
        self._committer = committer
        self._operations = operations
        self._clock = clock

    async def follow(self, job: FollowJob, session: Session) -> None:
        known = await self._jobs.version(job.job_id, session)
        if known is None:
            await self._jobs.begin(job, session)
            if not job.deleted:
                await self._create(job, [*job.labels, *job.further_labels], session)
        elif known < job.version:
            await self._jobs.update(job, session)
            if job.deleted:
                await start_end(job.job_id, job.actor, operations=self._operations, clock=self._clock, session=session)
            else:
                await self._create(job, job.further_labels, session)

    async def _create(self, job: FollowJob, labels: Sequence[NewLabel], session: Session) -> None:
        if not labels:
            return
        origin = Origin(new_id(), job.actor, Cause.ANNOTATE, self._clock.now())
        context = current_context.get()
        submissions = [
            Submission(CreateLabel(origin, new_id(), label.name, label.color, label.shortcut), context)
            for label in labels
        ]
        for outcome in await self._committer.commit_within(session, job.job_id, submissions):
            if isinstance(outcome, Exception):
                raise PolicyRefused(f"first labels of job {job.job_id}: {outcome}") from outcome
