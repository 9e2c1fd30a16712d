"""Policies: what the events of other services mean here."""

from team_service.application import membership
from team_service.application.ports import Ports, Work
from team_service.domain.accounts import AccountId
from team_service.domain.jobs import Job
from team_service.domain.members import MemberState, Scope

SYSTEM = "team-service"


async def follow_job(job: Job, *, ports: Ports, work: Work) -> None:
    """Keeps what is known of a job; its annotators go with it, and who becomes its owner is no annotator any more."""
    if not await ports.jobs.follow(job, work):
        return
    scope = Scope.job(job.id)
    if job.deleted:
        for member in await ports.members.of_scope(scope, work):
            await membership.take_out(member, SYSTEM, ports, work)
        return
    owner = await ports.members.with_account_ever(scope, AccountId(job.owner_id), work)
    if owner is not None and owner.state is not MemberState.REMOVED:
        await membership.take_out(owner, SYSTEM, ports, work)
