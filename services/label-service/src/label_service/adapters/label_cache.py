"""The label set of each job that this process writes to, kept between commits.

It is right exactly if the job stands at the `seq` and the `labels_rev` it was kept at (every change of a count takes a
number, every change of a label moves the revision), so a commit that finds others reads the labels anew.
"""

from collections import OrderedDict

from label_service.adapters.collections import LABELS
from label_service.adapters.documents import label_of
from label_service.domain.labels import LabelSet
from labelstream_common.mongo import Database, Document, Session

_JOBS = 200


class LabelCache:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[str, tuple[int, int, LabelSet]] = OrderedDict()  # by job: seq, labels_rev, labels

    async def read(self, head: Document, session: Session) -> LabelSet:
        """A copy that the commit may change."""
        kept = self._kept.get(head["_id"])
        if kept is not None and kept[:2] == (head["seq"], head["labels_rev"]):
            return kept[2].copy()
        rows = self._database[LABELS].find({"job_id": head["_id"], "purged": False}, session=session)
        return LabelSet(map(label_of, await rows.to_list(None)), head["labels_created"])

    def keep(self, job_id: str, seq: int, labels_rev: int, labels: LabelSet) -> None:
        """Keeps what a commit left behind, once it has committed."""
        self._kept[job_id] = (seq, labels_rev, labels)
        self._kept.move_to_end(job_id)
        while len(self._kept) > _JOBS:
            self._kept.popitem(last=False)
