"""Each job that this process writes to, as its last commit left it.

Every commit counts `commits` on the job's head, whichever process makes it. So what is kept is right exactly as long as
the head has that count; a commit that is planned on it says so in its first write.
"""

from collections import OrderedDict
from typing import NamedTuple

from label_service.domain.decisions import Totals
from label_service.domain.job_head import JobHead
from label_service.domain.label_set import LabelSet
from label_service.domain.working_copy import WorkingCopy

_MOST_BYTES = 64 * 1024 * 1024
_HEAD_BYTES = 2_000


class CommittedJob(NamedTuple):
    """A job as its last commit left it. Nothing in it is changed in place."""

    job: JobHead
    totals: Totals
    labels: LabelSet

    @staticmethod
    def after(work: WorkingCopy) -> "CommittedJob":
        """What a commit leaves behind."""
        for label_id, by in work.label_counts.items():
            if work.labels.knows(label_id):
                work.labels.count(label_id, by)
        return CommittedJob(work.head_after(), work.totals, work.labels)


class CommittedJobs:
    """Keeps the jobs that were written last, as far as they fit into 64 MiB together."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._kept: OrderedDict[str, tuple[CommittedJob, int]] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0

    def get(self, job_id: str) -> CommittedJob | None:
        found = self._kept.get(job_id)
        return found[0] if found else None

    def keep(self, committed: CommittedJob) -> None:
        """Keeps what a commit left behind, once it has committed. Its labels may outweigh all others', but stay."""
        job_id, size = committed.job.id, _HEAD_BYTES + committed.labels.size
        _, before = self._kept.pop(job_id, (None, 0))
        self._kept[job_id] = committed, size
        self._bytes += size - before
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            _, (_, gone) = self._kept.popitem(last=False)
            self._bytes -= gone
