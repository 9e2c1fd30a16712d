"""What this service keeps of labeling jobs."""

from labelstream_common.mongo import Database, Document
from team_service.adapters.collections import JOBS
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.jobs import Job


class MongoJobs:
    def __init__(self, database: Database) -> None:
        self._jobs = database[JOBS]

    async def find(self, job_id: str, work: Work | None = None) -> Job | None:
        found = await self._jobs.find_one({"_id": job_id, "deleted": False}, session=session_of(work))
        return None if found is None else _job(found)

    async def follow(self, job: Job, work: Work) -> bool:
        known = await self._jobs.find_one({"_id": job.id}, {"version": 1}, session=work.session)
        if known is not None and known["version"] >= job.version:
            return False
        await self._jobs.replace_one({"_id": job.id}, _document(job), upsert=True, session=work.session)
        return True


def _document(job: Job) -> Document:
    return {
        "_id": job.id,
        "name": job.name,
        "owner_id": job.owner_id,
        "team_id": job.team_id,
        "deleted": job.deleted,
        "version": job.version,
    }


def _job(found: Document) -> Job:
    return Job(
        id=found["_id"],
        name=found["name"],
        owner_id=found["owner_id"],
        team_id=found["team_id"],
        deleted=found["deleted"],
        version=found["version"],
    )
