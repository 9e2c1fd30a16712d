"""Job events become what this service keeps of a job."""

from collections.abc import Callable, Sequence
from typing import Protocol

from labelstream_common.messaging import Follower, Received
from labelstream_common.mongo import Session
from labelstream_contracts import JobDeleted, JobPayload, topics
from team_service.application.following import follow_job
from team_service.application.ports import Ports, Work
from team_service.domain.jobs import Job


class KeptWork(Work, Protocol):
    async def keep(self) -> None: ...


def job_follower(ports: Ports, work_in: Callable[[Session], KeptWork]) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        work = work_in(session)
        for event in events:
            if isinstance(event.payload, JobPayload):
                await follow_job(_job(event.payload), ports=ports, work=work)
        await work.keep()

    return Follower("job-follower", (topics.JOB.name,), apply)


def _job(payload: JobPayload) -> Job:
    return Job(
        id=payload.job_id,
        name=payload.name,
        owner_id=payload.owner_id,
        version=payload.version,
        team_id=payload.team_id,
        deleted=isinstance(payload, JobDeleted),
    )
