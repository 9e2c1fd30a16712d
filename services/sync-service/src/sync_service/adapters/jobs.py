"""Which job works on which dataset, read from the access projection that every service keeps."""

from collections.abc import Sequence

from labelstream_common.access import AccessProjection, JobRight, JobRole
from labelstream_common.access.rights import RIGHTS
from sync_service.domain.dataset import CLOSED, DatasetId, JobId


class ProjectedJobs:
    def __init__(self, projection: AccessProjection) -> None:
        self._projection = projection

    async def dataset_of(self, job_id: str) -> DatasetId | None:
        job = await self._projection.job(job_id)
        return DatasetId(job.dataset_id) if job else None

    async def state_of(self, job_id: str) -> str:
        job = await self._projection.job(job_id)
        return job.state if job else ""

    async def on(self, dataset_id: str) -> Sequence[JobId]:
        return sorted(JobId(job.job_id) for job in await self._projection.jobs_on(dataset_id))

    async def manages_data(self, dataset_id: str, account_id: str) -> bool:
        for job in await self._projection.jobs_on(dataset_id):
            if job.state in CLOSED:
                continue
            roles = {JobRole(role) for role in await self._projection.roles(job.job_id, account_id)}
            if job.owner_id == account_id or any(JobRight.MANAGE_DATA in RIGHTS[role] for role in roles):
                return True
        return False
