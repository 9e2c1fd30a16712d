"""Refusals that do not belong to one rule.

JobNotFound             no such job, or deleted
ItemNotFound            the job has no such item
JobClosed               the job is completed or archived: nothing of it changes
NotAQueue               nobody takes items of a job that does not let them
AssigneeUnknown         who shall get items does not work in the job
"""

from labelstream_common.errors import Conflict, Invalid, NotFound


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


class NotAQueue(Conflict):
    code = "not-a-queue"

    def __init__(self) -> None:
        super().__init__("Items can be taken only in a job with `assignment: queue`.")


class AssigneeUnknown(Invalid):
    code = "assignee-unknown"

    def __init__(self, account_id: str) -> None:
        super().__init__("`to` must be the account of somebody who works in the job.", pointer="/to", to=account_id)


_WHY_CLOSED = {
    "completed": "The job is completed. Reopen it to change its labels, items or data.",
    "archived": "The job is archived: its dataset is gone, and nothing of it can change.",
}
CLOSED_STATES = frozenset(_WHY_CLOSED)
