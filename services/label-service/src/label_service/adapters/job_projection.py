"""The jobs that label-service keeps data for: what job-service says of them, beside this service's own counters."""

from collections.abc import Sequence
from typing import Any

from label_service.adapters.collections import DATASETS, JOBS
from label_service.adapters.committer import MongoCommitter
from label_service.application.job_end import start_end
from label_service.application.ports import Submission
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import CreateLabel
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.messaging import Received, current_context
from labelstream_common.mongo import Database, Session
from labelstream_common.operations import Operations
from labelstream_contracts.events import JobDeleted, JobPayload


class JobProjection:
    """Follows `labeling.job.v1`. A new job's labels are there as soon as the job is; a deleted one's items end."""

    def __init__(self, database: Database, committer: MongoCommitter, operations: Operations, clock: Clock) -> None:
        self._database = database
        self._jobs = database[JOBS]
        self._committer = committer
        self._operations = operations
        self._clock = clock

    async def apply(self, events: Sequence[Received], session: Session) -> None:
        for event in events:
            if isinstance(event.payload, JobPayload):
                await self._one(event.payload, session)

    async def _one(self, job: JobPayload, session: Session) -> None:
        deleted = isinstance(job, JobDeleted)
        known = await self._jobs.find_one({"_id": job.job_id}, {"version": 1}, session=session)
        fields = {
            "version": job.version,
            "state": job.state,
            "owner_id": job.owner_id,
            "is_team": job.is_team,
            "labelers_may_create_labels": job.labelers_may_create_labels,
            "deleted": deleted,
        }
        if known is None:
            await self._begin(job, fields, session)
        elif known["version"] < job.version:
            await self._jobs.update_one({"_id": job.job_id}, {"$set": fields}, session=session)
            if deleted:
                actor = Actor(ActorKind(job.actor.kind), job.actor.id)
                await start_end(job.job_id, actor, operations=self._operations, clock=self._clock, session=session)

    async def _begin(self, job: JobPayload, fields: dict[str, Any], session: Session) -> None:
        # Counting makes this a write even where the dataset is behind already: one that changed nothing would not
        # meet the items follower, which may at this moment find nobody behind and say so.
        dataset = await self._database[DATASETS].find_one_and_update(
            {"_id": job.dataset_id}, {"$set": {"behind": True}, "$inc": {"jobs": 1}}, upsert=True, session=session
        )
        rev = dataset.get("rev", 0) if dataset else 0
        await self._jobs.insert_one(new_job(job, fields, rev), session=session)
        if job.labels and not fields["deleted"]:
            await self._committer.commit_within(session, job.job_id, self._labels(job))

    def _labels(self, job: JobPayload) -> list[Submission]:
        actor = Actor(ActorKind(job.actor.kind), job.actor.id)
        origin = Origin(new_id(), actor, Cause.ANNOTATE, self._clock.now())
        return [
            Submission(
                CreateLabel(origin, new_id(), label.name, color=label.color, shortcut=label.shortcut),
                current_context.get(),
            )
            for label in job.labels
        ]


def new_job(job: JobPayload, fields: dict[str, Any], prepared_rev: int) -> dict[str, Any]:
    """A job's head at its beginning. It is prepared once its items have reached the dataset's `prepared_rev`."""
    return {
        "_id": job.job_id,
        "dataset_id": job.dataset_id,
        **fields,
        "seq": 0,
        "commits": 0,
        "totals": {"total": 0, "labeled": 0, "to_confirm": 0, "hard": 0},
        "labelers": {},
        "labels_created": 0,
        "applied_rev": 0,
        "prepared_rev": prepared_rev,
        "prepared": False,
    }
