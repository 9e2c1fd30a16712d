"""Opening a job on a dataset."""

from job_service.application.commands import OpenJob
from job_service.application.permitted import require_members, require_team
from job_service.application.ports import Ports
from job_service.application.views import JobView
from job_service.domain.annotators import annotators
from job_service.domain.errors import DatasetNotFound
from job_service.domain.events import JobCreated, JobUpdated
from job_service.domain.job import Job, JobId, State, first_settings, job_description, job_name
from job_service.domain.label_set import label_set, pieces
from job_service.domain.progress import Totals
from labelstream_common.access import JobRole, await_young
from labelstream_common.messaging import audited
from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction, AuditSubject
from labelstream_contracts.label_sets import LabelSpec


@retried
async def open_job(command: OpenJob, *, ports: Ports) -> JobView:
    """A new job, being prepared. It becomes active when label-service says that its items are there."""
    labels = label_set(command.labels)
    first, *further = pieces(labels)
    job = _drafted(command, first, ports)
    named = annotators(command.annotators)
    await require_team(job.team.team_id if job.team else None, command.by, ports=ports)
    await require_members(named, command.by, ports=ports)
    await await_young(job.dataset_id, lambda: ports.datasets.get(job.dataset_id))
    async with ports.unit_of_work() as work:
        dataset = await ports.datasets.hold(job.dataset_id, work)
        if dataset is None or not dataset.seen_by(command.by.account_id, administrator=command.by.administrator):
            raise DatasetNotFound(job.dataset_id)
        work.record(JobCreated(job, command.by.as_actor(), named, len(labels)))
        for piece in further:
            job = job.given_more_labels(job.created_at)
            work.record(JobUpdated(job, command.by.as_actor(), further_labels=piece))
        work.record(audited(AuditAction.JOB_CREATED, AuditSubject(kind="job", id=job.id), job_id=job.id))
        await ports.jobs.add(job, work)
        view = JobView(job, dataset.name, dataset.labeling_description, Totals(), role=JobRole.OWNER)
        work.returns(view)
    return view


def _drafted(command: OpenJob, labels: tuple[LabelSpec, ...], ports: Ports) -> Job:
    now = ports.clock.now()
    return Job(
        id=JobId(ports.new_id()),
        dataset_id=command.dataset_id,
        name=job_name(command.name),
        description=job_description(command.description),
        type=command.type,
        state=State.PREPARING,
        labels=labels,
        owner_id=command.by.account_id,
        team=command.team,
        settings=first_settings(command.settings, names_people=_names_people(command)),
        created_at=now,
        updated_at=now,
    )


def _names_people(command: OpenJob) -> bool:
    return bool(command.annotators) or (command.team is not None and command.team.team_id is not None)
