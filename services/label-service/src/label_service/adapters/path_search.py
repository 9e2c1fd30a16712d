"""Finds a job's items by path, at the samples of its dataset: where few match, by their keys; where many do, any walk
meets them soon.
"""

import re

from bson.binary import Binary

from label_service.adapters.collections import JOBS, NAME_INDEX, PATH_INDEX, SAMPLES
from label_service.adapters.item_keys import keys_of
from label_service.adapters.item_queries import NothingMatches, Query, span_of
from label_service.domain.matching import PathPattern
from labelstream_common.mongo import Database

FEW = 5_000


class PathSearch:
    def __init__(self, database: Database) -> None:
        self._jobs = database[JOBS]
        self._samples = database[SAMPLES]

    async def few(self, job_id: str, path: str | None) -> list[Binary] | None:
        """The `_id`s of the items whose path matches; None if no path is asked for, or more than a few match.

        Raises NothingMatches.
        """
        pattern = PathPattern(path) if path else None
        if pattern is None or not pattern.text or "\0" in pattern.text:
            return None
        dataset_id = await self.dataset_of(job_id)
        found: set[str] = set()
        for index, query in _parts(pattern):
            rows = self._samples.find({"dataset_id": dataset_id, **query}, {"_id": 1}).hint(index).limit(FEW + 1)
            found.update(row["_id"] for row in await rows.batch_size(FEW + 2).to_list(None))
            if len(found) > FEW:
                return None
        if not found:
            raise NothingMatches
        return keys_of(job_id, found)

    async def dataset_of(self, job_id: str) -> str:
        """Raises NothingMatches: the job is not there."""
        row = await self._jobs.find_one({"_id": job_id}, {"dataset_id": 1})
        if row is None:
            raise NothingMatches
        return str(row["dataset_id"])


def _parts(pattern: PathPattern) -> list[tuple[str, Query]]:
    """What a pattern finds, by index: a range of paths and one of names, or what contains it."""
    if not pattern.is_prefix:
        return [(PATH_INDEX, {"path_key": {"$regex": re.escape(pattern.text)}})]
    span = span_of(pattern.text)
    return [(PATH_INDEX, {"path_key": span}), (NAME_INDEX, {"name_key": span})]
