"""Changing a job's settings, and the steps of its life that a person takes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from job_service.application.commands import ChangeJob, StepJob
from job_service.application.permitted import require_members, require_owner, require_team
from job_service.application.ports import Ports, UnitOfWork
from job_service.application.queries import view_of
from job_service.application.views import JobView
from job_service.domain.events import JobCompleted, JobDeleted, JobEvent, JobReopened, JobUpdated
from job_service.domain.job import Job, Team
from labelstream_common.access import JobNotFound, JobRole
from labelstream_common.messaging import audited
from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction, AuditSubject


@retried
async def change_job(command: ChangeJob, *, ports: Ports) -> JobView:
    changes = command.changes.checked()
    if isinstance(changes.team, Team):
        await _require_new_team(command, changes.team, ports)
    await require_members(changes.annotators, command.by, ports=ports)
    await require_owner(changes.owner_id, ports=ports)
    async with ports.unit_of_work() as work:
        job = await _current(command, ports, work)
        changed = job.changed(changes, ports.clock.now())
        if changed is not job:
            await ports.jobs.save(changed, work)
            work.record(JobUpdated(changed, command.by.as_actor(), changes.annotators))
            if changed.owner_id != job.owner_id:
                detail = {"from": job.owner_id, "to": changed.owner_id}
                work.record(audited(AuditAction.OWNER_CHANGED, _subject(job), job_id=job.id, detail=detail))
            if team := changed.differing_team(job):
                work.record(audited(AuditAction.TEAM_CHANGED, _subject(job), job_id=job.id, detail=team))
        view = await view_of(changed, command.by, ports=ports)
        work.returns(view)
    return await _with_role_of_former_owner(view, command, ports)


async def _require_new_team(command: ChangeJob, team: Team, ports: Ports) -> None:
    """A team that the job has already stays, whoever sends it along with another change."""
    job = await ports.jobs.find(command.job_id)
    if job is None or job.team is None or job.team.team_id != team.team_id:
        await require_team(team.team_id, command.by, ports=ports)


async def _with_role_of_former_owner(view: JobView, command: ChangeJob, ports: Ports) -> JobView:
    """Who gives a job away stays its manager. team-service sees to that; the reply waits until it is so here."""
    if command.changes.owner_id is None or view.role is not None:
        return view
    await ports.roles.await_role(command.by.account_id, view.job.id)
    return replace(view, role=JobRole.MANAGER)


async def complete_job(command: StepJob, *, ports: Ports) -> JobView:
    return await _step(command, Job.completed, JobCompleted, ports=ports, audit=AuditAction.JOB_COMPLETED)


async def reopen_job(command: StepJob, *, ports: Ports) -> JobView:
    return await _step(command, Job.reopened, JobReopened, ports=ports, audit=AuditAction.JOB_REOPENED)


async def delete_job(command: StepJob, *, ports: Ports) -> None:
    """Hidden at once; the other services let go of it as the event reaches them."""
    await _step(command, Job.ended, JobDeleted, ports=ports, audit=AuditAction.DELETED)


@retried
async def _step(
    command: StepJob,
    step: Callable[[Job, datetime], Job],
    event: type[JobEvent],
    *,
    ports: Ports,
    audit: AuditAction,
) -> JobView:
    async with ports.unit_of_work() as work:
        job = await _current(command, ports, work)
        stepped = step(job, ports.clock.now())
        await ports.jobs.save(stepped, work)
        if stepped.deleted:
            await ports.progress.drop_shares({job.id}, work)
        work.record(event(stepped, command.by.as_actor()))
        work.record(audited(audit, _subject(job), job_id=job.id))
        view = await view_of(stepped, command.by, ports=ports)
        work.returns(view)
    return view


def _subject(job: Job) -> AuditSubject:
    return AuditSubject(kind="job", id=job.id)


async def _current(command: ChangeJob | StepJob, ports: Ports, work: UnitOfWork) -> Job:
    job = await ports.jobs.get(command.job_id, work)
    if job is None:
        raise JobNotFound(command.job_id)
    command.check_version(job.version)
    return job
