"""What this service knows of a labeling job: enough to name it in an e-mail and to know its owner and team."""

from dataclasses import dataclass

from labelstream_common.errors import NotFound


class JobNotFound(NotFound):
    code = "job-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such job.")


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    name: str
    owner_id: str
    version: int
    team_id: str | None = None
    deleted: bool = False
