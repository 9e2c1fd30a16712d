"""Policies: what the events of other services mean here."""

from collections.abc import Sequence
from dataclasses import dataclass

from team_service.application import membership
from team_service.application.audit import SYSTEM
from team_service.application.named_annotators import NameAnnotators, NamedAddress, NamedMember, name_annotators
from team_service.application.ports import Ports, Work
from team_service.domain.accounts import AccountId, AccountNotFound
from team_service.domain.jobs import Job
from team_service.domain.joining import Candidate
from team_service.domain.members import MemberRole, MemberState, Person, Scope


@dataclass(frozen=True, slots=True)
class FollowJob:
    """A job as it stands after an event, the account of the person who changed it, and whom they named with that."""

    job: Job
    by: AccountId | None = None
    named: Sequence[NamedMember | NamedAddress] = ()


async def follow_job(command: FollowJob, *, ports: Ports, work: Work) -> None:
    """Keeps what is known of a job; its annotators go with it, and who becomes its owner is no annotator any more.

    A team gives the job its members once, when it is named: who is removed later is not brought back by every event.
    Who was the owner until now stays as a manager.
    """
    job = command.job
    before = await ports.jobs.find(job.id, work)
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
    if before is not None and before.owner_id != job.owner_id:
        await _stays_as_manager(AccountId(before.owner_id), job, ports, work)
    if command.by is not None:
        new_team_id = job.team_id if before is None or before.team_id != job.team_id else None
        await name_annotators(NameAnnotators(job, command.by, command.named, new_team_id), ports=ports, work=work)


async def _stays_as_manager(account_id: AccountId, job: Job, ports: Ports, work: Work) -> None:
    try:
        account = await ports.accounts.get(account_id, work)
    except AccountNotFound:
        return  # an account that was deleted manages nothing
    if account.disabled:
        return
    manager = Candidate(Person.of(account), MemberRole.MANAGER)
    await membership.put_several(Scope.job(job.id), [manager], SYSTEM, ports=ports, work=work)
