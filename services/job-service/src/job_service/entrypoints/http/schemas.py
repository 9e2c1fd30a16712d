"""What job-service takes and gives over HTTP."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from job_service.application.views import Contributor, JobView, LabelCount, ProgressView, WhatDeletingTouches
from job_service.domain.annotators import Annotator, Role
from job_service.domain.job import (
    SHARED,
    UNCHANGED,
    AccountId,
    Changes,
    Job,
    JobType,
    Shared,
    State,
    Team,
    TeamChanges,
    TeamId,
    Unchanged,
)
from job_service.domain.progress import Totals, WorkDone
from labelstream_common.access import JobRole
from labelstream_common.http import Body, Moment, Omittable, View
from labelstream_contracts.label_sets import LabelSpec
from labelstream_contracts.team_settings import MAX_OVERLAP, Assignment, ReviewRule


class LabelBody(Body):
    """A label that the job starts with."""

    name: str
    color: Annotated[str | None, Field(description="#rrggbb", examples=["#ff8800"])] = None
    shortcut: Annotated[str | None, Field(description="one letter or digit, the same in either case")] = None

    def value(self) -> LabelSpec:
        return LabelSpec(self.name, self.color, self.shortcut)


class AnnotatorBody(Body):
    """A member of a team by `member_id`, by default with their role in the team, or anyone by `email` and `role`."""

    member_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    email: str | None = None
    role: Literal["labeler", "reviewer", "manager"] | None = None

    def value(self) -> Annotator:
        return Annotator(self.member_id, self.email, Role(self.role) if self.role else None)


class TeamBody(Body):
    """That several people label the job, and the team they belong to, if there is one.

    The team's members and the annotators given here become annotators of the job shortly after the reply. People who
    are annotators already keep their role, and the job's owner is left out. A new job's `assignment` is `even` if it
    names a team or an annotator, else `none`.
    """

    team_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    annotators: Annotated[list[AnnotatorBody], Field(description="at most 1,000", default_factory=list)]
    assignment: Annotated[
        Omittable[Assignment],
        Field(
            description="`even` deals each open item to `overlap` labelers, with `queue` they take items; then a "
            "labeler sees and changes only their own items. With `none` everybody has all items"
        ),
    ] = None
    overlap: Annotated[
        Omittable[Annotated[int, Field(ge=1, le=MAX_OVERLAP)]], Field(description="how many labelers an item needs; 1")
    ] = None
    review: Annotated[
        Omittable[ReviewRule], Field(description="`required`: what is labeled waits to be reviewed; `none`")
    ] = None
    labels_may_be_created: Annotated[
        Omittable[bool], Field(description="whether labelers may create labels while they label; true by default")
    ] = None

    def value(self) -> Team:
        return Team(TeamId(self.team_id) if self.team_id else None)

    def settings(self) -> TeamChanges:
        return TeamChanges(self.assignment, self.overlap, self.review, self.labels_may_be_created)

    def named(self) -> tuple[Annotator, ...]:
        return tuple(annotator.value() for annotator in self.annotators)


class NewJob(Body):
    name: str
    dataset_id: Annotated[str, Field(min_length=1, max_length=128)]
    type: Literal["image_classification"]
    description: str = ""
    labels: Annotated[list[LabelBody], Field(description="at most 10,000", default_factory=list)]
    team: TeamBody | None = None


class JobChanges(Body):
    """Fields that are left out stay as they are, in `team` too. `team: null` makes the job a single person's again.

    Annotators are added to those that the job has; nobody is removed here. `owner_id` gives the job to another account,
    which must be allowed to create jobs. Only the owner and administrators can do so, and the former owner becomes a
    manager.
    """

    name: Omittable[str] = None
    description: Omittable[str] = None
    team: TeamBody | None = None
    owner_id: Omittable[Annotated[str, Field(min_length=1, max_length=128)]] = None

    def value(self) -> Changes:
        return Changes(
            name=self.name,
            description=self.description,
            team=self._team(),
            owner_id=None if self.owner_id is None else AccountId(self.owner_id),
            settings=self.team.settings() if self.team else TeamChanges(),
            annotators=self.team.named() if self.team else (),
        )

    def _team(self) -> Team | Unchanged | Shared | None:
        if self.team is None:
            return None if "team" in self.model_fields_set else UNCHANGED
        team = self.team.value()
        return team if "team_id" in self.team.model_fields_set else SHARED


class TeamReply(View):
    """How several people share a job."""

    team_id: str | None
    assignment: Assignment
    overlap: int
    review: ReviewRule
    labels_may_be_created: bool

    @classmethod
    def of(cls, job: Job) -> "TeamReply | None":
        if job.team is None:
            return None
        return cls(team_id=job.team.team_id, **job.settings.document())


class TotalsReply(View):
    """Items by status. Images that cannot be read are in the total and, without labels, not unlabeled."""

    total: int
    labeled: int
    unlabeled: int
    to_confirm: int
    unreadable: int

    @classmethod
    def of(cls, totals: Totals) -> "TotalsReply":
        return cls(**totals._asdict())


class JobReply(View):
    """A job as the caller sees it."""

    id: str
    name: str
    description: str
    type: JobType
    state: State
    dataset_id: str
    dataset_name: str
    labeling_description: Annotated[str, Field(description="of the dataset: how to label")]
    owner_id: str
    is_team: bool
    team: TeamReply | None
    role: JobRole | None
    progress: TotalsReply
    version: int
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, view: JobView) -> "JobReply":
        job = view.job
        return cls(
            id=job.id,
            name=job.name,
            description=job.description,
            type=job.type,
            state=job.state,
            dataset_id=job.dataset_id,
            dataset_name=view.dataset_name,
            labeling_description=view.labeling_description,
            owner_id=job.owner_id,
            is_team=job.team is not None,
            team=TeamReply.of(job),
            role=view.role,
            progress=TotalsReply.of(view.totals),
            version=job.version,
            created_at=job.created_at,
            updated_at=job.updated_at,
        )


class LabelProgress(View):
    """How many items carry a label. The name is null until label-service's event about it has arrived."""

    label_id: str
    name: str | None
    count: int

    @classmethod
    def of(cls, label: LabelCount) -> "LabelProgress":
        return cls(label_id=label.label_id, name=label.name, count=label.count)


class WorkReply(View):
    """Labels given, labels taken off, items reviewed."""

    added: int
    removed: int
    reviewed: int


class AnnotatorProgress(WorkReply):
    """What one person did since the job began."""

    kind: Literal["person"]
    id: str
    name: str | None

    @classmethod
    def of(cls, contributor: Contributor) -> "AnnotatorProgress":
        actor = contributor.actor
        return cls(kind="person", id=actor.id, name=contributor.name, **_numbers(contributor.work))


class DayProgress(WorkReply):
    """What was done on one day, in UTC."""

    day: date

    @classmethod
    def of(cls, day: date, work: WorkDone) -> "DayProgress":
        return cls(day=day, **_numbers(work))


class ProgressReply(TotalsReply):
    """A job's progress as of `seq`."""

    seq: int
    labels: list[LabelProgress]
    annotators: list[AnnotatorProgress]
    days: list[DayProgress]

    @classmethod
    def of_view(cls, view: ProgressView) -> "ProgressReply":
        return cls(
            **view.totals._asdict(),
            seq=view.seq,
            labels=[LabelProgress.of(label) for label in view.labels],
            annotators=[AnnotatorProgress.of(contributor) for contributor in view.contributors],
            days=[DayProgress.of(day, work) for day, work in view.days],
        )


class DeletionPreview(View):
    """What would go with the job: its items (the samples stay) and its labels."""

    items: int
    labeled: int
    labels: int

    @classmethod
    def of(cls, touched: WhatDeletingTouches) -> "DeletionPreview":
        return cls(items=touched.totals.total, labeled=touched.totals.labeled, labels=touched.labels)


def _numbers(work: WorkDone) -> dict[str, int]:
    return work._asdict()
