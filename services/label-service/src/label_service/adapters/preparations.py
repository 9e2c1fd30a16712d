"""Up to which `rev` of its dataset a new job is prepared: counted from the markers that follow the samples.

| field of `preparations` | meaning |
|---|---|
| `_id` | the job |
| `told` | the partitions of the sample topic whose marker has been read |
| `rev` | where the dataset was when the last of them was read; absent until then |

The job's own document is left alone: its lane may be busy, and the job may not have arrived here yet.
"""

from collections import defaultdict
from collections.abc import Sequence

from label_service.adapters.collections import DATASETS, PREPARATIONS
from labelstream_common.mongo import Database, Session, upserted
from labelstream_contracts.events import SampleTold


class Preparations:
    def __init__(self, database: Database) -> None:
        self._preparations = database[PREPARATIONS]
        self._datasets = database[DATASETS]

    async def count(self, markers: Sequence[SampleTold], session: Session) -> None:
        """Counts markers after the samples that stand before them were stored in the same transaction.

        Consumers of different partitions meet in the job's document: whoever completes it sees the `rev` that all
        others have left.
        """
        by_job: dict[str, list[SampleTold]] = defaultdict(list)
        for marker in markers:
            by_job[marker.job_id].append(marker)
        for job_id, own in sorted(by_job.items()):
            told = sorted({marker.partition for marker in own})
            entry = await upserted(
                self._preparations, {"_id": job_id}, {"$addToSet": {"told": {"$each": told}}}, session=session
            )
            if "rev" not in entry and set(entry["told"]) >= set(range(own[-1].partitions)):
                await self._complete(job_id, own[-1].dataset_id, session)

    async def _complete(self, job_id: str, dataset_id: str, session: Session) -> None:
        update = {"$set": {"behind": True}, "$inc": {"moves": 1}}
        dataset = await upserted(self._datasets, {"_id": dataset_id}, update, session=session)
        rev = dataset.get("rev", 0)
        await self._preparations.update_one({"_id": job_id}, {"$set": {"rev": rev}}, session=session)
