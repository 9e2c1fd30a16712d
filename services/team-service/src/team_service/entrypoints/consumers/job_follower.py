"""Job events become what this service keeps of a job."""

from collections.abc import Sequence

from labelstream_common.messaging import Follower, Received
from labelstream_common.mongo import Session
from labelstream_contracts import JobDeleted, JobPayload, topics
from team_service.application.following import follow_job
from team_service.application.ports import Ports
from team_service.domain.jobs import Job


def job_follower(ports: Ports) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        async with ports.unit_of_work.within(session) as work:
            for event in events:
                if isinstance(event.payload, JobPayload):
                    await follow_job(_job(event.payload), ports=ports, work=work)

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
