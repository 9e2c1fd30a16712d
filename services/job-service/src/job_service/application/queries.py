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
from job_service.domain.progress import Actor, Totals
from labelstream_common.access import JobNotFound, JobRole
from labelstream_common.messaging import audited
from labelstream_common.mongo import Page, PageParams, retried
from labelstream_contracts import AuditAction, AuditSubject


async def list_jobs(person: Person, only: JobFilter, wanted: PageParams, *, ports: Ports) -> Page[JobView]:
    """The jobs that somebody owns, was added to or, as an administrator, may see."""
    roles = await ports.roles.of(person.account_id)
    labels_in = tuple(job_id for job_id, role in roles.items() if role is JobRole.LABELER)
    audience = Audience(
        person.account_id,
        tuple(roles),
        sees_all=person.sees_all_jobs,
        only_jobs=_sorted(person),
        labels_in=() if person.sees_all_jobs else labels_in,
    )
    page = await ports.jobs.page(audience, only, wanted)
    datasets = await ports.datasets.several([job.dataset_id for job in page.items])
    seen = [(job, _role(job, person, roles)) for job in page.items]
    totals = await _totals_seen(seen, person, ports)
    views = [_view(job, datasets.get(job.dataset_id), totals.get(job.id), role) for job, role in seen]
    return Page(views, page.next_cursor)


async def _totals_seen(
    jobs: Sequence[tuple[Job, JobRole | None]], person: Person, ports: Ports
) -> Mapping[JobId, Totals]:
    """The totals of what somebody sees of each job."""
    own = [job.id for job, role in jobs if _own_items_only(job, role)]
    shares = await _own_totals(own, person, ports) if own else {}
    whole = [job.id for job, role in jobs if not _own_items_only(job, role)]
    return {**(await ports.progress.totals(whole) if whole else {}), **shares}


async def _own_totals(job_ids: Sequence[JobId], person: Person, ports: Ports) -> Mapping[JobId, Totals]:
    """What somebody has of jobs. Where nobody is known to have anything, they see the totals of the job, as in releases
    that knew of nobody's share: label-service may still have to tell of it. A list sorted by progress counts 0 then.
    """
    shares = await ports.progress.shares(job_ids, person.account_id)
    untold = await ports.progress.without_shares([job_id for job_id in job_ids if job_id not in shares])
    return {**shares, **(await ports.progress.totals(untold) if untold else {})}


def _sorted(person: Person) -> list[str] | None:
    return None if person.only_jobs is None else sorted(person.only_jobs)


async def show_job(job_id: JobId, person: Person, *, ports: Ports) -> JobView:
    return await view_of(await _existing(job_id, ports), person, ports=ports)


async def view_of(job: Job, person: Person, *, ports: Ports) -> JobView:
    dataset = await ports.datasets.get(job.dataset_id)
    roles = {} if job.owner_id == person.account_id else await ports.roles.of(person.account_id)
    role = _role(job, person, roles)
    totals = await _totals_seen([(job, role)], person, ports)
    return _view(job, dataset, totals.get(job.id), role)


async def show_progress(job_id: JobId, person: Person, role: JobRole, *, ports: Ports) -> ProgressView:
    """Only people are listed as annotators. The totals and the days also count what imports, models and the system did.

    People who have only their own items see their own totals and work, and no counts by label.
    """
    own_only = _own_items_only(await _existing(job_id, ports), role)
    view = await ports.progress.view(job_id)
    people = [one for one in view.contributors if one.actor.kind == "person"]
    if own_only:
        days = [(one.day, one.work) for one in await _own_days(job_id, person, ports)]
        people = [one for one in people if one.actor.id == person.account_id]
        own = await _own_totals([job_id], person, ports)
        view = replace(view, totals=own.get(job_id, Totals()), labels=(), days=days)
    names = await ports.people.names([one.actor.id for one in people])
    named = [Contributor(one.actor, names.get(one.actor.id), one.work) for one in people]
    return replace(view, contributors=named)


async def export_daily_work(job_id: JobId, person: Person, role: JobRole, *, ports: Ports) -> Sequence[DailyWork]:
    """What each annotator did on each day. People who have only their own items see only what they did.

    Figures of people leave the platform, so it is recorded in the audit first.
    """
    job = await _existing(job_id, ports)
    await _note_export(job, ports)
    if _own_items_only(job, role):
        people = await _own_days(job_id, person, ports)
    else:
        people = [one for one in await ports.progress.daily(job_id) if one.actor.kind == "person"]
    names = await ports.people.names(list({one.actor.id for one in people}))
    return [replace(one, name=names.get(one.actor.id)) for one in people]


@retried
async def _note_export(job: Job, ports: Ports) -> None:
    async with ports.unit_of_work() as work:
        detail = {"what": "progress", "format": "csv"}
        work.record(audited(AuditAction.EXPORTED, AuditSubject(kind="job", id=job.id), job_id=job.id, detail=detail))


def _own_items_only(job: Job, role: JobRole | None) -> bool:
    """Whether somebody in this role, or who has just lost it, has only their own items of the job."""
    return role in (JobRole.LABELER, None) and job.team is not None and job.settings.own_items_only


async def _own_days(job_id: JobId, person: Person, ports: Ports) -> Sequence[DailyWork]:
    return await ports.progress.daily(job_id, of=Actor("person", person.account_id))


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
