"""A labeling job and its life.

preparing ──ready──▶ active ──complete──▶ completed
                     in_review ──complete──▶  │
                        ▲◀───────reopen───────┘      (back to active)
any state ──its dataset is deleted──▶ archived        (read only, for good)
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, Self

from job_service.domain.annotators import Annotator, annotators
from job_service.domain.errors import InvalidJob, JobStateConflict
from labelstream_contracts.label_sets import LabelSpec
from labelstream_contracts.names import InvalidName, one_line_name
from labelstream_contracts.team_settings import Assignment, ReviewRule, TeamSettings

JobId = NewType("JobId", str)
DatasetId = NewType("DatasetId", str)
AccountId = NewType("AccountId", str)
TeamId = NewType("TeamId", str)

MAX_NAME: Final = 128
MAX_DESCRIPTION: Final = 4_096
_LAYOUT: Final = frozenset("\n\r\t")


class JobType(StrEnum):
    IMAGE_CLASSIFICATION = "image_classification"


class State(StrEnum):
    PREPARING = "preparing"
    ACTIVE = "active"
    IN_REVIEW = "in_review"
    COMPLETED = "completed"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Team:
    """That a job is labeled by several, and by which standing team, if by one."""

    team_id: TeamId | None = None


@dataclass(frozen=True, slots=True)
class TeamChanges:
    """Which settings of a team's job are to become different; None leaves one as it is."""

    assignment: Assignment | None = None
    overlap: int | None = None
    review: ReviewRule | None = None
    labels_may_be_created: bool | None = None

    def applied_to(self, settings: TeamSettings) -> TeamSettings:
        given = {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}
        return replace(settings, **given)


def first_settings(wanted: TeamChanges, *, names_people: bool) -> TeamSettings:
    """The settings of a new job: items are dealt out if it is opened for a team or for annotators by name."""
    return wanted.applied_to(TeamSettings(assignment="even" if names_people else "none"))


class Unchanged:
    """Stands for a field that a change leaves alone, where None has a meaning of its own."""


class Shared:
    """Stands for a team that a change only asks for: the job's own as it is, or just several people."""


UNCHANGED: Final = Unchanged()
SHARED: Final = Shared()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to become different; None leaves a field alone. `team=None` makes the job a single person's again, and
    its settings the defaults.

    `annotators` are added to those that the job has; team-service keeps them.
    """

    name: str | None = None
    description: str | None = None
    team: Team | Unchanged | Shared | None = UNCHANGED
    owner_id: AccountId | None = None
    settings: TeamChanges = TeamChanges()
    annotators: tuple[Annotator, ...] = ()

    def checked(self) -> Self:
        """The changes in the form that is stored, whatever job they are for. Raises InvalidJob, InvalidAnnotators."""
        return replace(
            self,
            name=None if self.name is None else job_name(self.name),
            description=None if self.description is None else job_description(self.description),
            annotators=annotators(self.annotators),
        )


@dataclass(frozen=True, slots=True)
class Job:
    """A labeling job as it stands. `version` counts its changes; each is one event.

    `labels` are those that it starts with, as far as they fit into one event.
    """

    id: JobId
    dataset_id: DatasetId
    name: str
    description: str
    type: JobType
    state: State
    labels: tuple[LabelSpec, ...]
    owner_id: AccountId
    team: Team | None
    settings: TeamSettings
    created_at: datetime
    updated_at: datetime
    version: int = 1
    deleted: bool = False

    def given_more_labels(self, at: datetime) -> Self:
        """The next of its events tells of more labels that it starts with."""
        return self._next(at)

    def changed(self, changes: Changes, at: datetime) -> Self:
        """The job with the changes; itself if they change nothing."""
        if self.state is State.ARCHIVED:
            raise JobStateConflict("An archived job cannot be changed.", state=self.state)
        team = self._team(changes.team)
        settings = TeamSettings() if changes.team is None else self.settings
        given = replace(
            self,
            name=self.name if changes.name is None else job_name(changes.name),
            description=self.description if changes.description is None else job_description(changes.description),
            team=team,
            owner_id=changes.owner_id or self.owner_id,
            settings=changes.settings.applied_to(settings),
        )
        return self if given == self and not changes.annotators else given._next(at)

    def differing_team(self, other: "Job") -> dict[str, object]:
        """What of the team and its settings is not as in another state of the job, as it is here."""
        before, after = (
            {
                "team_id": one.team.team_id if one.team else None,
                "is_team": one.team is not None,
                **one.settings.document(),
            }
            for one in (other, self)
        )
        return {name: value for name, value in after.items() if value != before[name]}

    def ready(self, at: datetime) -> Self:
        """Active, if it was being prepared; itself if that was over already."""
        return self._next(at, State.ACTIVE) if self.state is State.PREPARING else self

    def synchronized(self, at: datetime) -> Self:
        return self._next(at)

    def completed(self, at: datetime) -> Self:
        if self.state not in {State.ACTIVE, State.IN_REVIEW}:
            raise JobStateConflict(_WHY_NOT_COMPLETE[self.state], state=self.state)
        return self._next(at, State.COMPLETED)

    def reopened(self, at: datetime) -> Self:
        if self.state is State.ARCHIVED:
            raise JobStateConflict("The job's dataset was deleted, so the job cannot be reopened.", state=self.state)
        if self.state is not State.COMPLETED:
            raise JobStateConflict("Only a completed job can be reopened.", state=self.state)
        return self._next(at, State.ACTIVE)

    def archived(self, at: datetime) -> Self:
        """Put away for good, because the dataset that it labels is gone."""
        return self if self.state is State.ARCHIVED else self._next(at, State.ARCHIVED)

    def ended(self, at: datetime) -> Self:
        """Deleted; its state stays what it was."""
        return replace(self._next(at), deleted=True)

    def _team(self, wanted: Team | Unchanged | Shared | None) -> Team | None:
        match wanted:
            case Unchanged():
                return self.team
            case Shared():
                return self.team or Team()
            case _:
                return wanted

    def _next(self, at: datetime, state: State | None = None) -> Self:
        return replace(self, state=state or self.state, updated_at=at, version=self.version + 1)


_WHY_NOT_COMPLETE: Final = {
    State.PREPARING: "The job is still being prepared.",
    State.COMPLETED: "The job is already completed.",
    State.ARCHIVED: "The job is archived because its dataset was deleted.",
}


def job_name(text: str) -> str:
    """`text` without surrounding space, in normal form C. Raises InvalidJob."""
    try:
        return one_line_name(text, MAX_NAME)
    except InvalidName as error:
        raise InvalidJob(str(error), pointer="/name") from error


def job_description(text: str) -> str:
    """`text` in normal form C. Raises InvalidJob."""
    description = unicodedata.normalize("NFC", text)
    if len(description) > MAX_DESCRIPTION:
        detail = f"A description must have at most {MAX_DESCRIPTION:,} characters; this one has {len(description):,}."
        raise InvalidJob(detail, pointer="/description")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in set(description) - _LAYOUT):
        raise InvalidJob("A description cannot contain control characters.", pointer="/description")
    return description
