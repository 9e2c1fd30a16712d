"""What job-service says of jobs: a new one is answered with the markers that its preparation waits for."""

from collections.abc import Sequence

from labelstream_common.messaging import Follower, Received, one_by_one
from labelstream_common.mongo import Session
from labelstream_contracts import JobCreated, topics
from sync_service.application.ports import Join, Ports
from sync_service.application.tell_samples import TellSamples, tell_samples
from sync_service.domain.dataset import DatasetId, JobId

# Each is answered with a marker for every partition of the sample topic.
_JOBS_OF_A_TRANSACTION = 50


def job_follower(ports: Ports, join: Join) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        async with join(session) as work:
            for event in one_by_one(events):
                if isinstance(event.payload, JobCreated):
                    command = TellSamples(DatasetId(event.payload.dataset_id), JobId(event.payload.job_id))
                    await tell_samples(command, work, ports=ports)

    return Follower("job-follower", (topics.JOB.name,), apply, wants=(JobCreated,), most=_JOBS_OF_A_TRANSACTION)
