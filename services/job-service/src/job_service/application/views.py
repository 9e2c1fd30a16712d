"""What the queries answer with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from job_service.domain.job import AccountId, Job, JobId, JobType, State
from job_service.domain.progress import Actor, Totals, WorkDone
from labelstream_common.access import JobRole

Tab: TypeAlias = Literal["created", "participating"]
Sort: TypeAlias = Literal["added", "-added", "created", "-created", "name", "-name", "progress", "-progress"]


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as one person sees it."""

    job: Job
    dataset_name: str
    labeling_description: str
    totals: Totals
    role: JobRole | None


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs of those that a person may see; None leaves a filter out."""

    tab: Tab | None = None
    type: JobType | None = None
    state: State | None = None
    name_contains: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose job list it is: jobs of their own, jobs they were added to, and for an administrator all others.

    With `only_jobs` none but those. In those of `labels_in` they are a labeler, which may mean that they see only what
    is theirs.
    """

    account_id: AccountId
    participates_in: Sequence[JobId]
    sees_all: bool
    only_jobs: Sequence[str] | None = None
    labels_in: Sequence[JobId] = ()


@dataclass(frozen=True, slots=True)
class LabelCount:
    """How many items carry a label. The name is None while label-service's event about it is under way."""

    label_id: str
    name: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Contributor:
    """What somebody did in a job, from its beginning, with their name if it is a person."""

    actor: Actor
    name: str | None
    work: WorkDone


@dataclass(frozen=True, slots=True)
class DailyWork:
    """What somebody did in a job on one day, with their name if it is a person."""

    day: date
    actor: Actor
    name: str | None
    work: WorkDone


@dataclass(frozen=True, slots=True)
class ProgressView:
    """A job's progress as of `seq`."""

    seq: int
    totals: Totals
    labels: Sequence[LabelCount]
    contributors: Sequence[Contributor]
    days: Sequence[tuple[date, WorkDone]]


@dataclass(frozen=True, slots=True)
class WhatDeletingTouches:
    """What would go with a job."""

    totals: Totals
    labels: int
