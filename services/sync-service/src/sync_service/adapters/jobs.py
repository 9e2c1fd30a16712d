"""Which job works on which dataset, read from the access projection that every service keeps."""

from collections.abc import Sequence

from labelstream_common.access import AccessProjection
from sync_service.domain.dataset import DatasetId, JobId


class ProjectedJobs:
    def __init__(self, projection: AccessProjection) -> None:
        self._projection = projection

    async def dataset_of(self, job_id: str) -> DatasetId | None:
        job = await self._projection.job(job_id)
        return DatasetId(job.dataset_id) if job else None

    async def on(self, dataset_id: str) -> Sequence[JobId]:
        return sorted(JobId(job.job_id) for job in await self._projection.jobs_on(dataset_id))
