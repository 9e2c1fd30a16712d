"""What job-service knows of the labels of a running job, so that progress can name them: facts of label-service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelFact:
    """A label's name as of `seq`; None once it is deleted or merged into another."""

    job_id: str
    label_id: str
    seq: int
    name: str | None
