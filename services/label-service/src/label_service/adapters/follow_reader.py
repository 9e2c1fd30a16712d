"""Reads which jobs are behind their datasets, and what they have to follow."""

from collections.abc import Sequence

from label_service.adapters.collections import DATASETS, JOBS, SAMPLES
from label_service.application.items_follower import FollowingJob
from label_service.domain.commands import ArrivingSample
from labelstream_common.mongo import Database


class MongoFollowed:
    """See `label_service.application.items_follower.Followed`."""

    def __init__(self, database: Database) -> None:
        self._datasets = database[DATASETS]
        self._jobs = database[JOBS]
        self._samples = database[SAMPLES]

    async def datasets_behind(self) -> list[tuple[str, int]]:
        rows = self._datasets.find({"behind": True}, {"rev": 1})
        return [(row["_id"], row.get("rev", 0)) for row in await rows.to_list(1000)]

    async def caught_up(self, dataset_id: str, rev: int) -> None:
        """Nobody is behind any more, unless the dataset has moved on or a job was opened since."""
        unmoved = {"_id": dataset_id, "rev": rev} if rev else {"_id": dataset_id, "rev": {"$in": [None, 0]}}
        await self._datasets.update_one(unmoved, {"$unset": {"behind": ""}})
        if await self.jobs(dataset_id, rev):
            await self._datasets.update_one({"_id": dataset_id}, {"$set": {"behind": True}})

    async def jobs(self, dataset_id: str, rev: int) -> list[FollowingJob]:
        """The jobs on a dataset that have not applied everything up to `rev`, or are not prepared."""
        query = {
            "dataset_id": dataset_id,
            "deleted": False,
            "$or": [{"applied_rev": {"$lt": rev}}, {"prepared": False}],
        }
        fields = {"applied_rev": 1, "prepared": 1, "prepared_rev": 1}
        rows = await self._jobs.find(query, fields).to_list(None)
        return [FollowingJob(row["_id"], row["applied_rev"], row["prepared"], row["prepared_rev"]) for row in rows]

    async def samples(self, dataset_id: str, after: int, limit: int) -> tuple[int, Sequence[ArrivingSample]]:
        """The next changes of a dataset in the order of `rev`, and the `rev` they reach."""
        query = {"dataset_id": dataset_id, "rev": {"$gt": after}}
        rows = await self._samples.find(query).sort("rev", 1).limit(limit).batch_size(limit + 1).to_list(limit)
        if not rows:
            return after, ()
        return rows[-1]["rev"], [
            ArrivingSample(
                sample_id=row["_id"],
                path=row["path"],
                version=row["version"],
                labels=row["labels"],
                removed=row["removed"],
                hard=row.get("hard"),
                hardness=row.get("hardness"),
            )
            for row in rows
        ]
