"""Changing a job's settings, and the steps of its life that a person takes."""

from collections.abc import Callable
from datetime import datetime

from job_service.application.commands import ChangeJob, StepJob
from job_service.application.ports import Ports, UnitOfWork
from job_service.application.queries import view_of
from job_service.application.views import JobView
from job_service.domain.events import JobCompleted, JobDeleted, JobEvent, JobReopened, JobUpdated
from job_service.domain.job import Job
from labelstream_common.access import JobNotFound
from labelstream_common.mongo import retried


@retried
async def change_job(command: ChangeJob, *, ports: Ports) -> JobView:
    changes = command.changes.checked()
    async with ports.unit_of_work() as work:
        job = await _current(command, ports, work)
        changed = job.changed(changes, ports.clock.now())
        if changed is not job:
            await ports.jobs.save(changed, work)
            work.record(JobUpdated(changed, command.by.as_actor(), changes.annotators))
        view = await view_of(changed, command.by, ports=ports)
        work.returns(view)
    return view


async def complete_job(command: StepJob, *, ports: Ports) -> JobView:
    return await _step(command, Job.completed, JobCompleted, ports=ports)


async def reopen_job(command: StepJob, *, ports: Ports) -> JobView:
    return await _step(command, Job.reopened, JobReopened, ports=ports)


async def delete_job(command: StepJob, *, ports: Ports) -> None:
    """Hidden at once; the other services let go of it as the event reaches them."""
    await _step(command, Job.ended, JobDeleted, ports=ports)


@retried
async def _step(
    command: StepJob, step: Callable[[Job, datetime], Job], event: type[JobEvent], *, ports: Ports
) -> JobView:
    async with ports.unit_of_work() as work:
        job = await _current(command, ports, work)
        stepped = step(job, ports.clock.now())
        await ports.jobs.save(stepped, work)
        work.record(event(stepped, command.by.as_actor()))
        view = await view_of(stepped, command.by, ports=ports)
        work.returns(view)
    return view


async def _current(command: ChangeJob | StepJob, ports: Ports, work: UnitOfWork) -> Job:
    job = await ports.jobs.get(command.job_id, work)
    if job is None:
        raise JobNotFound(command.job_id)
    command.check_version(job.version)
    return job
