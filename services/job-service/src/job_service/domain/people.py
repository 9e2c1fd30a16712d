"""What job-service knows of people, so that progress can name them: facts of team-service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonFact:
    """An account's name as of `version`."""

    account_id: str
    name: str
    version: int
