"""What each job that this process writes to stands at, kept between commits.

Every commit counts `commits` on the job's head, whichever process makes it. So what is kept is right exactly as long as
the head has that count; a commit that is planned on it says so in its first write.
"""

from collections import OrderedDict
from typing import NamedTuple

from label_service.domain.decisions import Totals
from label_service.domain.label_set import LabelSet
from label_service.domain.working_copy import JobHead, WorkingCopy

_JOBS = 200


class Standing(NamedTuple):
    """A job as its last commit left it. Nothing in it is changed in place."""

    job: JobHead
    totals: Totals
    labels: LabelSet

    @staticmethod
    def after(work: WorkingCopy) -> "Standing":
        """What a commit leaves behind."""
        for label_id, by in work.label_counts.items():
            if work.labels.knows(label_id):
                work.labels.count(label_id, by)
        return Standing(work.job.after(work), work.totals, work.labels)


class Standings:
    def __init__(self) -> None:
        self._kept: OrderedDict[str, Standing] = OrderedDict()

    def get(self, job_id: str) -> Standing | None:
        return self._kept.get(job_id)

    def keep(self, standing: Standing) -> None:
        """Keeps what a commit left behind, once it has committed."""
        job_id = standing.job.id
        self._kept[job_id] = standing
        self._kept.move_to_end(job_id)
        while len(self._kept) > _JOBS:
            self._kept.popitem(last=False)
