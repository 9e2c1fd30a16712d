"""Why somebody does not get at a job.

NotFound
└── JobNotFound     it is not there, or not for this caller to know of: the two look the same
Forbidden
└── RightMissing    the caller has a role in the job, but not one that may do this
"""

from labelstream_common.errors import Forbidden, NotFound


class JobNotFound(NotFound):
    code = "job-not-found"
    title = "There is no such labeling job"

    def __init__(self, job_id: str) -> None:
        super().__init__("There is no such labeling job, or you have no role in it.", job_id=job_id)


class RightMissing(Forbidden):
    code = "right-missing"

    def __init__(self, right: str, role: str) -> None:
        super().__init__(f"The role {role} does not allow this.", right=right, role=role)
