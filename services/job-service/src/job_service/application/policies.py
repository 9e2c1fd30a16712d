"""What events of the other services do here. Each may come twice and does its work once."""

from collections.abc import Mapping, Sequence

from job_service.application.commands import NoteSynchronization
from job_service.application.ports import Ports, Transaction
from job_service.domain.dataset import Dataset
from job_service.domain.events import JobArchived, JobReady, JobSynchronized
from job_service.domain.job import JobId
from job_service.domain.people import PersonFact, TeamFact, TeamMemberFact
from job_service.domain.progress import Actor, Advance, LabelFact, ProgressRecord, ShareFact, Totals

JOB_SERVICE = Actor("system", "job-service")


async def advance_progress(
    records: Mapping[JobId, Sequence[ProgressRecord]], work: Transaction, *, ports: Ports
) -> None:
    """Adds up what is newer than each job's last record."""
    seqs = await ports.progress.seqs(list(records), work)
    for job_id, own in records.items():
        advance = Advance.over(own, after=seqs.get(job_id, 0))
        if advance is not None:
            await ports.progress.advance(job_id, advance, work)


async def follow_shares(facts: Sequence[ShareFact], work: Transaction, *, ports: Ports) -> None:
    """Of what a batch tells of one person's share, the last holds. Of a deleted job nothing is kept: as its items end,
    label-service still tells of them."""
    if not facts:
        return
    deleted = await ports.jobs.deleted({JobId(fact.job_id) for fact in facts}, work)
    await ports.progress.drop_shares(deleted, work)
    latest: dict[tuple[str, str], ShareFact] = {}
    for fact in facts:
        if fact.job_id in deleted:
            continue
        known = latest.get((fact.job_id, fact.account_id))
        if known is None or known.commit < fact.commit:
            latest[fact.job_id, fact.account_id] = fact
    await ports.progress.put_shares(list(latest.values()), work)


async def make_ready(job_id: JobId, seq: int, totals: Totals, work: Transaction, *, ports: Ports) -> None:
    """A new job's items are all there."""
    await ports.progress.set_totals(job_id, seq, totals, work)
    job = await ports.jobs.get(job_id, work)
    if job is None:
        return
    ready = job.ready(ports.clock.now())
    if ready is not job:
        await ports.jobs.save(ready, work)
        work.record(JobReady(ready, JOB_SERVICE))


async def follow_dataset(dataset: Dataset, work: Transaction, *, ports: Ports) -> None:
    """A dataset's end archives the jobs on it: their labels stay readable, but there is nothing left to label."""
    is_news = await ports.datasets.put(dataset, work)
    if not (is_news and dataset.deleted):
        return
    for job in await ports.jobs.on_dataset(dataset.id, work):
        archived = job.archived(ports.clock.now())
        if archived is not job:
            await ports.jobs.save(archived, work)
            work.record(JobArchived(archived, JOB_SERVICE))


async def note_synchronization(command: NoteSynchronization, work: Transaction, *, ports: Ports) -> None:
    """New data was synchronized because these jobs asked for it."""
    if not command.job_ids:
        return
    if not await ports.synchronizations.first_seen(command.synchronization.operation_id, work):
        return
    for job_id in command.job_ids:
        job = await ports.jobs.get(job_id, work)
        if job is None:
            continue
        synchronized = job.synchronized(ports.clock.now())
        await ports.jobs.save(synchronized, work)
        work.record(JobSynchronized(synchronized, JOB_SERVICE, command.synchronization))


async def follow_people(facts: Sequence[PersonFact], work: Transaction, *, ports: Ports) -> None:
    await ports.people.put(facts, work)


async def follow_teams(
    teams: Sequence[TeamFact], members: Sequence[TeamMemberFact], work: Transaction, *, ports: Ports
) -> None:
    await ports.teams.put_teams(teams, work)
    await ports.teams.put_members(members, work)


async def follow_labels(facts: Sequence[LabelFact], work: Transaction, *, ports: Ports) -> None:
    await ports.progress.put_labels(facts, work)
