"""Refusals that do not belong to one rule.

JobNotFound             no such job, or deleted
ItemNotFound            the job has no such item
JobClosed               the job is completed or archived: nothing of it changes
"""

from labelstream_common.errors import Conflict, NotFound


class JobNotFound(NotFound):
    code = "job-not-found"

    def __init__(self, job_id: str) -> None:
        super().__init__("There is no such labeling job.", job_id=job_id)


class ItemNotFound(NotFound):
    code = "item-not-found"

    def __init__(self, sample_id: str) -> None:
        super().__init__("The labeling job has no such image.", sample_id=sample_id)


class JobClosed(Conflict):
    code = "job-state"
    title = "The job's state does not allow this"

    def __init__(self, state: str) -> None:
        super().__init__(_WHY_CLOSED[state], state=state)


_WHY_CLOSED = {
    "completed": "The job is completed. Reopen it to change its labels, items or data.",
    "archived": "The job is archived: its dataset is gone, and nothing of it can change.",
}
CLOSED_STATES = frozenset(_WHY_CLOSED)
