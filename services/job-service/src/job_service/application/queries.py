"""What can be asked about jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from job_service.application.commands import Person
from job_service.application.ports import Ports
from job_service.application.views import (
    Audience,
    Contributor,
    DailyWork,
    JobFilter,
    JobView,
    ProgressView,
    WhatDeletingTouches,
)
from job_service.domain.dataset import Dataset
from job_service.domain.job import Job, JobId
from job_service.domain.progress import Totals
from labelstream_common.access import JobNotFound, JobRole
from labelstream_common.mongo import Page, PageParams


async def list_jobs(person: Person, only: JobFilter, wanted: PageParams, *, ports: Ports) -> Page[JobView]:
    """The jobs that somebody owns, was added to or, as an administrator, may see."""
    roles = await ports.roles.of(person.account_id)
    audience = Audience(person.account_id, tuple(roles), sees_all=person.sees_all_jobs, only_jobs=_sorted(person))
    page = await ports.jobs.page(audience, only, wanted)
    datasets = await ports.datasets.several([job.dataset_id for job in page.items])
    totals = await ports.progress.totals([job.id for job in page.items])
    views = [
        _view(job, datasets.get(job.dataset_id), totals.get(job.id), _role(job, person, roles)) for job in page.items
    ]
    return Page(views, page.next_cursor)


def _sorted(person: Person) -> list[str] | None:
    return None if person.only_jobs is None else sorted(person.only_jobs)


async def show_job(job_id: JobId, person: Person, *, ports: Ports) -> JobView:
    return await view_of(await _existing(job_id, ports), person, ports=ports)


async def view_of(job: Job, person: Person, *, ports: Ports) -> JobView:
    dataset = await ports.datasets.get(job.dataset_id)
    totals = await ports.progress.totals([job.id])
    roles = {} if job.owner_id == person.account_id else await ports.roles.of(person.account_id)
    return _view(job, dataset, totals.get(job.id), _role(job, person, roles))


async def show_progress(job_id: JobId, *, ports: Ports) -> ProgressView:
    """Annotators are people: what imports, models and the system did stands in the totals and the days."""
    await _existing(job_id, ports)
    view = await ports.progress.view(job_id)
    people = [one for one in view.contributors if one.actor.kind == "person"]
    names = await ports.people.names([one.actor.id for one in people])
    named = [Contributor(one.actor, names.get(one.actor.id), one.work) for one in people]
    return ProgressView(view.seq, view.totals, view.labels, named, view.days)


async def show_daily_work(job_id: JobId, *, ports: Ports) -> Sequence[DailyWork]:
    """What each annotator did on each day."""
    await _existing(job_id, ports)
    people = [one for one in await ports.progress.daily(job_id) if one.actor.kind == "person"]
    names = await ports.people.names(list({one.actor.id for one in people}))
    return [replace(one, name=names.get(one.actor.id)) for one in people]


async def what_deleting_touches(job_id: JobId, *, ports: Ports) -> WhatDeletingTouches:
    await _existing(job_id, ports)
    totals = await ports.progress.totals([job_id])
    return WhatDeletingTouches(totals.get(job_id, Totals()), await ports.progress.count_labels(job_id))


async def _existing(job_id: JobId, ports: Ports) -> Job:
    job = await ports.jobs.find(job_id)
    if job is None:
        raise JobNotFound(job_id)
    return job


def _role(job: Job, person: Person, roles: Mapping[JobId, JobRole]) -> JobRole | None:
    """None for somebody who lost their role while this request was under way."""
    if job.owner_id == person.account_id:
        return JobRole.OWNER
    return JobRole.ADMIN if person.sees_all_jobs else roles.get(job.id)


def _view(job: Job, dataset: Dataset | None, totals: Totals | None, role: JobRole | None) -> JobView:
    return JobView(
        job=job,
        dataset_name=dataset.name if dataset else "",
        labeling_description=dataset.labeling_description if dataset else "",
        totals=totals or Totals(),
        role=role,
    )
