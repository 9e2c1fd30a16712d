"""What job-service refuses.

DomainError
├── Invalid
│   ├── InvalidJob          name or description break their rule
│   ├── InvalidLabelSet     the labels that a job is to start with break theirs
│   ├── TooManyLabels       more than a job may have
│   └── InvalidAnnotators   those that a job names are too many, or break their rule
├── NotFound
│   ├── JobNotFound         not there, deleted, or not the caller's to know of (labelstream_common.access)
│   └── DatasetNotFound     not there, or neither the caller's own nor an administrator asks
└── Conflict
    └── JobStateConflict    the job's state does not allow the step
"""

from labelstream_common.errors import Conflict, Invalid, NotFound


class InvalidJob(Invalid):
    code = "invalid-job"
    title = "The job's settings are not valid"


class InvalidLabelSet(Invalid):
    code = "invalid-label-set"
    title = "The label set is not valid"


class TooManyLabels(Invalid):
    code = "too-many-labels"
    title = "Too many labels"


class InvalidAnnotators(Invalid):
    code = "invalid-annotators"
    title = "The annotators are not valid"


class DatasetNotFound(NotFound):
    code = "dataset-not-found"
    title = "No such dataset"

    def __init__(self, dataset_id: str) -> None:
        super().__init__("There is no such dataset, or it is not yours.", pointer="/dataset_id", dataset_id=dataset_id)


class JobStateConflict(Conflict):
    code = "job-state"
    title = "The job's state does not allow this"

    def __init__(self, detail: str, *, state: str) -> None:
        super().__init__(detail, state=state)
