"""Reads which jobs are behind their datasets, and what they have to follow."""

from collections.abc import Collection, Sequence

from label_service.adapters.collections import DATASETS, JOBS, PREPARATIONS, SAMPLES
from label_service.application.items_follower import Behind, FollowingJob
from label_service.domain.commands import ArrivingSample, Merged
from label_service.domain.errors import CLOSED_STATES
from labelstream_common.mongo import Database, Document


class MongoFollowed:
    """See `label_service.application.items_follower.Followed`."""

    def __init__(self, database: Database) -> None:
        self._datasets = database[DATASETS]
        self._jobs = database[JOBS]
        self._samples = database[SAMPLES]
        self._preparations = database[PREPARATIONS]

    async def datasets_behind(self, besides: Collection[str]) -> list[str]:
        rows = self._datasets.find({"behind": True, "_id": {"$nin": list(besides)}}, {"_id": 1})
        return [row["_id"] for row in await rows.to_list(1000)]

    async def behind(self, dataset_id: str) -> Behind:
        """The dataset is read first: what makes a job fall behind after that counts one move more."""
        dataset = await self._datasets.find_one({"_id": dataset_id}, {"rev": 1, "moves": 1}) or {}
        rev = dataset.get("rev", 0)
        query = {
            "dataset_id": dataset_id,
            "deleted": False,
            "labels_missing": {"$not": {"$gt": 0}},
            "state": {"$nin": list(CLOSED_STATES)},
            "$or": [{"applied_rev": {"$lt": rev}}, {"prepared": False}],
        }
        rows = await self._jobs.find(query, {"applied_rev": 1, "prepared": 1, "prepared_rev": 1}).to_list(None)
        told = await self._told([row["_id"] for row in rows if not row["prepared"]])
        # Jobs that were opened before there were markers have the `rev` in their own document.
        jobs = [
            FollowingJob(row["_id"], row["applied_rev"], row["prepared"], row.get("prepared_rev", told.get(row["_id"])))
            for row in rows
        ]
        return Behind(rev, dataset.get("moves"), [job for job in jobs if job.applied_rev < rev or job.can_be_prepared])

    async def _told(self, job_ids: list[str]) -> dict[str, int]:
        if not job_ids:
            return {}
        rows = self._preparations.find({"_id": {"$in": job_ids}, "rev": {"$exists": True}}, {"rev": 1})
        return {row["_id"]: row["rev"] for row in await rows.to_list(None)}

    async def caught_up(self, dataset_id: str, moves: int | None) -> None:
        """Nobody is behind any more, unless something has moved since `moves` was read."""
        await self._datasets.update_one({"_id": dataset_id, "moves": moves}, {"$unset": {"behind": ""}})

    async def samples(self, dataset_id: str, after: int, limit: int) -> tuple[int, Sequence[ArrivingSample]]:
        """The next changes of a dataset in the order of `rev`, and the `rev` they reach."""
        query = {"dataset_id": dataset_id, "rev": {"$gt": after}}
        rows = await self._samples.find(query).sort("rev", 1).limit(limit).batch_size(limit + 1).to_list(limit)
        if not rows:
            return after, ()
        return rows[-1]["rev"], list(map(arriving_sample, rows))


def arriving_sample(row: Document) -> ArrivingSample:
    """A sample as this service knows it."""
    return ArrivingSample(
        sample_id=row["_id"],
        path=row["path"],
        version=row["version"],
        labels=row["labels"],
        removed=row["removed"],
        etag=row.get("etag"),
        hard=row.get("hard"),
        hardness=row.get("hardness"),
        to_confirm=row.get("to_confirm", False),
        confidences=dict(row.get("confidences", ())),
        content_changed=row.get("content_changed", False),
        overwritten=row.get("overwritten", 0),
        state=row.get("state", "new"),
        reason=row.get("reason"),
        merged=Merged(*row["merged"]) if row.get("merged") else None,
    )
