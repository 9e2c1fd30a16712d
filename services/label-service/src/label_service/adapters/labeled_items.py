"""What is labeled at one moment, read from the keys of one index."""

from collections.abc import Sequence

from label_service.adapters import documents
from label_service.adapters.collections import ITEMS, JOBS, LABELS
from label_service.adapters.item_keys import keys_of, sample_of
from label_service.adapters.item_queries import query_of
from label_service.adapters.item_walk import ROW, Look
from label_service.application.acceptance_ports import Labeled
from label_service.domain.errors import JobNotFound
from label_service.domain.filters import ItemFilter
from label_service.domain.items import LABELED
from label_service.domain.label_set import LabelSet
from label_service.domain.sampling import Population
from labelstream_common.mongo import Client, Database

_AT_ONCE = 5_000
_FACETS = "facets"


class MongoLabeledItems:
    """See `label_service.application.acceptance_ports.LabeledItems`."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._items = database[ITEMS]
        self._jobs = database[JOBS]
        self._labels = database[LABELS]

    async def now(self, job_id: str, seed: int) -> Labeled:
        wanted, population = ItemFilter(status=LABELED), Population(seed)
        async with self._client.start_session(snapshot=True) as session:
            head = await self._jobs.find_one({"_id": job_id, "deleted": False}, {"seq": 1}, session=session)
            if head is None:
                raise JobNotFound(job_id)
            rows = self._labels.find({"job_id": job_id, "purged": False}, session=session)
            labels = LabelSet(map(documents.label_of, await rows.to_list(None)))
            look = Look(wanted, labels)
            fields = {"_id": 1} if look.is_needless else ROW
            found = self._items.find(query_of(job_id, wanted, labels), fields, session=session)
            found = found.sort("_id", 1).hint(_FACETS).batch_size(_AT_ONCE)
            while chunk := await found.to_list(_AT_ONCE):
                for row in chunk:
                    if look.matches(row):
                        population.add(bytes(row["_id"][16:]), sample_of(row["_id"]))
        return Labeled(head["seq"], population)

    async def versions(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, int]:
        rows = self._items.find({"_id": {"$in": keys_of(job_id, sample_ids)}}, {"version": 1})
        return {sample_of(row["_id"]): row["version"] for row in await rows.to_list(None)}
