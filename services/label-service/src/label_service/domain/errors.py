"""Refusals that do not belong to one rule.

JobNotFound             no such job, or deleted
ItemNotFound            the job has no such item
"""

from labelstream_common.errors import NotFound


class JobNotFound(NotFound):
    code = "job-not-found"

    def __init__(self, job_id: str) -> None:
        super().__init__("There is no such labeling job.", job_id=job_id)


class ItemNotFound(NotFound):
    code = "item-not-found"

    def __init__(self, sample_id: str) -> None:
        super().__init__("The labeling job has no such image.", sample_id=sample_id)
