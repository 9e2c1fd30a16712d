"""The jobs that label-service keeps data for: what job-service says of them, beside this service's own counters."""

from typing import Any

from label_service.adapters.collections import DATASETS, JOBS
from label_service.adapters.dealings import MongoDealings
from label_service.application.job_events import FollowJob
from labelstream_common.mongo import Database, Session


class MongoFollowedJobs:
    """See `label_service.application.job_events.FollowedJobs`."""

    def __init__(self, database: Database) -> None:
        self._jobs = database[JOBS]
        self._datasets = database[DATASETS]
        self._dealings = MongoDealings(database)

    async def version(self, job_id: str, session: Session) -> int | None:
        known = await self._jobs.find_one({"_id": job_id}, {"version": 1}, session=session)
        return known["version"] if known else None

    async def begin(self, job: FollowJob, session: Session) -> None:
        await self._rouse(job.dataset_id, session)
        await self._jobs.insert_one(_new_job(job), session=session)
        await self._dealings.ask([job.job_id], session)

    async def update(self, job: FollowJob, session: Session) -> None:
        # Counted as a commit: what a writer of this job has planned on its earlier state does not hold any more.
        counts = {"commits": 1, "labels_missing": -len(job.further_labels)}
        before = await self._jobs.find_one_and_update(
            {"_id": job.job_id}, {"$set": _fields(job), "$inc": counts}, {"state": 1}, session=session
        )
        await self._dealings.ask([job.job_id], session)
        reopened = before is not None and before["state"] != job.state
        if reopened or job.further_labels:  # it has to catch up, or may begin to follow
            await self._rouse(job.dataset_id, session)

    async def _rouse(self, dataset_id: str, session: Session) -> None:
        """Counting makes this a write even where the dataset is behind already: one that changed nothing would not
        meet the items follower, which may at this moment find nobody behind and say so."""
        update = {"$set": {"behind": True}, "$inc": {"moves": 1}}
        await self._datasets.update_one({"_id": dataset_id}, update, upsert=True, session=session)


def _fields(job: FollowJob) -> dict[str, Any]:
    return {
        "version": job.version,
        "name": job.name,
        "state": job.state,
        "owner_id": job.owner_id,
        "is_team": job.is_team,
        "team": job.team.document(),
        "deleted": job.deleted,
    }


def _new_job(job: FollowJob) -> dict[str, Any]:
    """A job's head at its beginning. `label_service.adapters.preparations` says when it is prepared.

    It follows its dataset as soon as none of its first labels is missing.
    """
    return {
        "_id": job.job_id,
        "dataset_id": job.dataset_id,
        **_fields(job),
        "seq": 0,
        "commits": 0,
        "totals": {"total": 0, "labeled": 0, "to_confirm": 0, "hard": 0, "unreadable": 0, "set_apart": 0},
        "labelers": {},
        "labels_created": 0,
        "labels_missing": max(0, (job.label_count or 0) - len(job.labels) - len(job.further_labels)),
        "applied_rev": 0,
        "prepared": False,
    }
