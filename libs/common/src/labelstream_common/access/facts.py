"""What access needs to know of a job."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job that is there. A deleted one has no facts."""

    job_id: str
    owner_id: str
    dataset_id: str
    is_team: bool = False
    labelers_may_create_labels: bool = True
    state: str = "active"
